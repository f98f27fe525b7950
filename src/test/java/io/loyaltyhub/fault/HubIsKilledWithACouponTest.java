package io.loyaltyhub.fault;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.sandbox.TrayAnswer;
import io.loyaltyhub.sandbox.TrayCall;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** {@code kill -9} around the moment in which the shop makes a coupon: never two, never none, and the points went once. */
class HubIsKilledWithACouponTest {

    private static final Predicate<TrayCall> MAKES = call -> call.method().equals("POST") && call.path().equals("/discount_coupons");
    private static final Predicate<TrayCall> TIES = call -> call.path().startsWith("/discount_coupons/create_relationship/");

    private enum Moment {
        BEFORE_THE_SHOP_MAKES_IT, AFTER_THE_SHOP_MADE_IT, AFTER_IT_WAS_TIED
    }

    private static final List<Moment> MOMENTS = List.of(Moment.values());

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path home;

    private final TestDatabase database = TestDatabase.create();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());

    @Test
    void oneCouponHoweverOftenTheHubIsKilled() throws Exception {
        kill(MOMENTS.size(), System.nanoTime());
    }

    @Test
    @EnabledIfSystemProperty(named = "heavy", matches = "true")
    void oneCouponAfterAHundredKills() throws Exception {
        kill(100, System.nanoTime());
    }

    /** Each moment as often as the others, in a new order each time. */
    private void kill(int kills, long seed) throws Exception {
        Random random = new Random(seed);
        List<Moment> moments = new ArrayList<>();
        BriskRoutes.into(home.resolve("routes"));
        try (SandboxTray shop = SandboxTray.start()) {
            Programme programme = null;
            for (int i = 0; i < kills; i++) {
                ForkedHub hub = launch();
                try {
                    hub.awaitReady();
                    if (programme == null) {
                        shop.place(SandboxOrder.ofHundred().customer(1).status(SandboxStatus.A_ENVIAR));
                        programme = RunningHub.programme(null, hub.operator(), shop, Map.of());
                    }
                    Programme seen = hub.see(programme);
                    if (i == 0) {
                        seen.poll();
                        seen.client().post(participant(seen) + "/adjustments", Map.of("points", 20L * kills, "reason", "Para resgatar")).expect(201);
                    }
                    if (moments.isEmpty()) {
                        moments.addAll(MOMENTS);
                        Collections.shuffle(moments, random);
                    }
                    killAround(shop, moments.remove(0), random.nextInt(25), hub);
                    try {
                        redeem(seen, i);
                    } catch (UncheckedIOException killedWithTheOneBefore) {
                        // Nobody knows whether it was taken: it is asked for again, under its key, by the end.
                    }
                    hub.awaitEnd();
                } finally {
                    hub.kill();
                }
                shop.clearFaults();
            }
            try (RunningHub last = RunningHub.start(database, properties())) {
                Programme seen = last.see(programme);
                List<String> codes = new ArrayList<>();
                for (int i = 0; i < kills; i++) {
                    String id = redeem(seen, i);
                    JsonNode ended = await().atMost(ForkedHub.PATIENCE).until(
                            () -> seen.client().get(seen.path() + "/redemptions/" + id).expect(200).json(), one -> !one.get("state").asText().equals("pending"));
                    assertThat(ended.get("state").asText()).isEqualTo("issued");
                    codes.add(ended.at("/coupon/code").asText());
                }
                assertThat(shop.coupons().keySet()).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(codes);
                assertThat(shop.coupons().values()).as("for one member alone").allSatisfy(customers -> assertThat(customers).hasSize(1));
                assertThat(seen.totalOfBalances()).isEqualTo(100);
            }
        }
        assertLedgerCoherent(jdbc);
    }

    private static String redeem(Programme programme, int number) {
        return programme.client().send("POST", participant(programme) + "/redemptions", Json.write(Map.of("amount", 1)), "Idempotency-Key", "k" + number)
                .expect(202).json().get("id").asText();
    }

    /** The hub does not learn how that went. */
    private static void killAround(SandboxTray shop, Moment moment, int later, ForkedHub hub) {
        switch (moment) {
            case BEFORE_THE_SHOP_MAKES_IT -> {
                AtomicBoolean first = new AtomicBoolean(true);
                shop.onCall(MAKES, () -> {
                    if (first.getAndSet(false)) {
                        hub.kill();
                    }
                });
            }
            case AFTER_THE_SHOP_MADE_IT -> shop.fail(MAKES, 1, (call, answering) -> killed(answering.apply(call), later, hub));
            case AFTER_IT_WAS_TIED -> shop.fail(TIES, 1, (call, answering) -> killed(answering.apply(call), later, hub));
        }
    }

    private static TrayAnswer killed(TrayAnswer answer, int later, ForkedHub hub) {
        return new TrayAnswer(answer.status(), answer.headers(), answer.body(), (exchange, sent) -> {
            if (later > 0) {
                answer.delivery().send(exchange, sent);
                exchange.getResponseBody().close();
                Thread.sleep(later);
            }
            hub.kill();
        });
    }

    private ForkedHub launch() {
        return ForkedHub.launch(database, home, properties());
    }

    private Map<String, String> properties() {
        return Map.of("hub.routes-dir", home.resolve("routes").toString(), "hub.coupon.lease", "PT3S", "hub.coupon.retry-delay", "PT0.2S");
    }

    private static String participant(Programme programme) {
        return programme.path() + "/participants/" + programme.client().get(programme.path() + "/participants").expect(200).json().at("/items/0/id").asText();
    }
}
