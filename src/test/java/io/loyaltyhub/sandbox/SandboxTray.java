package io.loyaltyhub.sandbox;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A shop that speaks Tray's protocol over HTTP and refuses what the real one would refuse. It lives in memory; everything here
 * may be called while it answers. Paths in patterns start behind {@code /web_api}: {@code /orders} is the list alone,
 * {@code *} one segment, {@code **} anything.
 */
public final class SandboxTray implements AutoCloseable {

    /** For {@link #fail}: until {@link #clearFaults()}. */
    public static final int ALWAYS = Integer.MAX_VALUE;

    private static final String BASE = "/web_api";
    private static final long SEED = 42;

    static {
        // Without it each answer waits 40 ms for the acknowledgement of its headers.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final URI apiAddress;
    private final String code;
    private final ShopClock clock;
    private final TrayTokens tokens;
    private final CallLimits limits;
    private final CallLog log;
    private final FaultPlan faults = new FaultPlan();
    private final CustomerStore customers;
    private final OrderStore orders;
    private final StatusStore statuses = new StatusStore();
    private final TrayCoupons coupons;
    private final TrayProtocol protocol;

    private SandboxTray(int port, Clock wanted) {
        clock = new ShopClock(wanted);
        tokens = new TrayTokens(clock, SEED);
        code = tokens.install();
        limits = new CallLimits(clock);
        log = new CallLog(clock.clock());
        customers = new CustomerStore(clock);
        orders = new OrderStore(customers, clock, SEED);
        coupons = new TrayCoupons(customers, clock);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
        apiAddress = URI.create("http://localhost:" + server.getAddress().getPort() + BASE);
        protocol = new TrayProtocol(new TrayAuth(tokens, apiAddress), tokens, limits, orders, customers, statuses, coupons);
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "sandbox-tray-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext(BASE + "/", new TrayHandler(BASE, log, faults, protocol));
        server.createContext("/", exchange -> {
            try (exchange) {
                // The shop's own pages: what a client meets that forgot /web_api.
                byte[] page = "<!DOCTYPE html><h1>Página não encontrada</h1>".getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
                exchange.sendResponseHeaders(404, page.length);
                exchange.getResponseBody().write(page);
            }
        });
        server.start();
    }

    public static SandboxTray start() {
        return start(0);
    }

    public static SandboxTray start(int port) {
        return start(port, Clock.systemUTC());
    }

    /** With a clock of the test's own, for lives of tokens, limits and modification times. */
    public static SandboxTray start(Clock clock) {
        return start(0, clock);
    }

    public static SandboxTray start(int port, Clock clock) {
        return new SandboxTray(port, clock);
    }

    /** Stops answering; calls in flight are cut. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    // --- where it is, and how to get in

    /** {@code http://localhost:<port>/web_api}. */
    public URI apiAddress() {
        return apiAddress;
    }

    public String code() {
        return code;
    }

    public String consumerKey() {
        return tokens.consumerKey;
    }

    public String consumerSecret() {
        return tokens.consumerSecret;
    }

    /** Another installation with a pair of tokens of its own, for a second client that must not burn the first one's. */
    public String install() {
        return tokens.install();
    }

    /** From now on this code is refused, and so are its tokens. */
    public void uninstall(String installation) {
        tokens.uninstall(installation);
    }

    /** For tokens made from now on; 3 hours and 30 days until said otherwise. */
    public void tokenLives(Duration access, Duration refresh) {
        tokens.lives(access, refresh);
    }

    /** Calls get 401 with error code 1000; the refresh token still works. */
    public void expireAccessToken() {
        tokens.expireAccess();
    }

    public void expireRefreshToken() {
        tokens.expireRefresh();
    }

    /** Calls and refreshes get 401 with error code 1099; only the code helps. */
    public void forgetTokens() {
        tokens.forgetAll();
    }

    /** Everything, authorisation included, gets 401 with this code (1001 blocked, 1002 inactive, 1003 cancelled). */
    public void revoke(int errorCode) {
        tokens.revoke(errorCode);
    }

    public void restore() {
        tokens.revoke(0);
    }

    // --- orders

    /** Answers the order's id. What the order leaves open, the shop chooses. */
    public long place(SandboxOrder order) {
        return orders.place(order);
    }

    /** A random order of a random customer, A ENVIAR. */
    public long place() {
        return place(randomOrder());
    }

    /** Costs next to nothing: rows are made when they are read. Ids run on from the one answered; all are placed now. */
    public long placeMany(int count, SandboxStatus status) {
        return orders.placeMany(count, status, clock.now(), 0);
    }

    /** The same, with the first one placed then and each further one so much later. */
    public long placeMany(int count, SandboxStatus status, LocalDateTime firstAt, Duration apart) {
        return orders.placeMany(count, status, ShopClock.seconds(firstAt), apart.toSeconds());
    }

    /** How many people the random customers are drawn from; 1,000 until said otherwise. */
    public void people(int count) {
        orders.people(count);
    }

    /** A basket as people fill them, not placed yet. */
    public SandboxOrder randomOrder() {
        return orders.randomBasket();
    }

    public void changeStatus(long orderId, SandboxStatus status) {
        orders.changeStatus(orderId, status);
    }

    public void changeStatus(long orderId, String status) {
        orders.changeStatus(orderId, statuses.named(status));
    }

    /** Other amounts, items, coupon; the customer, the times and the status stay. */
    public void edit(long orderId, UnaryOperator<SandboxOrder> change) {
        orders.edit(orderId, change);
    }

    /** Sets the modification time, in the shop's wall clock. */
    public void modifiedAt(long orderId, LocalDateTime time) {
        orders.modifiedAt(orderId, ShopClock.seconds(time));
    }

    public void remove(long orderId) {
        orders.remove(orderId);
    }

    public void removeAllOrders() {
        orders.clear();
    }

    public List<Long> orderIds() {
        return orders.ids();
    }

    /** What was bought, and by whom. */
    public SandboxOrder order(long orderId) {
        StoredOrder order = found(orderId);
        return orders.basket(order).id(orderId).status(order.status()).customer(customers.find(order.customerId()).person());
    }

    public SandboxStatus status(long orderId) {
        return found(orderId).status();
    }

    /** The sum of {@code total} over all orders in this status. */
    public BigDecimal turnover(SandboxStatus status) {
        return orders.ids().stream().map(orders::find).filter(order -> order != null && order.status().equals(status))
                .map(order -> orders.basket(order).total()).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    // --- statuses, customers, coupons

    public void addStatus(SandboxStatus status) {
        statuses.add(status);
    }

    /** Adds named statuses with ids from 124001 until the shop has this many, so that they need more than one page. */
    public void manyStatuses(int total) {
        for (int id = 124_001; statuses.all().size() < total; id++) {
            statuses.add(new SandboxStatus(id, "EM SEPARAÇÃO " + (id - 124_000), "open", "#EEEEEE"));
        }
    }

    public void register(SandboxCustomer customer) {
        customers.know(customer);
    }

    public void changeCustomer(long id, UnaryOperator<SandboxCustomer> change) {
        customers.change(id, change);
    }

    /** The codes of the coupons that exist, each with the ids of the customers it is tied to. */
    public Map<String, List<String>> coupons() {
        return coupons.tied();
    }

    // --- how it behaves

    /** List rows carry the customer and the items already, which the real shop's do not. */
    public void fullRows(boolean on) {
        protocol.fullRows(on);
    }

    /** 180 calls in any minute and 10,000 in a day, else 429. */
    public void enforceLimits(boolean on) {
        limits.enforce(on);
    }

    public void limits(int perMinute, int perDay) {
        limits.set(perMinute, perDay);
    }

    /** Seconds of a header that the real shop does not send; null for none. */
    public void retryAfter(Integer seconds) {
        limits.retryAfter(seconds);
    }

    /** The next so many calls to these paths go wrong; several faults for one path wait for each other. */
    public void fail(String pathPattern, int times, Fault fault) {
        faults.fail(CallPattern.call(pathPattern), times, fault);
    }

    public void fail(Predicate<TrayCall> calls, int times, Fault fault) {
        faults.fail(calls, times, fault);
    }

    /** This order is wrong wherever it appears, until healed. */
    public void poison(long orderId, Poison poison) {
        found(orderId);
        faults.poison(orderId, poison);
    }

    public void heal(long orderId) {
        faults.heal(orderId);
    }

    /** Runs before such a call is answered, each time, in the thread that answers it. */
    public void onCall(String pathPattern, Runnable action) {
        faults.hook(CallPattern.call(pathPattern), action);
    }

    public void onCall(Predicate<TrayCall> calls, Runnable action) {
        faults.hook(calls, action);
    }

    /** Faults, poisons and hooks are gone. */
    public void clearFaults() {
        faults.clear();
    }

    // --- what it saw

    /** Calls that arrived, refused ones included. */
    public int calls(String pathPattern) {
        return log.count(pathPattern);
    }

    public int authCalls() {
        return calls("/auth");
    }

    /** The most that arrived within any sixty seconds. */
    public int callsPerMinuteMax() {
        return log.busiestMinute();
    }

    /** The newest five hundred calls, oldest first. */
    public List<TrayCall> newestCalls() {
        return log.newest();
    }

    /** Counts from nothing again, limits included. */
    public void resetCounters() {
        log.reset();
        limits.reset();
    }

    private StoredOrder found(long orderId) {
        StoredOrder order = orders.find(orderId);
        if (order == null) {
            throw new IllegalArgumentException("The shop has no order " + orderId);
        }
        return order;
    }

    /** {@code [port] [orders] [seconds between new orders]}: a shop in a process of its own, until it is ended. */
    public static void main(String[] arguments) throws InterruptedException {
        SandboxTray shop = start(number(arguments, 0));
        shop.placeMany(number(arguments, 1), SandboxStatus.A_ENVIAR);
        if (number(arguments, 2) > 0) {
            SandboxTrade.start(shop, Duration.ofSeconds(number(arguments, 2)));
        }
        System.out.println("apiAddress=" + shop.apiAddress());
        System.out.println("code=" + shop.code());
        System.out.println("consumerKey=" + shop.consumerKey());
        System.out.println("consumerSecret=" + shop.consumerSecret());
        System.out.flush();
        Thread.currentThread().join();
    }

    private static int number(String[] arguments, int position) {
        return arguments.length > position ? Integer.parseInt(arguments[position]) : 0;
    }
}
