package io.loyaltyhub.sandbox.kit;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * What can go wrong with a call whatever protocol it speaks. Where only the way back is disturbed (half a body, hang, drip, drop,
 * cut) the shop has done its part before.
 */
public enum Trouble {

    SERVER_ERROR((shop, right) -> Reply.html(500, "<!DOCTYPE html><h1>Erro interno</h1>")),

    UNAVAILABLE((shop, right) -> maintenance(503)),

    TOO_MANY((shop, right) -> shop.tooMany().withHeader("Retry-After", "1")),

    /** 429 and not a word about when to come again. */
    TOO_MANY_SILENT((shop, right) -> Reply.empty(429)),

    /** A maintenance page, and status 200 with it. */
    HTML_200((shop, right) -> maintenance(200)),

    HALF_BODY((shop, right) -> {
        Reply reply = right.get();
        return reply.withBody(Arrays.copyOf(reply.body(), reply.body().length / 2));
    }),

    EMPTY_BODY((shop, right) -> right.get().withBody(new byte[0])),

    /** The right answer under the name of plain text. */
    WRONG_CONTENT_TYPE((shop, right) -> right.get().withContentType("text/plain")),

    /** Says nothing for as long as the shop is told to hang, and then hangs up. */
    HANG((Shop shop, HttpExchange exchange, Reply reply) -> Thread.sleep(shop.hang().toMillis())),

    /** The right answer, a byte at a time. */
    DRIP((Shop shop, HttpExchange exchange, Reply reply) -> {
        start(exchange, reply, reply.body().length);
        OutputStream wire = exchange.getResponseBody();
        for (byte one : reply.body()) {
            wire.write(one);
            wire.flush();
            Thread.sleep(100);
        }
    }),

    /** The connection ends without one byte of an answer. */
    DROPPED((Shop shop, HttpExchange exchange, Reply reply) -> { }),

    /** The connection ends in the middle of an answer whose full length was promised. */
    CUT_OFF((Shop shop, HttpExchange exchange, Reply reply) -> {
        start(exchange, reply, reply.body().length);
        exchange.getResponseBody().write(reply.body(), 0, reply.body().length / 2);
        exchange.getResponseBody().flush();
    }),

    REDIRECT((shop, right) -> Reply.html(302, "").withHeader("Location", shop.address() + "/login")),

    /** In the platform's form; the credentials are right nevertheless. */
    UNAUTHORISED((shop, right) -> shop.unauthorised());

    /** Puts a reply on the wire. */
    @FunctionalInterface
    private interface Delivery {
        void send(Shop shop, HttpExchange exchange, Reply reply) throws IOException, InterruptedException;
    }

    private final BiFunction<Shop, Supplier<Reply>, Reply> instead;
    private final Delivery delivery;

    Trouble(BiFunction<Shop, Supplier<Reply>, Reply> instead) {
        this.instead = instead;
        this.delivery = (shop, exchange, reply) -> sendWhole(exchange, reply);
    }

    Trouble(Delivery delivery) {
        this.instead = (shop, right) -> right.get();
        this.delivery = delivery;
    }

    /** What is said in place of the right answer, for which the shop may be asked or not. */
    Reply instead(Shop shop, Supplier<Reply> right) {
        return instead.apply(shop, right);
    }

    void deliver(Shop shop, HttpExchange exchange, Reply reply) throws IOException, InterruptedException {
        delivery.send(shop, exchange, reply);
    }

    static void sendWhole(HttpExchange exchange, Reply reply) throws IOException {
        boolean bodiless = reply.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
        start(exchange, reply, bodiless ? -1 : reply.body().length);
        if (!bodiless) {
            exchange.getResponseBody().write(reply.body());
        }
    }

    private static void start(HttpExchange exchange, Reply reply, long length) throws IOException {
        if (reply.contentType() != null) {
            exchange.getResponseHeaders().set("Content-Type", reply.contentType());
        }
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(reply.status(), length);
    }

    private static Reply maintenance(int status) {
        return Reply.html(status, "<!DOCTYPE html><html lang=\"pt-BR\"><body><h1>Loja em manutenção</h1></body></html>");
    }
}
