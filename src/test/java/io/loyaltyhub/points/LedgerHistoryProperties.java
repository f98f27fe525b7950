package io.loyaltyhub.points;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.points.History.Fact;
import io.loyaltyhub.points.Verdict.Effect;
import io.loyaltyhub.support.OnlyWhenHeavy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Whatever happens to orders, and in whatever order, pages and number the ledger hears of it: what an order is worth in
 * the end follows from what happened alone.
 */
class LedgerHistoryProperties {

    /** Verification looks at all merchants there are; new books now and then keep it quick. */
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
    Arbitrary<History> histories() {
        return History.any();
    }

    @Property(tries = 300)
    void anOrdersPointsFollowFromItsFactsHoweverTheyArrive(@ForAll("histories") History history) {
        Programme programme = programme(history);

        history.pages().forEach(programme::post);

        programme.assertEverythingIsAsTheFactsSay();
        assertLedgerCoherent(books.jdbc());
    }

    @Property(tries = 300)
    void whatArrivesAgainChangesNothing(@ForAll("histories") History history) {
        Programme programme = programme(history);
        history.pages().forEach(programme::post);
        List<Books.Entry> entries = programme.one.entries();

        List<List<Fact>> backwards = new ArrayList<>(history.pages());
        Collections.reverse(backwards);
        backwards.forEach(programme::post);
        programme.post(history.orders().stream().flatMap(List::stream).toList());
        history.orders().forEach(versions -> versions.forEach(fact -> programme.post(List.of(fact))));

        assertThat(programme.one.entries()).isEqualTo(entries);
        programme.assertEverythingIsAsTheFactsSay();
        assertLedgerCoherent(books.jdbc());
    }

    @Property(tries = 10_000)
    @AddLifecycleHook(OnlyWhenHeavy.class)
    void anOrdersPointsFollowFromItsFactsInTenThousandHistories(@ForAll("histories") History history) {
        whatArrivesAgainChangesNothing(history);
    }

    private static Programme programme(History history) {
        if (books == null || ++merchants % MERCHANTS_PER_BOOKS == 0) {
            closeBooks();
            books = Books.open();
        }
        Books.Shop one = books.newShop();
        return new Programme(history, Version.rule(history.pointsPerReal()), one, one.anotherOfTheSameMerchant());
    }

    private record Programme(History history, PointsRule rule, Books.Shop one, Books.Shop other) {

        void post(List<Fact> page) {
            History.byShop(page).forEach((first, facts) -> (first ? one : other).post(facts.stream().map(fact -> fact.verdict(rule)).toList()));
        }

        void assertEverythingIsAsTheFactsSay() {
            long total = 0;
            for (int order = 0; order < history.orders().size(); order++) {
                Books.Shop shop = History.isOfFirstShop(order) ? one : other;
                Books.SaleRow sale = shop.sale(History.id(order));
                Fact deciding = history.deciding(order);
                assertThat(sale.points()).isEqualTo(history.worth(order));
                assertThat(sale.decision()).isEqualTo(deciding == null ? "ignored" : deciding.effect() == Effect.EARNS ? "awarded" : "reversed");
                assertThat(sale.statusId()).isEqualTo(history.newest(order).verdict(rule).sale().status().id());
                assertThat(shop.movements(History.id(order)).stream().mapToLong(Long::longValue).sum()).isEqualTo(history.worth(order));
                total += history.worth(order);
            }
            assertThat(one.totalOfBalances()).isEqualTo(total);
            assertThat(one.participants()).as("people, one participant each").doesNotHaveDuplicates()
                    .extracting(participant -> participant.get("email")).doesNotHaveDuplicates();
        }
    }
}
