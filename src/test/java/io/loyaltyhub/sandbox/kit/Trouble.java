package io.loyaltyhub.sandbox.kit;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * What can go wrong with a call whatever protocol it speaks. Where only the way back is disturbed (half a body, hang, drip, drop,
 * cut) the shop has done its part before.
 */
public enum Trouble {

    SERVER_ERROR {
        @Override
        Reply instead(Shop shop, Supplier<Reply> right) {
            return Reply.html(500, "<!DOCTYPE html><h1>Erro interno</h1>");
        }
    },
    UNAVAILABLE {
        @Override
        Reply instead(Shop shop, Supplier<Reply> right) {
            return Reply.html(503, MAINTENANCE);
        }
    },
    TOO_MANY {
        @Override
        Reply instead(Shop shop, Supplier<Reply> right) {
            return shop.tooMany().withHeader("Retry-After", "1");
        }
    },
    /** 429 and not a word about when to come again. */
    TOO_MANY_SILENT {
        @Override
        Reply instead(Shop shop, Supplier<Reply> right) {
            return Reply.empty(429);
        }
    },
    /** A maintenance page, and status 200 with it. */
    HTML_200 {
        @Override
        Reply instead(Shop shop, Supplier<Reply> right) {
            return Reply.html(200, MAINTENANCE);
        }
    },
    HALF_BODY {
        @Override
        Reply instead(Shop shop, Supplier<Reply> right) {
            Reply reply = right.get();
            return reply.withBody(Arrays.copyOf(reply.body(), reply.body().length / 2));
        }
    },
    EMPTY_BODY {
        @Override
        Reply instead(Shop shop, Supplier<Reply> right) {
            return right.get().withBody(new byte[0]);
        }
    },
    /** The right answer under the name of plain text. */
    WRONG_CONTENT_TYPE {
        @Override
        Reply instead(Shop shop, Supplier<Reply> right) {
            return right.get().withContentType("text/plain");
        }
    },
    /** Says nothing for as long as the shop is told to hang, and then hangs up. */
    HANG {
        @Override
        void deliver(Shop shop, HttpExchange exchange, Reply reply) throws InterruptedException {
            Thread.sleep(shop.hang().toMillis());
        }
    },
    /** The right answer, a byte at a time. */
    DRIP {
        @Override
        void deliver(Shop shop, HttpExchange exchange, Reply reply) throws IOException, InterruptedException {
            start(exchange, reply, reply.body().length);
            OutputStream wire = exchange.getResponseBody();
            for (byte one : reply.body()) {
                wire.write(one);
                wire.flush();
                Thread.sleep(100);
            }
        }
    },
    /** The connection ends without one byte of an answer. */
    DROPPED {
        @Override
        void deliver(Shop shop, HttpExchange exchange, Reply reply) {
        }
    },
    /** The connection ends in the middle of an answer whose full length was promised. */
    CUT_OFF {
        @Override
        void deliver(Shop shop, HttpExchange exchange, Reply reply) throws IOException {
            start(exchange, reply, reply.body().length);
            exchange.getResponseBody().write(reply.body(), 0, reply.body().length / 2);
            exchange.getResponseBody().flush();
        }
    },
    REDIRECT {
        @Override
        Reply instead(Shop shop, Supplier<Reply> right) {
            return Reply.html(302, "").withHeader("Location", shop.address() + "/login");
        }
    },
    /** In the platform's form; the credentials are right nevertheless. */
    UNAUTHORISED {
        @Override
        Reply instead(Shop shop, Supplier<Reply> right) {
            return shop.unauthorised();
        }
    };

    private static final String MAINTENANCE = "<!DOCTYPE html><html lang=\"pt-BR\"><body><h1>Loja em manutenção</h1></body></html>";

    /** What is said in place of the right answer, for which the shop may be asked or not. */
    Reply instead(Shop shop, Supplier<Reply> right) {
        return right.get();
    }

    void deliver(Shop shop, HttpExchange exchange, Reply reply) throws IOException, InterruptedException {
        sendWhole(exchange, reply);
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
}
