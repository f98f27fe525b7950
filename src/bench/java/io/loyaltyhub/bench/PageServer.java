package io.loyaltyhub.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves prepared pages from memory: {@code /orders?page=1} and so on, to whoever asks. */
final class PageServer implements AutoCloseable {

    private static final Pattern PAGE = Pattern.compile("(?:^|&)page=(\\d+)");

    static {
        // Without it each answer waits 40 ms for the acknowledgement of its headers.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong firstCall = new AtomicLong();

    PageServer(ShopPages shop) throws IOException {
        List<byte[]> pages = shop.pages();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext("/orders", exchange -> answer(exchange, pages));
        server.start();
    }

    private void answer(HttpExchange exchange, List<byte[]> pages) throws IOException {
        firstCall.compareAndSet(0, System.nanoTime());
        try (exchange) {
            Matcher page = PAGE.matcher(exchange.getRequestURI().getRawQuery());
            int number = page.find() ? Integer.parseInt(page.group(1)) : 0;
            if (number < 1 || number > pages.size()) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] body = pages.get(number - 1);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    String address() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    void forgetCalls() {
        firstCall.set(0);
    }

    /** By {@link System#nanoTime}, when somebody asked for the first time; 0 while nobody has. */
    long firstCall() {
        return firstCall.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
