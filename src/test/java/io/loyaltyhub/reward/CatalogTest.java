package io.loyaltyhub.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import io.loyaltyhub.demo.HubClient.Answer;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the address of a feed to the rewards that members see. */
class CatalogTest {

    private static final String HEAD = "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\"><channel>";
    private static final String END = "</channel></rss>";

    @TempDir
    private static Path scratch;
    private static RunningHub hub;
    private static SandboxTray shop;
    private WireMockServer site;
    private Programme programme;

    @BeforeAll
    static void startHub() {
        hub = RunningHub.start(TestDatabase.create(), Map.of("hub.routes-dir", RoutesCopy.of("tray"), "hub.feed.scratch-dir", scratch.toString()));
        shop = SandboxTray.start();
    }

    @AfterAll
    static void stopHub() {
        shop.close();
        hub.close();
    }

    @BeforeEach
    void openSite() {
        site = new WireMockServer(WireMockConfiguration.options().dynamicPort());
        site.start();
        feed(products(1, 3));
        programme = hub.programme(shop, Map.of("catalogFeedUrl", site.url("/feed.xml"), "importSales", false));
    }

    @AfterEach
    void closeSite() {
        site.stop();
    }

    @Test
    void theProductsOfAFeedBecomeRewardsAtTheProgrammesRate() {
        JsonNode run = refresh();

        assertThat(run.get("outcome").asText()).isIn("ok", "not-modified");
        JsonNode rewards = rewards("");
        assertThat(rewards.findValuesAsText("sku")).containsExactly("P1", "P2", "P3");
        assertThat(rewards.get(0).get("price").decimalValue()).isEqualByComparingTo("10.01");
        assertThat(rewards.get(0).get("points").asLong()).as("20 points a real, rounded up").isEqualTo(201);

        hub.operator().patch(programme.path(), Map.of("pointsPerRealRedeemed", 100)).expect(200);
        assertThat(rewards("").get(0).get("points").asLong()).isEqualTo(1001);
        assertThat(rewards("?query=produto%202").findValuesAsText("sku")).containsExactly("P2");
    }

    @Test
    void whatChangesIsChangedWhatIsGoneIsGoneAndTheRestIsNotWrittenAgain() {
        refresh();
        feed(product(1, "10.01") + product(2, "99.00") + product(4, "10.00"));

        JsonNode run = refresh();

        assertThat(counts(run)).isEqualTo(Map.of("read", 3, "created", 1, "updated", 1, "unchanged", 1, "removed", 1));
        assertThat(rewards("").findValuesAsText("sku")).containsExactly("P1", "P2", "P4");
        feed(products(1, 4));
        assertThat(refresh().get("created").asInt()).as("one that comes back is the same reward").isZero();
        assertThat(rewards("").findValuesAsText("sku")).containsExactlyInAnyOrder("P1", "P2", "P3", "P4");
    }

    @Test
    void badItemsAreCountedByReasonAndCostOnlyThemselves() {
        feed(product(1, "10.00") + "<item><g:id>X</g:id><title>Sem preço</title></item><item><g:id>Y</title></item>" + product(2, "10.00"));

        JsonNode run = refresh();

        assertThat(run.get("read").asInt()).isEqualTo(4);
        assertThat(run.get("rejected").findValuesAsText("reason")).containsExactly("malformed", "price-missing");
        assertThat(run.get("rejected").findValuesAsText("count")).containsExactly("1", "1");
        assertThat(rewards("").findValuesAsText("sku")).contains("P1", "P2");
    }

    @Test
    void ofItemsWithOneIdTheFirstCounts() {
        feed(product(1, "11.00") + product(1, "12.00") + product(2, "13.00") + product(1, "14.00"));

        JsonNode run = refresh();

        assertThat(run.get("read").asInt()).isEqualTo(4);
        assertThat(run.get("created").asInt() + run.get("updated").asInt() + run.get("unchanged").asInt()).isEqualTo(2);
        JsonNode rewards = rewards("");
        assertThat(rewards.findValuesAsText("sku")).startsWith("P1", "P2");
        assertThat(rewards.get(0).get("price").decimalValue()).isEqualByComparingTo("11.00");
    }

