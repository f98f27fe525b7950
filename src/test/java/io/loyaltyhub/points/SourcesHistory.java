package io.loyaltyhub.points;

import io.loyaltyhub.points.Verdict.Effect;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * What happened to some sales that a shop and its ERP both report, or one of them (edits, refunds, cancellations)
 * of people who may be on record twice, and how the ledger hears of it. What each is
 * to have paid in the end is said here once more, from the facts alone.
 *
 * @param registers whether buyers are registered by what they buy; else only those in {@code joining} ever become participants
 * @param cutover   which of the two counts from {@link #CUTOVER_HOUR} on; null: both, all the time
 * @param events    a {@link Fact}, the number of a person who joins, or a {@link Merge}, in order of arrival
 * @param sizes     of the pages that the facts arrive in
 */
record SourcesHistory(boolean registers, Boolean cutover, Set<Integer> joining, List<List<Fact>> orders, List<Object> events, List<Integer> sizes) {

    static final int CUTOVER_HOUR = 50;
    static final int PEOPLE = 2;
    private static final int SHOP_ORDERS = 3;

    /** By what an order names its buyer. Nothing but the merchant's word makes one of somebody who uses two e-mails. */
    enum Shown {
        DOCUMENT, EMAIL, ANOTHER_EMAIL;

        private Buyer of(Buyer buyer) {
            return switch (this) {
                case DOCUMENT -> buyer;
                case EMAIL -> buyer.withoutDocument();
                case ANOTHER_EMAIL -> buyer.byAnotherEmail();
            };
        }
    }

    /**
     * The merchant's word that the two records of a person are one.
     *
     * @param intoFirst whether the one that has the document is the one that goes on
     */
    record Merge(int person, boolean intoFirst) {
    }

    /** What a person's orders have paid once all is known. */
    long worth(int person) {
        return orders.stream().map(versions -> versions.get(0)).filter(first -> first.person() == person)
                .mapToLong(first -> worth(deciding(first.shops(), first.order()))).sum();
    }

    /**
     * An order as it stood after its so-many-th change.
     *
     * @param shops    whether it is the shop's; else it is the ERP's
     * @param shopOrder of the ERP's: the shop's order that it names; null: none
     */
    record Fact(boolean shops, int order, int version, int person, int placedHour, Effect effect, int cents, int refunded,
                Shown shown, Integer shopOrder) {

        String id() {
            return (shops ? "s" : "e") + order;
        }

        Verdict verdict(boolean registers, PointsRule rule) {
            Buyer buyer = Buyer.number(person);
            Version standing = Version.of(id()).by(shown.of(buyer)).placed(placedHour).at(version)
                    .worth(BigDecimal.valueOf(cents, 2).toString()).refunded(BigDecimal.valueOf(refunded, 2).toString())
                    .ofShopOrder(shopOrder == null ? null : "s" + shopOrder);
            return switch (effect) {
                case EARNS -> registers ? standing.earns(rule) : standing.earnsIfRegistered(rule);
                case REVERSES -> standing.reverses();
                case NEITHER -> standing.neither();
            };
        }

        boolean isSameBuyer(Fact other) {
            return shown == Shown.DOCUMENT && other.shown == Shown.DOCUMENT && person == other.person;
        }
    }

    /** The newest version that earns or reverses; null where none does. */
    Fact deciding(boolean shops, int order) {
        return orders.stream()
                .map(versions -> versions.stream().filter(fact -> fact.effect() != Effect.NEITHER).reduce((older, newer) -> newer).orElse(null))
                .filter(fact -> fact != null && fact.shops() == shops && fact.order() == order).findFirst().orElse(null);
    }

    /** What an order has paid once all is known. */
    long worth(Fact fact) {
        return fact != null && fact.effect() == Effect.EARNS && isKnown(fact) && (fact.shops() ? counts(fact, fact.placedHour()) : isItsOwnSale(fact))
                ? Math.max(0, fact.cents() - fact.refunded()) / 100 : 0;
    }

    private boolean isItsOwnSale(Fact copy) {
        Fact named = copy.shopOrder() == null ? null : deciding(true, copy.shopOrder());
        if (named != null) {
            return !hasWord(named) && counts(copy, named.placedHour());
        }
        boolean mayBeAnother = shopsDeciding().anyMatch(fact -> hasWord(fact) && fact.isSameBuyer(copy) && fact.cents() == copy.cents()
                && Math.abs(fact.placedHour() - copy.placedHour()) <= 72);
        return !mayBeAnother && counts(copy, copy.placedHour());
    }

    private Stream<Fact> shopsDeciding() {
        return orders.stream().map(versions -> versions.get(0)).filter(Fact::shops).map(first -> deciding(true, first.order())).filter(fact -> fact != null);
    }

    private boolean hasWord(Fact fact) {
        return counts(fact, fact.placedHour()) && (fact.effect() == Effect.REVERSES || isKnown(fact));
    }

    private boolean isKnown(Fact fact) {
        return registers || joining.contains(fact.person());
    }

    private boolean counts(Fact fact, int placedHour) {
        return cutover == null || (fact.shops() == cutover) == (placedHour >= CUTOVER_HOUR);
    }

    static Arbitrary<SourcesHistory> any() {
        Arbitrary<Set<Integer>> joining = Arbitraries.integers().between(0, PEOPLE - 1).set().ofMaxSize(PEOPLE);
        Arbitrary<List<List<Fact>>> shops = versions(true).list().ofMinSize(1).ofMaxSize(SHOP_ORDERS);
        Arbitrary<List<List<Fact>>> erps = versions(false).list().ofMinSize(1).ofMaxSize(4);
        Arbitrary<List<List<Fact>>> orders = Combinators.combine(shops, erps).as((one, other) -> Stream.concat(numbered(one), numbered(other)).toList());
        return Combinators.combine(Arbitraries.of(true, false), Arbitraries.of(true, false).injectNull(0.5), joining, orders).flatAs(
                (registers, cutover, people, facts) -> merges().flatMap(merges -> arrivals(facts, registers ? Set.of() : people, merges))
                        .flatMap(events -> Arbitraries.integers().between(1, 6).list().ofMinSize(1).ofMaxSize(5)
                                .map(sizes -> new SourcesHistory(registers, cutover, people, facts, events, sizes))));
    }

    private static Arbitrary<List<Merge>> merges() {
        return Combinators.combine(Arbitraries.integers().between(0, PEOPLE - 1), Arbitraries.of(true, false)).as(Merge::new).list()
                .uniqueElements(Merge::person).ofMaxSize(PEOPLE);
    }

    private static Arbitrary<List<Fact>> versions(boolean shops) {
        Arbitrary<Integer> number = Arbitraries.integers().between(0, SHOP_ORDERS - 1).injectNull(0.4);
        Arbitrary<Fact> fact = Combinators.combine(Arbitraries.of(Effect.EARNS, Effect.EARNS, Effect.REVERSES, Effect.NEITHER), Arbitraries.of(99, 4990, 10_000),
                Arbitraries.of(0, 0, 1001),
                Arbitraries.of(Shown.DOCUMENT, Shown.DOCUMENT, Shown.EMAIL, Shown.ANOTHER_EMAIL), number).as((effect, cents, refunded, shown, shopOrder) ->
                new Fact(shops, 0, 0, 0, 0, effect, cents, refunded, shown, shops ? null : shopOrder));
        return Combinators.combine(fact.list().ofMinSize(1).ofMaxSize(3), Arbitraries.integers().between(0, PEOPLE - 1), Arbitraries.of(0, 24, 100))
                .as((facts, person, hour) -> facts.stream().map(one -> new Fact(shops, 0, 0, person, hour, one.effect(), one.cents(), one.refunded(),
                        one.shown(), one.shopOrder())).toList());
    }

    private static Stream<List<Fact>> numbered(List<List<Fact>> orders) {
        List<List<Fact>> numbered = new ArrayList<>();
        for (List<Fact> order : orders) {
            List<Fact> versions = new ArrayList<>();
            for (Fact fact : order) {
                versions.add(new Fact(fact.shops(), numbered.size(), versions.size(), fact.person(), fact.placedHour(), fact.effect(), fact.cents(),
                        fact.refunded(), fact.shown(), fact.shopOrder()));
            }
            numbered.add(versions);
        }
        return numbered.stream();
    }

    /** All of it in any order, some of it more than once. */
    private static Arbitrary<List<Object>> arrivals(List<List<Fact>> orders, Set<Integer> joining, List<Merge> merges) {
        List<Object> all = new ArrayList<>(new HashSet<>(joining));
        all.addAll(merges);
        orders.forEach(all::addAll);
        return Arbitraries.of(all).list().ofMaxSize(6).flatMap(again -> Arbitraries.shuffle(Stream.concat(all.stream(), again.stream()).toList()));
    }
}
