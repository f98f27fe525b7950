package io.loyaltyhub.platforms;

import static io.loyaltyhub.platforms.OpenShop.outcome;
import static java.time.format.DateTimeFormatter.ISO_OFFSET_DATE_TIME;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.SettableClock;
import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Shops;
import io.loyaltyhub.sandbox.kit.Stage;
import io.loyaltyhub.sandbox.kit.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the platform, people get the points of their orders: all of them, once, and whatever happens on the way. */
class PointsOfEveryPlatformTest extends EveryPlatform {

    /** These hold up whoever asks: each comes once, and the second attempt within the same poll overcomes it. */
    private static final Set<Trouble> SLOW = Set.of(Trouble.HANG, Trouble.DRIP, Trouble.TOO_MANY);

    @Test
    @DisabledIfSystemProperty(named = "shop", matches = ".+", disabledReason = "one stand-in alone is tested")
    void everyPlatformHasAStandIn() throws IOException {
        Set<String> platforms;
        try (Stream<Path> folders = Files.list(Path.of("routes"))) {
            platforms = folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString())
                    .filter(name -> !name.equals("hub")).collect(Collectors.toSet());
        }
        Set<String> standIns = new HashSet<>();
        for (Class<? extends Shop> type : Shops.all()) {
            try (Shop shop = Shops.open(type)) {
                standIns.add(shop.platform());
            }
        }
        assertThat(standIns).isEqualTo(platforms);
    }

    @ParameterizedTest
    @MethodSource("shops")
    void anOrderPlacedBeforeTheImportBeganAndPaidForAfterEarns(Class<? extends Shop> type) {
        SettableClock clock = new SettableClock(Instant.now().minus(Duration.ofDays(3)));
        try (OpenShop open = OpenShop.unlimited(hub, type, clock)) {
            String importFrom = ISO_OFFSET_DATE_TIME.format(OffsetDateTime.now(ZoneOffset.UTC).minusDays(1));
            open.programme().client().patch(open.programme().integrationPath(), Map.of("importFrom", importFrom)).expect(200);
            long order = open.shop().place(Order.ofHundred().person(1).stage(Stage.NEW));
            open.poll();

            clock.advance(Duration.ofDays(3));
            open.shop().move(order, Stage.PAID);
            assertThat(outcome(open.poll())).isEqualTo("ok");

            open.assertBalancesExact("after an order placed before was paid for");
        }
    }

    @ParameterizedTest
    @MethodSource("shops")
    void aPollInWhichNothingChangedAsksForNoOrderAndWritesNothing(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            for (Stage stage : Stage.values()) {
                open.shop().place(Order.ofHundred().person(stage.ordinal()).stage(stage));
            }
            open.poll();
            open.assertBalancesExact("after the first poll");
            Map<String, String> before = open.written();
            open.shop().resetCounters();

            JsonNode poll = open.poll();

            assertThat(outcome(poll)).isEqualTo("ok");
            assertThat(open.shop().calls(open.shop()::isList) > 0).as("calls for the list").isNotEqualTo(open.shop().announcesOnly());
            assertThat(open.shop().calls(open.shop()::isDetail)).as("calls for an order").isZero();
            assertThat(open.written()).isEqualTo(before);
        }
    }

    /** All at once: most of what goes wrong is waited for. */
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<Class<? extends Shop>, Future<?>> troubled = new HashMap<>();

    @BeforeAll
    void beginTroubles() {
        Shops.all().forEach(type -> troubled.put(type, threads.submit(() -> meetTroubles(type))));
    }

    @AfterAll
    void endTroubles() {
        threads.shutdownNow();
    }

    @ParameterizedTest
    @MethodSource("shops")
    void whateverGoesWrongWithTheCallsOfAPollIsMadeUpForByLaterPolls(Class<? extends Shop> type) throws Throwable {
        try {
            troubled.get(type).get();
        } catch (ExecutionException failed) {
            throw failed.getCause();
        }
    }

    private void meetTroubles(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            Shop shop = open.shop();
            shop.resetCounters();
            shop.place(Order.ofHundred());
            open.poll();
            open.assertBalancesExact("before anything goes wrong");
            assertThat(shop.calls(shop::isList) > 0).as("calls for the list").isNotEqualTo(shop.announcesOnly());

            // What is neither is a queue's acknowledgement, say; a platform without details has none to go wrong.
            Map<String, Predicate<Call>> kinds = Map.of("list", shop::isList, "detail", shop::isDetail,
                    "other", call -> !shop.isList(call) && !shop.isDetail(call));
            Map<String, Predicate<Call>> made = new TreeMap<>(kinds);
            made.values().removeIf(kind -> shop.calls(kind) == 0);
            made.forEach((kind, calls) -> {
                for (Trouble trouble : kind.equals("list") ? List.of(Trouble.values()) : someTroubles()) {
                    isMadeUpFor(open, calls, trouble, trouble + " of a call, " + kind);
                }
            });
        }
    }

    /** Others each time; all of them where there is time. */
    private static List<Trouble> someTroubles() {
        List<Trouble> troubles = new ArrayList<>(List.of(Trouble.values()));
        Collections.shuffle(troubles);
        return Boolean.getBoolean("heavy") ? troubles : troubles.subList(0, troubles.size() / 2);
    }

    private static void isMadeUpFor(OpenShop open, Predicate<Call> calls, Trouble trouble, String what) {
        Shop shop = open.shop();
        int people = shop.orders().size();
        shop.place(Order.ofHundred().person(people));
        shop.place(Order.ofHundred().person(people + 1));
        shop.resetCounters();
        shop.fail(calls, SLOW.contains(trouble) ? 1 : Shop.ALWAYS, trouble);

        open.poll();
        assertThat(shop.calls(calls)).as("calls that met %s", what).isPositive();
        open.recover();

        open.assertBalancesExact("after " + what);
    }

    @ParameterizedTest
    @MethodSource("shops")
    void aPoisonedOrderWaitsApartAndIsPaidOnceItCanBeRead(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            List<Long> orders = Stream.of(1, 2, 3).map(person -> open.shop().place(Order.ofHundred().person(person))).toList();
            open.shop().poison(orders.get(1));

            assertThat(outcome(open.poll())).isEqualTo("ok");

            assertThat(open.programme().totalOfBalances()).as("points of the others").isEqualTo(200);
            JsonNode letters = open.programme().deadLetters();
            assertThat(letters).hasSize(1);
            assertThat(letters.get(0).get("reason").asText()).isNotBlank();
            open.shop().heal(orders.get(1));
            open.recover();
            open.assertBalancesExact("after the cure");
        }
    }
}