    @Test
    void aFeedThatIsAsItWasIsNotReadAgain() {
        site.stubFor(WireMock.get("/feed.xml").willReturn(WireMock.ok(HEAD + products(1, 3) + END).withHeader("ETag", "\"v1\"")));
        refresh();
        site.stubFor(WireMock.get("/feed.xml").withHeader("If-None-Match", WireMock.equalTo("\"v1\"")).willReturn(WireMock.status(304)));

        assertThat(refresh().get("outcome").asText()).isEqualTo("not-modified");
        assertThat(rewards("")).hasSize(3);
    }

    @Test
    void aFeedThatIsTruncatedEmptyOrHasLostMostOfItsItemsTakesNothingAway() {
        feed(products(1, 10));
        refresh();

        site.stubFor(WireMock.get("/feed.xml").willReturn(WireMock.ok(HEAD + products(1, 8) + "<item><g:id>P9")));
        JsonNode truncated = refresh();
        assertThat(truncated.get("outcome").asText()).isEqualTo("kept");
        assertThat(truncated.get("warning").asText()).contains("termina no meio");

        feed(products(1, 3));
        JsonNode shrunk = refresh();
        assertThat(shrunk.get("outcome").asText()).isEqualTo("kept");
        assertThat(shrunk.get("warning").asText()).contains("7 de 10");

        feed("");
        assertThat(refresh().get("error").asText()).contains("nenhum item");
        site.stubFor(WireMock.get("/feed.xml").willReturn(WireMock.ok("<!DOCTYPE html><html><body>Entre</body></html>")));
        assertThat(refresh().get("error").asText()).contains("página");
        site.stubFor(WireMock.get("/feed.xml").willReturn(WireMock.serverError()));
        assertThat(refresh().get("error").asText()).contains("500");
        site.stubFor(WireMock.get("/feed.xml").willReturn(WireMock.aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        assertThat(refresh().get("outcome").asText()).isEqualTo("failed");
        assertThat(rewards("")).hasSize(10);
    }

    @Test
    void redirectsAreFollowedAndOnesWithoutEndAreNot() {
        site.stubFor(WireMock.get("/feed.xml").willReturn(WireMock.permanentRedirect("/moved.xml")));
        site.stubFor(WireMock.get("/moved.xml").willReturn(WireMock.ok(HEAD + products(1, 2) + END)));
        refresh();
        assertThat(rewards("").findValuesAsText("sku")).contains("P1", "P2");

        site.stubFor(WireMock.get("/moved.xml").willReturn(WireMock.permanentRedirect("/feed.xml")));
        assertThat(refresh().get("error").asText()).contains("redireciona");
    }

    @Test
    void thatTheHubHasNoRoomForAFeedIsNotSaidOfTheShop() throws IOException {
        refresh();
        Files.delete(scratch);
        try {
            assertThat(refresh().get("error").asText()).startsWith("erro interno");
        } finally {
            Files.createDirectory(scratch);
        }
        assertThat(rewards("").findValuesAsText("sku")).containsExactly("P1", "P2", "P3");
    }

    @Test
    void bytesThatAreNotWhatTheFileSaysAreReadAllTheSame() {
        byte[] bytes = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss><item><id>A</id><title>Pão de açúcar</title><price>10.00 BRL</price></item></rss>")
                .getBytes(Charset.forName("windows-1252"));
        site.stubFor(WireMock.get("/feed.xml").willReturn(WireMock.ok().withBody(bytes)));

        JsonNode run = refresh();

        assertThat(run.get("warning").asText()).contains("Windows-1252");
        assertThat(rewards("?query=A").findValuesAsText("title")).contains("Pão de açúcar");
    }

    @Test
    void theFirstReadingOfAFeedIsHeldToTheSameRulesAsAnyOther() {
        // Else the feed of the programme that all begin with may be the one that is read first.
        refresh();
        byte[] bytes = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss>" + product(1, "11.00") + product(2, "12.00") + product(1, "13.00")
                + "<item><id>PÃO</id><title>Pão de açúcar</title><price>10.00 BRL</price></item><item><id>Y</title></item></rss>")
                .getBytes(Charset.forName("windows-1252"));
        site.stubFor(WireMock.get("/first.xml").willReturn(WireMock.ok().withBody(bytes)));
        programme = hub.programme(shop, Map.of("catalogFeedUrl", site.url("/first.xml"), "importSales", false));

        JsonNode run = hub.runUntil("catalog-feed", this::lastRun, first -> first.hasNonNull("finishedAt"));

        assertThat(counts(run)).isEqualTo(Map.of("read", 5, "created", 3, "updated", 0, "unchanged", 0, "removed", 0));
        assertThat(run.get("warning").asText()).contains("Windows-1252");
        assertThat(rewards("").findValuesAsText("sku")).containsExactlyInAnyOrder("PÃO", "P1", "P2");
        assertThat(rewards("?query=P1").get(0).get("price").decimalValue()).as("of items with one id the first counts").isEqualByComparingTo("11.00");
    }

    @Test
    void aDownloadThatBreaksOffTakesNothingAndAddsNothing() {
        refresh();
        site.stubFor(WireMock.get("/feed.xml").willReturn(WireMock.ok(HEAD + products(1, 3)).withFault(Fault.MALFORMED_RESPONSE_CHUNK)));
        assertThat(refresh().get("error").asText()).contains("interrompido");

        feed(products(1, 4));
        assertThat(refresh().get("created").asInt()).isEqualTo(1);
    }

    @Test
    void aRewardStaysWithItsMerchantAndNeitherGoesWithoutTheOther() {
        refresh();
        String integration = programme.integrationPath().substring(programme.integrationPath().lastIndexOf('/') + 1);

        assertThatThrownBy(() -> hub.jdbc().update("DELETE FROM integrations WHERE id = ?::uuid", integration)).hasMessageContaining("there are rewards");
        assertThatThrownBy(() -> hub.jdbc().update("UPDATE rewards SET integration_id = NULL WHERE integration_id = ?::uuid", integration))
                .hasMessageContaining("a reward stays");
    }

    @Test
    void onlyWantedProductsBecomeRewardsAndUnknownOnesAreReported() {
        hub.operator().patch(programme.integrationPath(), Map.of("rewardSkus", List.of("P2", "P99"))).expect(200);

        JsonNode run = refresh();

        assertThat(rewards("").findValuesAsText("sku")).containsExactly("P2");
        assertThat(run.get("unknownSkus")).hasSize(1);
        assertThat(run.get("unknownSkus").get(0).asText()).isEqualTo("P99");
    }

    @Test
    void theVariantsOfAProductAreOneRewardAndTheCheapestThatCanBeHadStandsForThem() {
        feed(products(1, 3) + variant("CAM-AZ-M", "Camisa Linho (Azul, M)", "30.00", "CAM", "")
                + variant("CAM-AZ-G", "Camisa Linho (Azul, G)", "20.00", "CAM", "") + variant("CAM-VD-G", "Camisa Linho (Verde, G)", "25.00", "CAM", "")
                + variant("CAM-VD-P", "Camisa Linho (Verde, P)", "5.00", "CAM", "<g:availability>out of stock</g:availability>")
                + variant("ALONE", "Boné", "7.00", "ALONE", "<g:color>Preto</g:color>"));
        refresh();

        JsonNode rewards = rewards("");

        assertThat(titles(rewards)).containsExactlyInAnyOrder("Produto 1", "Produto 2", "Produto 3", "Camisa Linho", "Boné (Preto)");
        JsonNode shirt = titled("Camisa Linho", rewards);
        assertThat(shirt.get("sku").asText()).isEqualTo("CAM-AZ-G");
        assertThat(shirt.get("points").asLong()).isEqualTo(400);
        assertThat(shirt.get("variants").findValuesAsText("name")).containsExactly("Azul, G", "Verde, G", "Azul, M");
        assertThat(shirt.get("variants").findValuesAsText("points")).containsExactly("400", "500", "600");
        assertThat(titled("Boné (Preto)", rewards).get("variants")).as("nothing to choose from").isEmpty();
        assertThat(titled("Camisa Linho", rewards("?available=false")).get("variants").findValuesAsText("sku")).as("what cannot be had comes last")
                .containsExactly("CAM-AZ-G", "CAM-VD-G", "CAM-AZ-M", "CAM-VD-P");
        assertThat(rewards("?query=verde").findValuesAsText("sku")).as("as far as they are looked for").containsExactly("CAM-VD-G");
        assertThat(rewards("?query=CAM-AZ-M").findValuesAsText("title")).containsExactly("Camisa Linho (Azul, M)");
        JsonNode page = programme.client().get(programme.path() + "/rewards?limit=2").expect(200).json();
        JsonNode rest = programme.client().get(programme.path() + "/rewards?limit=3&cursor=" + page.get("nextCursor").asText()).expect(200).json();
        assertThat(Stream.concat(titles(page.get("items")).stream(), titles(rest.get("items")).stream()).toList()).as("page by page").isEqualTo(titles(rewards));
        assertThat(rest.get("nextCursor").isNull()).isTrue();
    }

    @Test
    void variantsThatAreCalledTheSameAreToldApartByColourAndSize() {
        feed(products(1, 3) + variant("B-1", "Bota", "50.00", "B", "<g:color>Café</g:color><g:size>38</g:size>") + variant("B-2", "Bota", "50.00", "B", "<g:color>Café</g:color><g:size>39</g:size>")
                + variant("B-3", "Bota", "50.00", "B", "<g:color>Café</g:color><g:size>39</g:size>"));
        refresh();

        assertThat(titled("Bota", rewards("")).get("variants").findValuesAsText("name")).containsExactly("Café, 38", "Café, 39 (B-2)", "Café, 39 (B-3)");
        assertThat(rewards("?query=caf%C3%A9,%2038").findValuesAsText("title")).containsExactly("Bota (Café, 38)");
    }

    @Test
    void aMerchantAddsRewardsOfItsOwnAndChangesThoseAlone() {
        refresh();
        JsonNode own = programme.client().post(programme.path() + "/rewards", Map.of("sku", "VALE-20", "title", "Vale de R$ 20", "price", 20, "points", 350))
                .expect(201).json();
        assertThat(own.get("points").asLong()).isEqualTo(350);
        String path = programme.path() + "/rewards/" + own.get("id").asText();

        Map<String, Object> changes = new HashMap<>();
        changes.put("points", null);
        assertThat(programme.client().patch(path, changes).expect(200).json().get("points").asLong()).isEqualTo(400);
        programme.client().post(programme.path() + "/rewards", Map.of("sku", "VALE-20", "title", "Outro", "price", 20)).expect(409);
        String ofFeed = programme.path() + "/rewards/" + rewards("").get(0).get("id").asText();
        programme.client().patch(ofFeed, Map.of("title", "Outro")).expect(409);
        programme.client().delete(ofFeed).expect(409);

        programme.client().delete(path).expect(204);
        programme.client().get(path).expect(404);
    }

    @Test
    void withoutAFeedThereIsNothingToRefresh() {
        Map<String, Object> none = new HashMap<>();
        none.put("catalogFeedUrl", null);
        hub.operator().patch(programme.integrationPath(), none).expect(200);

        programme.client().post(programme.integrationPath() + "/catalog/refresh", null).expect(409);
    }

    @Test
    void rewardsOfAFeedGoWithItsAddressAndWithItsIntegration() {
        refresh();
        long id = rewards("").get(0).get("id").asLong();
        String member = programme.client().post(programme.path() + "/participants", Map.of("document", "52998224725", "name", "Ana", "email", "ana@exemplo.com.br"))
                .expect(201).json().get("id").asText();
        assertThat(redeem(member, id).status()).as("there it is, and costs more than there is").isEqualTo(409);
        Map<String, Object> feed = new HashMap<>();
        feed.put("catalogFeedUrl", null);
        hub.operator().patch(programme.integrationPath(), feed).expect(200);
        assertThat(rewards("")).isEmpty();
        programme.client().get(programme.path() + "/rewards/" + id).expect(404);
        assertThat(redeem(member, id).status()).isEqualTo(400);

        hub.operator().patch(programme.integrationPath(), Map.of("catalogFeedUrl", site.url("/feed.xml"))).expect(200);
        assertThat(rewards("")).hasSize(3);

        hub.operator().delete(programme.integrationPath()).expect(204);
        assertThat(rewards("")).isEmpty();
        programme.client().get(programme.path() + "/rewards/" + id).expect(404);
        assertThat(redeem(member, id).json().at("/errors/0/field").asText()).isEqualTo("rewardId");
    }

    @Test
    void theFeedOfAnIntegrationThatIsDeletedWhileItIsReadIsNotWritten() {
        refresh();
        feed(products(1, 4));
        whileItIsAskedFor(() -> hub.operator().delete(programme.integrationPath()).expect(204));

        hub.runUntil("catalog-feed", () -> hub.jdbc().queryForList("SELECT FROM catalog_runs WHERE integration_id = ?::uuid AND finished_at IS NULL",
                programme.integration()).isEmpty());
        assertThat(everKnown("P4")).isFalse();
        assertThat(hub.jdbc().queryForObject("SELECT error FROM catalog_runs WHERE integration_id = ?::uuid ORDER BY id DESC LIMIT 1", String.class,
                programme.integration())).contains("excluída");
    }

    @Test
    void whatTheMerchantChangesCountsThoughTheFeedIsAsItWas() {
        unchangedFeed(products(1, 3).replace("</item>", "<link>/p</link></item>"));
        refresh();
        assertThat(refresh().get("outcome").asText()).isEqualTo("not-modified");

        hub.operator().patch(programme.integrationPath(), Map.of("siteUrl", "https://loja.exemplo")).expect(200);
        refresh();
        assertThat(rewards("").findValuesAsText("link")).containsOnly("https://loja.exemplo/p");

        hub.operator().patch(programme.integrationPath(), Map.of("rewardSkus", List.of("P2"))).expect(200);
        refresh();
        assertThat(rewards("").findValuesAsText("sku")).containsExactly("P2");
    }

    @Test
    void whatTheMerchantChangesWhileAFeedIsReadCountsForThatReadingToo() {
        refresh();
        unchangedFeed(products(1, 4));
        long id = whileItIsAskedFor(() -> hub.operator().patch(programme.integrationPath(), Map.of("rewardSkus", List.of("P2"))).expect(200));

        assertThat(ended(id).get("outcome").asText()).isEqualTo("ok");
        assertThat(rewards("").findValuesAsText("sku")).containsExactly("P2");
        assertThat(everKnown("P4")).as("what was read under the old settings is not written").isFalse();
    }

    @Test
    void aFeedOfWhichSomethingIsStillToComeIsReadAgainThoughItIsAsItWas() {
        site.stubFor(WireMock.get("/feed.xml").willReturn(WireMock.ok(HEAD + products(1, 4) + "<item>").withHeader("ETag", "\"v1\"")));
        refresh();
        unchangedFeed(products(1, 10));
        refresh();
        assertThat(rewards("")).as("after one that was cut off").hasSize(10);

        site.stubFor(WireMock.get("/feed.xml").willReturn(WireMock.ok(HEAD + product(1, "10.01") + END).withHeader("ETag", "\"v2\"")));
        assertThat(refresh().get("outcome").asText()).isEqualTo("kept");
        site.stubFor(WireMock.get("/feed.xml").withHeader("If-None-Match", WireMock.equalTo("\"v2\"")).willReturn(WireMock.status(304)));
        assertThat(refresh().get("outcome").asText()).as("after one of which not all was taken").isEqualTo("kept");
    }

    @Test
    void aFeedWithASaleThatIsNotOverIsReadAgainThoughItIsAsItWas() {
        unchangedFeed(sale("2020-01-01T00:00Z/2020-02-01T00:00Z"));
        refresh();
        assertThat(refresh().get("outcome").asText()).as("a sale that is over changes no more").isEqualTo("not-modified");

        for (String dates : List.of("2020-01-01T00:00Z/2120-02-01T00:00Z", "2120-01-01T00:00Z/2120-02-01T00:00Z")) {
            unchangedFeed(sale(dates));
            hub.jdbc().update("UPDATE catalogs SET etag = NULL WHERE integration_id = ?::uuid", programme.integration());
            refresh();
            assertThat(refresh().get("outcome").asText()).as(dates).isEqualTo("ok");
        }
    }

    @Test
    void aNodeThatLostItsClaimWhileItReadWritesNothingMore() {
        refresh();
        feed(products(1, 4));
        whileItIsAskedFor(() -> {
            feed(products(1, 3));
            hub.jdbc().update("UPDATE catalogs SET fencing = fencing + 1, lease_until = NULL WHERE integration_id = ?::uuid", programme.integration());
        });

        JsonNode next = hub.runUntil("catalog-feed", this::lastRun, last -> last.hasNonNull("finishedAt"));

        assertThat(next.get("outcome").asText()).isEqualTo("ok");
        assertThat(everKnown("P4")).isFalse();
    }

    @Test
    void anIntegrationIsChangedWhileItsFeedIsWritten() throws Exception {
        try (Connection writing = hub.bean(DataSource.class).getConnection()) {
            writing.setAutoCommit(false);
            try (Statement statement = writing.createStatement()) {
                statement.execute("SELECT id FROM integrations WHERE id = '" + programme.integration() + "' FOR KEY SHARE");
            }
            CompletableFuture<Void> change = CompletableFuture.runAsync(() -> hub.operator().patch(programme.integrationPath(), Map.of("name", "Outra")).expect(200));
            try {
                change.get(10, TimeUnit.SECONDS);
            } finally {
                writing.rollback();
            }
        }
    }

    @Test
    void wantedProductsThatAFeedLostStayAndUnwantedOnesGo() {
        feed(products(1, 10));
        refresh();
        hub.operator().patch(programme.integrationPath(), Map.of("rewardSkus", List.of("P1", "P2", "P3", "P4", "P5"))).expect(200);
        feed(product(5, "10.01") + product(9, "10.01"));

        JsonNode broken = refresh();

        assertThat(broken.get("outcome").asText()).isEqualTo("kept");
        assertThat(broken.get("warning").asText()).contains("4 de 5");
        assertThat(broken.get("removed").asInt()).isEqualTo(5);
        assertThat(rewards("").findValuesAsText("sku")).containsExactlyInAnyOrder("P1", "P2", "P3", "P4", "P5");
        feed(products(1, 3));
        assertThat(refresh().get("removed").asInt()).isEqualTo(2);
    }

    @Test
    void anotherFeedTakesThePlaceOfTheOldOneAsSoonAsItIsWhole() {
        feed(products(1, 10));
        refresh();
        site.stubFor(WireMock.get("/other.xml").willReturn(WireMock.ok(HEAD + products(101, 103) + "<item>")));
        hub.operator().patch(programme.integrationPath(), Map.of("catalogFeedUrl", site.url("/other.xml"))).expect(200);
        assertThat(refresh().get("outcome").asText()).isEqualTo("kept");
        assertThat(rewards("")).hasSize(13);

        site.stubFor(WireMock.get("/other.xml").willReturn(WireMock.ok(HEAD + products(101, 103) + END)));
        assertThat(refresh().get("removed").asInt()).isEqualTo(10);
        assertThat(rewards("").findValuesAsText("sku")).containsExactly("P101", "P102", "P103");
        site.stubFor(WireMock.get("/other.xml").willReturn(WireMock.ok(HEAD + products(101, 101) + END)));
        assertThat(refresh().get("outcome").asText()).as("from then on it is the one").isEqualTo("kept");
    }

    @Test
    void anAddressThatNoFeedCanBeReadFromIsNotSaved() {
        assertThat(hub.operator().patch(programme.integrationPath(), Map.of("catalogFeedUrl", "https://0177.0.0.1/feed.xml")).expect(400).json()
                .at("/errors/0/field").asText()).isEqualTo("catalogFeedUrl");

        hub.jdbc().update("UPDATE integrations SET catalog_feed_url = 'https://0177.0.0.1/feed.xml' WHERE id = ?::uuid", programme.integration());
        hub.operator().patch(programme.integrationPath(), Map.of("name", "Outra")).expect(200);
    }

    @Test
    void aRedirectToAQueryAloneStaysAtItsPath() {
        site.stubFor(WireMock.get("/xml/feed?token=1").willReturn(WireMock.temporaryRedirect("?page=1")));
        site.stubFor(WireMock.get("/xml/feed?page=1").willReturn(WireMock.ok(HEAD + products(1, 4) + END)));
        hub.operator().patch(programme.integrationPath(), Map.of("catalogFeedUrl", site.url("/xml/feed?token=1"))).expect(200);

        assertThat(refresh().get("outcome").asText()).isEqualTo("ok");
        assertThat(rewards("")).hasSize(4);
    }

    private JsonNode refresh() {
        return ended(ask());
    }

    private long ask() {
        return programme.client().post(programme.integrationPath() + "/catalog/refresh", null).expect(202).json().get("runId").asLong();
    }

    private JsonNode ended(long id) {
        return hub.runUntil("catalog-feed", this::lastRun, run -> run.path("id").asLong() == id && run.hasNonNull("finishedAt"));
    }

    /** Nothing where there was none yet. */
    private JsonNode lastRun() {
        Answer run = programme.client().get(programme.integrationPath() + "/catalog");
        return run.status() == 404 ? MissingNode.getInstance() : run.expect(200).json();
    }

    /** Asks for a refresh, and does something once the shop was asked for the feed and before it answers. */
    private long whileItIsAskedFor(Runnable something) {
        long id = ask();
        site.setGlobalFixedDelay(2000);
        site.resetRequests();
        CompletableFuture.runAsync(() -> hub.run("catalog-feed"));
        await().atMost(30, TimeUnit.SECONDS).pollInterval(Duration.ofMillis(20)).until(() -> !site.findAll(WireMock.anyRequestedFor(WireMock.anyUrl())).isEmpty());
        site.setGlobalFixedDelay(0);
        something.run();
        return id;
    }

    private boolean everKnown(String sku) {
        return Boolean.TRUE.equals(hub.jdbc().queryForObject("SELECT EXISTS (SELECT FROM rewards WHERE integration_id = ?::uuid AND sku = ?)", Boolean.class,
                programme.integration(), sku));
    }

    private Answer redeem(String member, long reward) {
        return programme.client().send("POST", programme.path() + "/participants/" + member + "/redemptions", Json.write(Map.of("rewardId", reward)),
                "Idempotency-Key", "one");
    }

    /** As long as it is not another, by its ETag. */
    private void unchangedFeed(String items) {
        site.stubFor(WireMock.get("/feed.xml").willReturn(WireMock.ok(HEAD + items + END).withHeader("ETag", "\"v1\"")));
        site.stubFor(WireMock.get("/feed.xml").withHeader("If-None-Match", WireMock.equalTo("\"v1\"")).willReturn(WireMock.status(304)));
    }

    private static String sale(String dates) {
        return product(1, "10.01").replace("</item>", "<g:sale_price>5.00 BRL</g:sale_price><g:sale_price_effective_date>" + dates + "</g:sale_price_effective_date></item>");
    }

    private JsonNode rewards(String query) {
        return programme.client().get(programme.path() + "/rewards" + query).expect(200).json().get("items");
    }

    private static JsonNode titled(String title, JsonNode rewards) {
        return rewards.get(titles(rewards).indexOf(title));
    }

    private static List<String> titles(JsonNode rewards) {
        return StreamSupport.stream(rewards.spliterator(), false).map(reward -> reward.get("title").asText()).toList();
    }

    private static Map<String, Integer> counts(JsonNode run) {
        return List.of("read", "created", "updated", "unchanged", "removed").stream().collect(Collectors.toMap(name -> name, name -> run.get(name).asInt()));
    }

    private void feed(String items) {
        site.stubFor(WireMock.get("/feed.xml").willReturn(WireMock.ok(HEAD + items + END)));
    }

    private static String products(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(number -> product(number, "10.01")).collect(Collectors.joining());
    }

    private static String variant(String sku, String title, String price, String group, String more) {
        return "<item><g:id>" + sku + "</g:id><title>" + title + "</title><g:price>" + price + " BRL</g:price><g:item_group_id>" + group + "</g:item_group_id>" + more + "</item>";
    }

    private static String product(int number, String price) {
        return "<item><g:id>P" + number + "</g:id><title>Produto " + number + "</title><g:price>" + price + " BRL</g:price></item>";
    }
}
