package io.loyaltyhub.points;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Many who post at once, each in a transaction of its own. */
class ConcurrentPostingTest {

    private static final int THREADS = 8;

    private static Books books;

    @BeforeAll
    static void openBooks() {
        books = Books.open();
    }

    @AfterAll
    static void closeBooks() {
        books.close();
    }

    @AfterEach
    void everythingAddsUp() {
        assertLedgerCoherent(books.jdbc());
    }

    @Test
    void aPageThatEightPostAtOnceIsPaidOnce() throws Exception {
        Books.Shop shop = books.newShop();
        List<Verdict> page = IntStream.range(0, 100)
                .mapToObj(i -> Version.of("order-" + i).by(Buyer.number(i % 30)).worth("10.00").earns()).toList();

        List<List<Posted>> posted = atOnce(thread -> shop.post(page));

        assertThat(posted).allSatisfy(one -> assertThat(one).hasSize(100));
        assertThat(posted.stream().flatMap(List::stream).filter(one -> one.points() != 0)).hasSize(100);
        assertThat(shop.entries()).hasSize(100);
        assertThat(shop.participants()).hasSize(30);
        assertThat(shop.totalOfBalances()).isEqualTo(1000);
    }

    @Test
    void pagesOfTwoShopsThatPayTheSamePeopleInDifferentOrdersAllGetThrough() throws Exception {
        Books.Shop one = books.newShop();
        Books.Shop other = one.anotherOfTheSameMerchant();
        int pages = 20;

        atOnce(thread -> {
            Random random = new Random(thread);
            Books.Shop shop = thread % 2 == 0 ? one : other;
            for (int number = 0; number < pages; number++) {
                // Neighbouring pages share half of their orders, and all pages the same forty people.
                int first = number * 10;
                List<Verdict> page = new ArrayList<>(IntStream.range(first, first + 20)
                        .mapToObj(i -> buyerVaries(i, random).worth("10.00").earns()).toList());
                Collections.shuffle(page, random);
                shop.post(page);
            }
            return null;
        });

        int orders = (pages + 1) * 10;
        assertThat(one.entries()).hasSize(2 * orders);
        assertThat(one.totalOfBalances()).isEqualTo(2L * orders * 10);
        assertThat(one.participants()).hasSize(40);
    }

    /** The same person every time, who shows now the document, now only the e-mail. */
    private static Version buyerVaries(int order, Random random) {
        Buyer buyer = Buyer.number(order * 7 % 40);
        return Version.of("order-" + order).by(random.nextInt(4) == 0 ? buyer.withoutDocument() : buyer);
    }

    @Test
    void somebodyWhoBuysInTwoShopsAtOnceIsOnePersonWhateverIsShownInEach() throws Exception {
        Books.Shop one = books.newShop();
        Books.Shop other = one.anotherOfTheSameMerchant();
        int people = 60;

        atOnce(thread -> {
            for (int person = 0; person < people; person++) {
                Buyer buyer = Buyer.number(person);
                boolean showsDocument = thread % 2 == 0;
                (showsDocument ? one : other).post(Version.of("order-" + thread + "-" + person).by(showsDocument ? buyer : buyer.withoutDocument()).earns());
            }
            return null;
        });

        assertThat(one.participants()).hasSize(people).extracting(participant -> participant.get("document")).doesNotContainNull();
        assertThat(one.totalOfBalances()).isEqualTo(100L * THREADS * people);
    }

    @Test
    void versionsOfTheSameOrdersThatArriveInEveryOrderEndInTheNewest() throws Exception {
        Books.Shop shop = books.newShop();
        int versions = 12;

        atOnce(thread -> {
            Random random = new Random(thread);
            List<Integer> arrival = new ArrayList<>(IntStream.range(0, versions).boxed().toList());
            Collections.shuffle(arrival, random);
            for (int version : arrival) {
                List<Verdict> page = new ArrayList<>(IntStream.range(0, 15).mapToObj(order -> versionOf(order, version)).toList());
                Collections.shuffle(page, random);
                shop.post(page);
            }
            return null;
        });

        for (int order = 0; order < 15; order++) {
            assertThat(shop.sale("order-" + order).points()).isEqualTo(order % 3 == versions % 3 ? 0 : 10 + versions - 1);
        }
    }

    /** Every order is cancelled in every third version and worth another amount in each. */
    private static Verdict versionOf(int order, int version) {
        Version standing = Version.of("order-" + order).by(Buyer.number(order % 4)).at(version).worth(10 + version + ".00");
        return version % 3 == (order + 2) % 3 ? standing.reverses() : standing.earns();
    }

    @Test
    void aHundredReversalsEachSentTwiceAtOnceTakeEffectAHundredTimes() throws Exception {
        assertEachReversalTakesEffectOnce(100);
    }

    @Test
    @EnabledIfSystemProperty(named = "heavy", matches = "true")
    void aThousandReversalsEachSentTwiceAtOnceTakeEffectAThousandTimes() throws Exception {
        assertEachReversalTakesEffectOnce(1000);
    }

    private static void assertEachReversalTakesEffectOnce(int orders) throws Exception {
        Books.Shop shop = books.newShop();
        shop.post(IntStream.range(0, orders).mapToObj(i -> Version.of("order-" + i).by(Buyer.number(i % 50)).worth("3.00").earns()).toList());
        assertThat(shop.totalOfBalances()).isEqualTo(3L * orders);
        List<Integer> sent = new ArrayList<>(IntStream.range(0, 2 * orders).map(i -> i % orders).boxed().toList());
        Collections.shuffle(sent, new Random(1));
        AtomicInteger next = new AtomicInteger();
        AtomicInteger effective = new AtomicInteger();

        atOnce(thread -> {
            for (int i = next.getAndIncrement(); i < sent.size(); i = next.getAndIncrement()) {
                int order = sent.get(i);
                Posted posted = shop.postOne(Version.of("order-" + order).by(Buyer.number(order % 50)).at(1).reverses());
                effective.addAndGet(posted.points() == -3 ? 1 : 0);
            }
            return null;
        });

        assertThat(effective).hasValue(orders);
        assertThat(shop.entries()).hasSize(2 * orders);
        assertThat(shop.totalOfBalances()).isZero();
    }

    interface Posting<T> {
        T by(int thread) throws Exception;
    }

    /** Lets all threads loose together; what one of them throws, this throws. */
    static <T> List<T> atOnce(Posting<T> posting) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier together = new CyclicBarrier(THREADS);
            List<Callable<T>> tasks = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                tasks.add(() -> {
                    together.await();
                    return posting.by(thread);
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
