package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.poll.Hints;
import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a platform announces: a hint to fetch an order, answered at once, followed up by the next tick. */
class HooksRouteTest extends ShopAndHub {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** The routes of all platforms, since there is another than the tests' own; and the addresses of hooks as one can call them here. */
    @Override
    Map<String, Object> properties() {
        return Map.of("hub.routes-dir", RoutesCopy.withoutLimits(), "hub.public-url", "");
    }

    @Test
    void anAnnouncedOrderIsPaidWithoutAskingForTheList() throws Exception {
        Programme programme = open();
        long order = placeHundred(1);

        for (int i = 0; i < 10; i++) {
            assertThat(announce(programme, order).statusCode()).isEqualTo(200);
        }

        assertThat(points(sale(programme, order, "awarded"))).isEqualTo(100);
        assertThat(shop.calls("/orders")).as("calls for the list").isZero();
        // The route's own clock may fall between two of them.
        assertThat(shop.calls("/orders/*/complete")).as("ten announcements within a moment are one").isLessThanOrEqualTo(2);
        await().until(() -> hints() == 0);
    }

    @Test
    void anAnnouncementOfWhatIsKnownChangesNothing() throws Exception {
        Programme programme = open();
        long order = placeHundred(1);
        poll(programme);

        announce(programme, order);
        tick(hub);
        await().until(() -> hints() == 0);
        poll(programme);

        assertThat(points(sale(programme, order, "awarded"))).isEqualTo(100);
    }

    @Test
    void aCancellationIsAnnouncedLikeAnythingElse() throws Exception {
        Programme programme = open();
        long order = placeHundred(1);
        poll(programme);
        shop.changeStatus(order, SandboxStatus.CANCELADO);

        announce(programme, order);

        assertThat(points(sale(programme, order, "reversed"))).isZero();
    }

    @Test
    void anOrderThatThePlatformDoesNotKnowYetIsAskedForAgainLater() throws Exception {
        Programme programme = open();

        announce(programme, 999_999);
        tick(hub);

        await().until(() -> hub.jdbc().queryForList("SELECT attempts FROM hints WHERE retry_at > now()", Integer.class).equals(List.of(1)));
        assertThat(hub.jdbc().queryForObject("SELECT consecutive_failures FROM polling WHERE integration_id = ?::uuid", Integer.class,
                programme.integration())).isZero();
        hub.jdbc().update("DELETE FROM hints");
    }

    @Test
    void anAnnouncedOrderThatThePlatformFailsOnHoldsUpNoOther() {
        Programme programme = open();
        long bad = placeHundred(1);
        long good = placeHundred(2);
        shop.fail("/orders/" + bad + "/complete", SandboxTray.ALWAYS, Fault.serverError());
        note(programme, bad);

        assertThat(outcome(poll(programme))).isEqualTo("ok");
        assertThat(points(programme.sale(good))).isEqualTo(100);
        assertThat(hub.jdbc().queryForList("SELECT retry_at > now() FROM hints", Boolean.class)).as("asked for again, and not at once").containsExactly(true);
        hub.jdbc().update("DELETE FROM hints");
    }

    @Test
    void announcedOrdersThatAllFailAreThePlatformsFaultForAFewPollsOnly() {
        Programme programme = open();
        List<Long> bad = Stream.of(1, 2, 3, 4).map(this::placeHundred).toList();
        long good = placeHundred(5);
        bad.forEach(order -> shop.fail("/orders/" + order + "/complete", SandboxTray.ALWAYS, Fault.serverError()));
        bad.forEach(order -> note(programme, order));

        assertThat(outcome(poll(programme))).isEqualTo("failed");
        for (int polls = 0; polls < 3; polls++) {
            poll(programme);
        }

        assertThat(points(programme.sale(good))).isEqualTo(100);
        hub.jdbc().update("DELETE FROM hints");
    }

