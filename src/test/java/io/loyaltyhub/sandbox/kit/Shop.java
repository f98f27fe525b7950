package io.loyaltyhub.sandbox.kit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.loyaltyhub.sandbox.CallPattern;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * A shop that speaks some platform's protocol over HTTP and refuses what the real one would refuse. A subclass is the protocol and
 * nothing else: what has been ordered, what goes wrong and what is counted is here. It lives in memory; everything may be called
 * while it answers.
 *
 * <p>A pattern of calls is a path, exact or with {@code *} for one segment and {@code **} for anything; a method may stand before
 * it: {@code GET /orders/*}.
 */
public abstract class Shop implements AutoCloseable {

    /** For {@link #fail}: until {@link #clearFaults()}. */
    public static final int ALWAYS = Integer.MAX_VALUE;

    private static final long FIRST_ID = 80_001;
    private static final long FIRST_NUMBER = 1_001;

    static {
        // Without it each answer waits 40 ms for the acknowledgement of its headers.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final Clock clock;
    private final HttpServer server;
    private final ExecutorService threads;
    private final URI address;
    private final TreeMap<Long, Order> orders = new TreeMap<>();
    private final Set<Long> poisoned = ConcurrentHashMap.newKeySet();
    private final CallBudget budget = new CallBudget();
    private final Calls calls = new Calls();
    private final Plan<Call, Trouble> troubles = new Plan<>();
    private volatile Duration hang = Duration.ofSeconds(2);

    protected Shop() {
        this(Clock.systemUTC());
    }

    /** With a clock of the test's own, for the times of orders and for whatever the protocol lets expire. */
    protected Shop(Clock clock) {
        this.clock = clock;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        address = URI.create("http://localhost:" + server.getAddress().getPort());
        threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "sandbox-" + getClass().getSimpleName());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    // --- what a platform's stand-in says about itself

    /** The platform's folder in {@code routes/}. */
    public abstract String platform();

    /** What stands in an integration's settings when everything is right, {@code baseUrl} included. */
    public abstract Map<String, Object> settings();

    /** The same with credentials that the shop refuses, though they look right. */
    public abstract Map<String, Object> wrongSettings();

    /** The platform's keys of statuses in which an order has been paid for: those of PAID, SENT and DELIVERED. */
    public abstract List<String> scoringStatuses();

    /** Those of CANCELLED and RETURNED. */
    public abstract List<String> reversalStatuses();

    /** Whether this call asks for a page of orders. */
    public abstract boolean isList(Call call);

    /** Whether this call asks for one order on its own, or for a part of one. */
    public boolean isDetail(Call call) {
        return false;
    }

    /** Whether orders cannot be asked for but by id, so that nobody hears of one but by its announcement. */
    public boolean announcesOnly() {
        return false;
    }

    /** Whether this call makes a coupon, or a part of one. */
    public boolean isCoupon(Call call) {
        return false;
    }

    /** The coupons that were made, by code; empty where the platform has none. */
    public Map<String, CouponSeen> coupons() {
        return Map.of();
    }

    /** What the platform posts when something happens to this order of its; empty where it announces nothing. */
    public Optional<Call> hook(Order order) {
        return Optional.empty();
    }

    /** The platform's protocol. May throw a {@link Refusal}. */
    protected abstract Reply answer(Call call);

    /** How the platform says that there were too many calls. */
    protected Reply tooMany() {
        return Reply.json(429, Map.of("message", "Too Many Requests"));
    }

    /** How the platform says that it does not know these credentials. */
    protected Reply unauthorised() {
        return Reply.json(401, Map.of("message", "Unauthorized"));
    }

    /** An order was placed, moved, edited or touched: for platforms that keep a queue or a record of their own. */
    protected void changed(Order order) {
    }

    // --- where it is

    /** {@code http://localhost:<port>}, without a path. */
    public final URI address() {
        return address;
    }

    protected final Clock clock() {
        return clock;
    }

    /** Stops answering; calls in flight are cut. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    // --- orders

    /** Answers the order's id. What the order leaves open, the shop chooses; id and number are never the same. */
    public final synchronized long place(Order order) {
        long next = orders.isEmpty() ? FIRST_ID : Math.max(FIRST_ID, orders.lastKey() + 1);
        long id = order.id() != 0 ? order.id() : next;
        if (orders.containsKey(id)) {
            throw new IllegalArgumentException("There is an order " + id + " already");
        }
        order.placed(id, order.number().isEmpty() ? Long.toString(FIRST_NUMBER + orders.size()) : order.number(), clock.instant());
        orders.put(id, order);
        changed(order);
        return id;
    }

    public final synchronized void move(long id, Stage stage) {
        Order order = order(id);
        order.moved(stage, clock.instant());
        changed(order);
    }

    /** From now on what was paid for goods is this much. */
    public final synchronized void edit(long id, String goods) {
        edit(id, new BigDecimal(goods));
    }

    public final synchronized void edit(long id, BigDecimal goods) {
        Order order = order(id);
        order.repriced(goods.setScale(2, RoundingMode.UNNECESSARY), clock.instant());
        changed(order);
    }

    /** Where {@link #money} writes amounts of this order there is nonsense, until healed. */
    public final void poison(long id) {
        order(id);
        poisoned.add(id);
    }

    /** Its amounts can be read again; for the platform that is no change. */
    public final void heal(long id) {
        poisoned.remove(id);
    }

    protected final boolean poisoned(Order order) {
        return poisoned.contains(order.id());
    }

    /** Of an order that there is. */
    public final synchronized Order order(long id) {
        return find(id).orElseThrow(() -> new NoSuchElementException("The shop has no order " + id));
    }

    public final synchronized Optional<Order> find(long id) {
        return Optional.ofNullable(orders.get(id));
    }

    /** By what a caller wrote where an id belongs: empty too where that is no number. */
    protected final Optional<Order> find(String id) {
        return id != null && id.matches("\\d{1,18}") ? find(Long.parseLong(id)) : Optional.empty();
    }

    /** By id. */
    public final synchronized List<Order> orders() {
        return List.copyOf(orders.values());
    }

    /** Placed, moved or edited at this time or later, the one that changed longest ago first. */
    public final List<Order> changedSince(Instant since) {
        return orders().stream().filter(order -> !order.changedAt().isBefore(since))
                .sorted(Comparator.comparing(Order::changedAt).thenComparingLong(order -> order.id())).toList();
    }

    /** What stands where this amount of this order belongs: two decimals with a point, or nonsense if the order is poisoned. */
    protected final String money(Order order, BigDecimal amount) {
        return poisoned(order) ? "R$ cem" : amount.setScale(2, RoundingMode.HALF_UP).toPlainString();
    }

    /** The same for platforms whose amounts are JSON numbers. */
    protected final Object amount(Order order, BigDecimal amount) {
        return poisoned(order) ? "R$ cem" : amount.setScale(2, RoundingMode.HALF_UP);
    }

    /** Pages count from 1; one behind the last is empty. */
    protected static <T> List<T> page(List<T> all, int number, int size) {
        return slice(all, (number - 1L) * size, size);
    }

    protected static <T> List<T> slice(List<T> all, long offset, int limit) {
        return all.subList((int) Math.min(offset, all.size()), (int) Math.min(offset + limit, all.size()));
    }

    /** How many pages there are, 0 where there is nothing. */
    protected static int pages(List<?> all, int size) {
        return (all.size() + size - 1) / size;
    }

    // --- how it behaves

    /** More calls than this get {@link #tooMany()}. */
    public final void limits(Limits limits) {
        budget.set(limits);
    }

    /** For the limits, so much time goes by at once. */
    public final void pass(Duration time) {
        budget.pass(time);
    }

    /** The next so many of these calls go wrong; several troubles for one call wait for each other. */
    public final void fail(Predicate<Call> calls, int times, Trouble trouble) {
        troubles.fail(calls, times, trouble);
    }

    public final void fail(String pattern, int times, Trouble trouble) {
        fail(matching(pattern), times, trouble);
    }

    /** Runs before such a call is answered, each time, in the thread that answers it. May throw a {@link Refusal}, which is the answer then. */
    public final void onCall(Predicate<Call> calls, Runnable action) {
        troubles.watch(calls, action);
    }

    public final void onCall(String pattern, Runnable action) {
        onCall(matching(pattern), action);
    }

    /** How long {@link Trouble#HANG} is silent; two seconds until said otherwise. */
    public final void hang(Duration time) {
        hang = time;
    }

    final Duration hang() {
        return hang;
    }

    /** Nothing goes wrong any more; poisoned orders stay poisoned. */
    public final void clearFaults() {
        troubles.clear();
    }

    // --- what it saw

    /** Calls that arrived, refused ones included. */
    public final int calls(String pattern) {
        return calls(matching(pattern));
    }

    public final int calls(Predicate<Call> wanted) {
        return calls.count(wanted);
    }

    public final int calls() {
        return calls.count(call -> true);
    }

    /** How often a call was one too many. */
    public final int exceeded() {
        return budget.exceeded();
    }

    /** The most that arrived within any sixty seconds. */
    public final int busiestMinute() {
        return calls.busiestMinute();
    }

    /** All since the counters were reset, oldest first. */
    public final List<Call> lastCalls() {
        return calls.all();
    }

    /** Counts from nothing again, limits included. */
    public final void resetCounters() {
        calls.reset();
        budget.reset();
    }

    private static Predicate<Call> matching(String pattern) {
        int space = pattern.indexOf(' ');
        Predicate<String> path = CallPattern.path(pattern.substring(space + 1));
        return call -> (space < 0 || call.method().equals(pattern.substring(0, space))) && path.test(call.path());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call = Call.read(exchange);
            calls.record(call);
            Trouble trouble = null;
            Reply reply;
            try {
                troubles.watching(call).forEach(Runnable::run);
                trouble = troubles.next(call);
                reply = trouble == null ? right(call) : trouble.instead(this, () -> right(call));
            } catch (Refusal refusal) {
                reply = refusal.reply();
            } catch (RuntimeException | AssertionError broken) {
                // The stand-in itself fails: say so, rather than look like something that was planned.
                broken.printStackTrace();
                reply = Reply.text(500, "The sandbox failed: " + broken);
            }
            if (trouble == null) {
                Trouble.sendWhole(exchange, reply);
            } else {
                trouble.deliver(this, exchange, reply);
            }
        } catch (InterruptedException closes) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply right(Call call) {
        if (!budget.admits()) {
            return tooMany();
        }
        try {
            return answer(call);
        } catch (Refusal refusal) {
            return refusal.reply();
        }
    }
}
