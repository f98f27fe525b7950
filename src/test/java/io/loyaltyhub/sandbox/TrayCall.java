package io.loyaltyhub.sandbox;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.loyaltyhub.sandbox.kit.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One call as it reached the shop. {@code path} starts behind {@code /web_api} and has no slash at its end:
 * {@code /orders/80412/complete}.
 */
public record TrayCall(String method, String path, Map<String, String> query, Headers headers, String body) {

    static TrayCall read(HttpExchange exchange, String base) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(base.length());
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        return new TrayCall(exchange.getRequestMethod(), path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
                form(exchange.getRequestURI().getRawQuery()), exchange.getRequestHeaders(), body);
    }

    /** Null if it was not given. */
    public String query(String name) {
        return query.get(name);
    }

    /** Which page a list call asks for; 1 if it does not say. */
    public int page() {
        return number("page", 1);
    }

    int number(String name, int otherwise) {
        String text = query.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new TrayRefusal(400, name + ": expected a number from 1");
        }
        return Integer.parseInt(text);
    }

    TrayCall withQuery(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(query);
        changed.put(name, value);
        return new TrayCall(method, path, changed, headers, body);
    }

    static Map<String, String> form(String encoded) {
        return Call.fields(encoded);
    }
}
