package io.loyaltyhub.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
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

        JsonNode run = hub.runUntil("catalog-feed", () -> programme.client().get(programme.integrationPath() + "/catalog").expect(200).json(),
                first -> first.hasNonNull("finishedAt"));

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

    private JsonNode refresh() {
        long id = programme.client().post(programme.integrationPath() + "/catalog/refresh", null).expect(202).json().get("runId").asLong();
        return hub.runUntil("catalog-feed", () -> programme.client().get(programme.integrationPath() + "/catalog").expect(200).json(),
                run -> run.get("id").asLong() == id && !run.get("finishedAt").isNull());
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
