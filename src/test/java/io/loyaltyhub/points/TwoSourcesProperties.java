package io.loyaltyhub.points;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.points.SourcesHistory.Fact;
import io.loyaltyhub.points.SourcesHistory.Merge;
import io.loyaltyhub.support.OnlyWhenHeavy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Two sources that report the same sales, edits, cancellations, a cut-over between them, people who join late or turn out to be one: what each sale
 * has paid in the end follows from what happened, and not from when the ledger heard of it.
 */
class TwoSourcesProperties {

    private static final int MERCHANTS_PER_BOOKS = 250;

    private static Books books;
    private static int merchants;

    @AfterContainer
    static void closeBooks() {
        if (books != null) {
            books.close();
            books = null;
        }
    }

    @Provide
    Arbitrary<SourcesHistory> histories() {
        return SourcesHistory.any();
    }

    @Property(tries = 60)
    void theSameFactsPayTheSameHoweverTheyArrive(@ForAll("histories") SourcesHistory history, @ForAll long seed) {
        if (books == null || ++merchants % MERCHANTS_PER_BOOKS == 0) {
            closeBooks();
            books = Books.open();
        }
        Sources asTheyCame = new Sources(history);
        asTheyCame.hear(history.events());
        asTheyCame.assertTheFactsArePaid();

        List<Object> otherwise = new ArrayList<>(history.events());
        Collections.shuffle(otherwise, new Random(seed));
        Sources again = new Sources(history);
        again.hear(otherwise);
        again.assertTheFactsArePaid();

        assertThat(again.shop.totalOfBalances()).isEqualTo(asTheyCame.shop.totalOfBalances());
        assertLedgerCoherent(books.jdbc());
    }

    @Property(tries = 10_000)
    @AddLifecycleHook(OnlyWhenHeavy.class)
    void theSameFactsPayTheSameInTenThousandHistories(@ForAll("histories") SourcesHistory history, @ForAll long seed) {
        theSameFactsPayTheSameHoweverTheyArrive(history, seed);
    }

    private static final class Sources {

        private final SourcesHistory history;
        private final PointsRule rule = Version.rule("1");
        private final Books.Shop shop = books.newShop().amongOthers();
        private final Books.Shop erp = shop.erp();
        private final Map<Integer, Merge> merges = new HashMap<>();

        Sources(SourcesHistory history) {
            this.history = history;
            if (history.cutover() != null) {
                (history.cutover() ? shop : erp).countsFrom(SourcesHistory.CUTOVER_HOUR);
            }
        }

        void hear(List<Object> events) {
            List<Fact> page = new ArrayList<>();
            int pages = 0;
            for (Object event : events) {
                if (event instanceof Fact fact) {
                    page.add(fact);
                    if (page.size() >= history.sizes().get(pages % history.sizes().size())) {
                        pages++;
                        post(page);
                    }
                } else if (event instanceof Merge merge) {
                    merges.putIfAbsent(merge.person(), merge);
                } else {
                    join(Buyer.number((Integer) event));
                }
                merges.values().forEach(this::merge);
            }
            post(page);
            merges.values().forEach(this::merge);
        }

        private void join(Buyer person) {
            if (shop.record(person).isEmpty()) {
                shop.join(person);
                shop.join(person.byAnotherEmail());
            }
        }

        /** Said before both are there, it is said again once they are. */
        private void merge(Merge merge) {
            Optional<UUID> first = shop.record(Buyer.number(merge.person()));
            Optional<UUID> second = shop.record(Buyer.number(merge.person()).byAnotherEmail());
            if (first.isPresent() && second.isPresent() && !first.equals(second)) {
                shop.merge((merge.intoFirst() ? first : second).get(), (merge.intoFirst() ? second : first).get());
            }
        }

        private void post(List<Fact> page) {
            for (boolean shops : new boolean[] {true, false}) {
                (shops ? shop : erp).post(page.stream().filter(fact -> fact.shops() == shops).map(fact -> fact.verdict(history.registers(), rule)).toList());
            }
            page.clear();
        }

        void assertTheFactsArePaid() {
            long total = 0;
            for (List<Fact> versions : history.orders()) {
                Fact any = versions.get(0);
                long worth = history.worth(history.deciding(any.shops(), any.order()));
                Books.Shop source = any.shops() ? shop : erp;
                assertThat(source.sale(any.id()).points()).as(any.id() + " " + source.sale(any.id())).isEqualTo(worth);
                assertThat(source.movements(any.id()).stream().mapToLong(Long::longValue).sum()).isEqualTo(worth);
                total += worth;
            }
            assertThat(shop.totalOfBalances()).isEqualTo(total);
            assertThat(shop.pointsTold()).as("what was told of, each movement once").isEqualTo(total);
            for (int person = 0; person < SourcesHistory.PEOPLE; person++) {
                Buyer buyer = Buyer.number(person);
                assertThat(shop.balanceOfRecords(buyer, buyer.byAnotherEmail())).as("person " + person).isEqualTo(history.worth(person));
                if (merges.containsKey(person)) {
                    assertThat(shop.record(buyer).equals(shop.record(buyer.byAnotherEmail())) || shop.record(buyer).isEmpty()
                            || shop.record(buyer.byAnotherEmail()).isEmpty()).as("person " + person + " is one").isTrue();
                }
            }
        }
    }
}