    @Test
    void whatAPlatformSaysToAnAnnouncedOrderIsSaidToTheMerchantAndKept() {
        Programme programme = open();
        long order = placeHundred(1);
        shop.fail("/orders/" + order + "/complete", SandboxTray.ALWAYS, Fault.tooManyRequests(3_000));
        note(programme, order);

        assertThat(poll(programme).get("error").asText()).contains("limite de chamadas");

        assertThat(Instant.parse(programme.health().get("nextPollAt").asText())).isAfter(Instant.now().plusSeconds(2_900));
        hub.jdbc().update("DELETE FROM hints");
    }

    private void note(Programme programme, long order) {
        hub.bean(Hints.class).note(UUID.fromString(programme.merchant()), UUID.fromString(programme.integration()), List.of(Long.toString(order)));
    }

    @Test
    void aPausedIntegrationTakesNoHints() throws Exception {
        Programme programme = open();
        programme.client().post(programme.integrationPath() + "/deactivate", null).expect(200);

        assertThat(announce(programme, 80_001).statusCode()).isEqualTo(200);

        assertThat(hints()).isZero();
    }

    @Test
    void panelsThatLookWhetherTheAddressAnswersAreAnswered() throws Exception {
        Programme programme = open();

        assertThat(send(HttpRequest.newBuilder(address(programme)).GET()).statusCode()).isEqualTo(200);
        assertThat(send(HttpRequest.newBuilder(address(programme)).method("HEAD", BodyPublishers.noBody())).statusCode()).isEqualTo(200);
    }

    @Test
    void theSameAddressBelowTheApisAnswersToo() throws Exception {
        Programme programme = open();
        long order = placeHundred(1);
        URI below = URI.create(address(programme).toString().replace("/hooks/", "/api/v1/hooks/"));

        assertThat(send(form(below, order)).statusCode()).isEqualTo(200);

        assertThat(points(sale(programme, order, "awarded"))).isEqualTo(100);
    }

    @Test
    void aTokenThatWasNotGivenAwayOpensNothing() throws Exception {
        Programme programme = open();
        Programme another = open();
        String token = address(programme).getPath().replaceFirst(".*/", "");
        String end = token.substring(token.length() - 6);
        String forged = address(another).getPath().replaceFirst(".*/", "").replaceFirst(".{6}$", end);

        for (String wrong : new String[] {"/hooks/tray/" + forged, "/hooks/tray/x", "/hooks/tray/", "/hooks/shopify/" + token, "/hooks/" + token}) {
            HttpResponse<String> response = send(form(hub.address().resolve(wrong), 1));
            assertThat(response.statusCode()).as(wrong).isEqualTo(404);
            assertThat(response.headers().firstValue("content-type").orElse("")).as(wrong).startsWith("application/problem+json");
        }
        HttpResponse<String> nonsense = send(HttpRequest.newBuilder(address(programme)).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"scope_id\": ")));
        assertThat(nonsense.statusCode()).isEqualTo(400);
    }

    /** The route's own clock may have been faster than the test's tick: then it is still at it. */
    private JsonNode sale(Programme programme, long order, String decision) {
        tick(hub);
        return await().atMost(Duration.ofSeconds(60)).until(() -> programme.sale(order), sale -> sale != null && decision(sale).equals(decision));
    }

    private long hints() {
        return hub.jdbc().queryForObject("SELECT count(*) FROM hints", Long.class);
    }

    private HttpResponse<String> announce(Programme programme, long order) throws Exception {
        return send(form(address(programme), order));
    }

    private static HttpRequest.Builder form(URI address, long order) {
        return HttpRequest.newBuilder(address).header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("seller_id=1&scope_id=" + order + "&scope_name=order&act=update&app_code=991"));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private URI address(Programme programme) {
        HubClient.Answer integration = programme.client().get(programme.integrationPath()).expect(200);
        return hub.address().resolve(integration.json().get("webhookUrl").asText());
    }
}
