package io.loyaltyhub.sandbox;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What goes back, and in which manner: a fault may send it slowly, in part, or not at all. */
public record TrayAnswer(int status, Map<String, String> headers, byte[] body, Delivery delivery) {

    static final String JSON = "application/json; charset=utf-8";

    /** Puts an answer on the wire. */
    @FunctionalInterface
    public interface Delivery {
        void send(HttpExchange exchange, TrayAnswer answer) throws IOException, InterruptedException;
    }

    public static TrayAnswer json(int status, byte[] body) {
        return of(status, JSON, body);
    }

    static TrayAnswer of(int status, String contentType, byte[] body) {
        return new TrayAnswer(status, Map.of("Content-Type", contentType), body, TrayAnswer::sendWhole);
    }

    public static TrayAnswer of(int status, String contentType, String body) {
        return of(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    public TrayAnswer withBody(byte[] other) {
        return new TrayAnswer(status, headers, other, delivery);
    }

    public TrayAnswer withHeader(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new TrayAnswer(status, more, body, delivery);
    }

    TrayAnswer delivered(Delivery other) {
        return new TrayAnswer(status, headers, body, other);
    }

    void start(HttpExchange exchange, long length) throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(status, length);
    }

    private static void sendWhole(HttpExchange exchange, TrayAnswer answer) throws IOException {
        boolean bodiless = answer.body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        answer.start(exchange, bodiless ? -1 : answer.body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(answer.body);
        }
    }
}
