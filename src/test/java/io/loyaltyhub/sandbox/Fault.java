package io.loyaltyhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Something that goes wrong with a call: it stands between the call and the shop, and may ask the shop or not. Where only the
 * way back is disturbed (hang, drip, drop, cut), the shop has done its part: a refresh token is used up, a coupon exists.
 */
@FunctionalInterface
public interface Fault {

    TrayAnswer answer(TrayCall call, Function<TrayCall, TrayAnswer> shop);

    static Fault serverError() {
        return status(500);
    }

    /** The platform's error body with any status. */
    static Fault status(int status) {
        return (call, shop) -> TrayJson.error(new TrayRefusal(status, "Erro interno"), call.path());
    }

    static Fault tooManyRequests() {
        return status(429);
    }

    static Fault tooManyRequests(int retryAfterSeconds) {
        return (call, shop) -> status(429).answer(call, shop).withHeader("Retry-After", Integer.toString(retryAfterSeconds));
    }

    static Fault unauthorised(int errorCode) {
        return (call, shop) -> TrayJson.error(TrayRefusal.unauthorised(errorCode), call.path());
    }

    /** A maintenance page, and status 200 with it. */
    static Fault html() {
        return (call, shop) -> TrayAnswer.of(200, "text/html; charset=utf-8",
                "<!DOCTYPE html><html lang=\"pt-BR\"><body><h1>Loja em manutenção</h1></body></html>");
    }

    static Fault halfJson() {
        return changedBody(body -> Arrays.copyOf(body, body.length / 2));
    }

    static Fault emptyBody() {
        return changedBody(body -> new byte[0]);
    }

    /** The right JSON under the name of plain text. */
    static Fault wrongContentType() {
        return (call, shop) -> shop.apply(call).withHeader("Content-Type", "text/plain");
    }

    static Fault redirect(URI target) {
        return (call, shop) -> TrayAnswer.of(302, "text/html", "").withHeader("Location", target.toString());
    }

    /** Page 1 whatever was asked for, under the number that was asked for, of a total that never ends. */
    static Fault samePageForEver() {
        return (call, shop) -> {
            TrayAnswer answer = shop.apply(call.withQuery("page", "1"));
            return answer.status() != 200 ? answer : changedJson(answer, root -> {
                if (root.path("paging") instanceof ObjectNode paging) {
                    paging.put("total", 1_000_000).put("page", call.page());
                }
            });
        };
    }

    /** Says nothing until the time is over or the shop closes, and then hangs up. */
    static Fault hang(Duration time) {
        return delivered((exchange, answer) -> Thread.sleep(time.toMillis()));
    }

    /** The right answer, a few bytes at a time. */
    static Fault slowDrip(int bytesAtATime, Duration pause) {
        return delivered((exchange, answer) -> {
            answer.start(exchange, answer.body().length);
            OutputStream wire = exchange.getResponseBody();
            for (int sent = 0; sent < answer.body().length; sent += bytesAtATime) {
                wire.write(answer.body(), sent, Math.min(bytesAtATime, answer.body().length - sent));
                wire.flush();
                Thread.sleep(pause.toMillis());
            }
        });
    }

    /** The connection ends without one byte of an answer. */
    static Fault connectionDropped() {
        return delivered((exchange, answer) -> { });
    }

    /** The connection ends in the middle of an answer whose full length was promised. */
    static Fault cutOff() {
        return delivered((exchange, answer) -> {
            answer.start(exchange, answer.body().length);
            exchange.getResponseBody().write(answer.body(), 0, answer.body().length / 2);
            exchange.getResponseBody().flush();
        });
    }

    /** A list without end, valid JSON as far as one reads; the length is not announced. */
    static Fault hugeBody(long bytes) {
        return (call, shop) -> TrayAnswer.json(200, new byte[0]).delivered((exchange, answer) -> stream(exchange, answer, bytes));
    }

    static Fault poison(long orderId, Poison poison) {
        return (call, shop) -> {
            TrayAnswer answer = shop.apply(call);
            return answer.status() != 200 ? answer : changedJson(answer, root -> poison.into(root, orderId));
        };
    }

    private static Fault delivered(TrayAnswer.Delivery delivery) {
        return (call, shop) -> shop.apply(call).delivered(delivery);
    }

    private static Fault changedBody(UnaryOperator<byte[]> change) {
        return (call, shop) -> {
            TrayAnswer answer = shop.apply(call);
            return answer.withBody(change.apply(answer.body()));
        };
    }

    private static TrayAnswer changedJson(TrayAnswer answer, Consumer<JsonNode> change) {
        try {
            JsonNode root = TrayJson.MAPPER.readTree(answer.body());
            change.accept(root);
            return answer.withBody(TrayJson.MAPPER.writeValueAsBytes(root));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void stream(HttpExchange exchange, TrayAnswer answer, long bytes) throws IOException {
        answer.start(exchange, 0);
        OutputStream wire = exchange.getResponseBody();
        wire.write("{\"paging\":{\"total\":1,\"page\":1,\"limit\":50},\"Orders\":[\"".getBytes(StandardCharsets.UTF_8));
        byte[] filler = "x".repeat(65_536).getBytes(StandardCharsets.UTF_8);
        for (long sent = 0; sent < bytes; sent += filler.length) {
            wire.write(filler);
        }
        wire.write("\"]}".getBytes(StandardCharsets.UTF_8));
    }
}
