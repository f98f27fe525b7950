package io.loyaltyhub.points;

import io.loyaltyhub.points.Verdict.Effect;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * What happened to some orders of a few people, in two shops of one merchant, and how the ledger hears of it.
 *
 * @param pointsPerReal the rule, the same throughout
 * @param orders        the versions of each order, oldest first
 * @param pages         what arrives, page by page: every version at least once
 */
record History(String pointsPerReal, List<List<Fact>> orders, List<List<Fact>> pages) {

    private static final int PEOPLE = 3;
    /** Few amounts, so that an order often comes back with the one it had; some are worth no point. */
    private static final Arbitrary<Integer> CENTS = Arbitraries.of(0, 99, 100, 4990, 10_000, 10_050, 30_000);

    /** An order as it stood after its so-many-th change. */
    record Fact(int order, int version, Effect effect, int cents, boolean showsDocument) {

        Verdict verdict(PointsRule rule) {
            Buyer buyer = Buyer.number(order % PEOPLE);
            Version standing = Version.of(id(order)).by(showsDocument ? buyer : buyer.withoutDocument())
                    .worth(BigDecimal.valueOf(cents, 2).toString()).at(version);
            return switch (effect) {
                case EARNS -> standing.earns(rule);
                case REVERSES -> standing.reverses();
                case NEITHER -> standing.neither();
            };
        }
    }

    /** The first two orders have the same number in two shops, and so on. */
    static String id(int order) {
        return "order-" + order / 2;
    }

    static boolean isOfFirstShop(int order) {
        return order % 2 == 0;
    }

    /** What decides: the newest version that earns or reverses; null where none does. */
    Fact deciding(int order) {
        return orders.get(order).stream().filter(fact -> fact.effect() != Effect.NEITHER).reduce((older, newer) -> newer).orElse(null);
    }

    long worth(int order) {
        Fact deciding = deciding(order);
        return deciding == null || deciding.effect() == Effect.REVERSES ? 0
                : BigDecimal.valueOf(deciding.cents(), 2).multiply(new BigDecimal(pointsPerReal)).setScale(0, RoundingMode.FLOOR).longValueExact();
    }

    Fact newest(int order) {
        return orders.get(order).get(orders.get(order).size() - 1);
    }

    static Arbitrary<History> any() {
        Arbitrary<Fact> fact = Combinators.combine(
                Arbitraries.of(Effect.class), CENTS, Arbitraries.of(true, false)).as((effect, cents, document) -> new Fact(0, 0, effect, cents, document));
        Arbitrary<List<List<Fact>>> orders = fact.list().ofMinSize(1).ofMaxSize(5).list().ofMinSize(1).ofMaxSize(6).map(History::numbered);
        return Combinators.combine(Arbitraries.of("1", "0.5", "2.75"), orders)
                .flatAs((rate, facts) -> arrivals(facts.stream().flatMap(List::stream).toList()).map(pages -> new History(rate, facts, pages)));
    }

    private static List<List<Fact>> numbered(List<List<Fact>> orders) {
        List<List<Fact>> numbered = new ArrayList<>();
        for (int order = 0; order < orders.size(); order++) {
            List<Fact> versions = new ArrayList<>();
            for (Fact fact : orders.get(order)) {
                versions.add(new Fact(order, versions.size(), fact.effect(), fact.cents(), fact.showsDocument()));
            }
            numbered.add(versions);
        }
        return numbered;
    }

    /** All of it in any order, some of it more than once, cut into pages anywhere. */
    private static Arbitrary<List<List<Fact>>> arrivals(List<Fact> facts) {
        Arbitrary<List<Fact>> arriving = Arbitraries.of(facts).list().ofMaxSize(8)
                .flatMap(again -> Arbitraries.shuffle(Stream.concat(facts.stream(), again.stream()).toList()));
        Arbitrary<List<Integer>> sizes = Arbitraries.integers().between(1, 10).list().ofMinSize(1).ofMaxSize(6);
        return Combinators.combine(arriving, sizes).as(History::cut);
    }

    private static List<List<Fact>> cut(List<Fact> facts, List<Integer> sizes) {
        List<List<Fact>> pages = new ArrayList<>();
        for (int from = 0; from < facts.size(); from += pages.get(pages.size() - 1).size()) {
            pages.add(facts.subList(from, Math.min(facts.size(), from + sizes.get(pages.size() % sizes.size()))));
        }
        return pages;
    }

    /** A page of the platform holds orders of one shop only. */
    static Map<Boolean, List<Fact>> byShop(List<Fact> page) {
        Map<Boolean, List<Fact>> byShop = new LinkedHashMap<>();
        page.forEach(fact -> byShop.computeIfAbsent(isOfFirstShop(fact.order()), first -> new ArrayList<>()).add(fact));
        return byShop;
    }
}
