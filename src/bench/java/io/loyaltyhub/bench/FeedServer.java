package io.loyaltyhub.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves a feed that it makes while it is read. It names neither a version nor a date of it, so that it is always read. */
final class FeedServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final long bytes;

    FeedServer(ProductFeed feed) throws IOException {
        Counter counter = new Counter();
        feed.writeTo(counter);
        bytes = counter.bytes;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext("/feed.xml", exchange -> answer(exchange, feed));
        server.start();
    }

    private void answer(HttpExchange exchange, ProductFeed feed) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/xml; charset=utf-8");
            exchange.sendResponseHeaders(200, bytes);
            feed.writeTo(exchange.getResponseBody());
        }
    }

    String address() {
        return "http://localhost:" + server.getAddress().getPort() + "/feed.xml";
    }

    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static final class Counter extends OutputStream {

        private long bytes;

        @Override
        public void write(int one) {
            bytes++;
        }

        @Override
        public void write(byte[] some, int offset, int length) {
            bytes += length;
        }
    }
}
