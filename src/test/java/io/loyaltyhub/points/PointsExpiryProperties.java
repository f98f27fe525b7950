package io.loyaltyhub.points;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.sandbox.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** Whatever is bought, cancelled, given and spent while days go by: what expires is what a list of awards says. */
class PointsExpiryProperties {

    private static final int VALID_DAYS = 3;
    private static final int MERCHANTS_PER_BOOKS = 100;
    private static final Buyer ANA = Buyer.number(1);
    private static final SettableClock CLOCK = new SettableClock(Instant.parse("2026-03-10T15:00:00Z"));

    private static Books books;
    private static int merchants;

    /** @param number the points, the days, or which of the orders */
    record Step(What what, int number) {
    }

    enum What { BUY, CANCEL, GIVE, SPEND, DAYS }

    @AfterContainer
    static void closeBooks() {
        if (books != null) {
            books.close();
            books = null;
        }
    }

    @Provide
    Arbitrary<List<Step>> lives() {
        return Combinators.combine(Arbitraries.of(What.class), Arbitraries.integers().between(1, 5)).as(Step::new).list().ofMinSize(1).ofMaxSize(20);
    }

    @Property(tries = 150)
    void whatExpiresIsWhatIsLeftOfAwardsWhoseDaysAreOver(@ForAll("lives") List<Step> life) {
        if (books == null || ++merchants % MERCHANTS_PER_BOOKS == 0) {
            closeBooks();
            books = Books.open(CLOCK);
        }
        Books.Shop shop = books.newShop();
        books.jdbc().update("UPDATE merchants SET points_validity_days = ? WHERE id = ?", VALID_DAYS, shop.merchant());
        UUID ana = shop.register(ANA);
        Model model = new Model();
        for (Step step : life) {
            switch (step.what()) {
                case BUY -> {
                    model.award(step.number() * 10L, true);
                    shop.post(Version.of("order-" + model.awards.size()).by(ANA).worth(step.number() * 10 + ".00").earns());
                }
                case CANCEL -> model.cancel(step.number()).forEach(order -> shop.post(Version.of("order-" + order).by(ANA).at(1).reverses()));
                case GIVE -> {
                    model.award(step.number(), false);
                    shop.adjust(ana, step.number(), "Presente", "test");
                }
                case SPEND -> {
                    long points = Math.min(model.balance(), step.number() * 7L);
                    if (points > 0) {
                        model.spent += points;
                        shop.adjust(ana, -points, "Gasto", "test");
                    }
                }
                case DAYS -> {
                    CLOCK.advance(Duration.ofDays(step.number()));
                    model.day += step.number();
                    model.expire();
                    books.expiry().expire(shop.merchant());
                    int entries = shop.entries().size();
                    books.expiry().expire(shop.merchant());
                    assertThat(shop.entries()).as("once a day is enough").hasSize(entries);
                }
            }
            assertThat(shop.balance(ANA)).as(step.toString()).isEqualTo(model.balance());
        }
        assertLedgerCoherent(books.jdbc());
    }

    /** The awards in the order in which they were made, and how much was spent altogether. */
    private static final class Model {

        private static final class Award {
            private final int day;
            private final long points;
            private final boolean order;
            private long expired;
            private boolean cancelled;

            private Award(int day, long points, boolean order) {
                this.day = day;
                this.points = points;
                this.order = order;
            }

            /** Cancelled, it never was: neither given nor expired. */
            private long net() {
                return cancelled ? 0 : points - expired;
            }
        }

        private final List<Award> awards = new ArrayList<>();
        private int day;
        private long spent;

        void award(long points, boolean order) {
            awards.add(new Award(day, points, order));
        }

        /** The order that is so many before the last, if there is one that stands. */
        List<Integer> cancel(int before) {
            int index = awards.size() - before;
            if (index < 0 || !awards.get(index).order || awards.get(index).cancelled) {
                return List.of();
            }
            awards.get(index).cancelled = true;
            return List.of(index + 1);
        }

        void expire() {
            long used = spent;
            for (Award award : awards) {
                long ofThis = Math.min(used, award.net());
                used -= ofThis;
                if (award.day < day - VALID_DAYS && !award.cancelled) {
                    award.expired += award.net() - ofThis;
                }
            }
        }

        long balance() {
            return awards.stream().mapToLong(Award::net).sum() - spent;
        }
    }
}
