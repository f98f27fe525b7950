package io.loyaltyhub.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** {@code /auth}: POST with the application's keys and the store's code creates a pair of tokens, GET with a refresh token replaces it. */
final class TrayAuth {

    private final TrayTokens tokens;
    private final URI apiAddress;

    TrayAuth(TrayTokens tokens, URI apiAddress) {
        this.tokens = tokens;
        this.apiAddress = apiAddress;
    }

    TrayAnswer answer(TrayCall call) {
        switch (call.method()) {
            case "POST" -> {
                Map<String, String> fields = fields(call);
                return pair("Created tokens", tokens.create(required(fields, "consumer_key"), required(fields, "consumer_secret"),
                        required(fields, "code")));
            }
            case "GET" -> {
                return pair("Refreshed tokens", tokens.refresh(required(call.query(), "refresh_token")));
            }
            default -> throw new TrayRefusal(405, call.method());
        }
    }

    private TrayAnswer pair(String message, TrayTokens.Pair pair) {
        return TrayAnswer.json(200, TrayJson.object(json -> {
            json.writeStringField("message", message);
            json.writeStringField("code", "200");
            json.writeStringField("access_token", pair.access());
            json.writeStringField("refresh_token", pair.refresh());
            json.writeStringField("date_expiration_access_token", ShopClock.stamp(pair.accessUntil()));
            json.writeStringField("date_expiration_refresh_token", ShopClock.stamp(pair.refreshUntil()));
            json.writeStringField("date_activated", ShopClock.stamp(pair.activated()));
            json.writeStringField("api_host", apiAddress.toString());
            json.writeStringField("store_id", "445566");
        }));
    }

    /** The documentation has a form, real clients also send JSON, and the shop takes both. */
    private static Map<String, String> fields(TrayCall call) {
        String type = call.headers().getFirst("Content-Type");
        if (type != null && type.startsWith("application/x-www-form-urlencoded")) {
            return TrayCall.form(call.body());
        }
        if (type != null && type.startsWith("application/json")) {
            Map<String, String> fields = new HashMap<>();
            json(call).fields().forEachRemaining(field -> fields.put(field.getKey(), field.getValue().asText()));
            return fields;
        }
        return Map.of();
    }

    static JsonNode json(TrayCall call) {
        try {
            return TrayJson.MAPPER.readTree(call.body());
        } catch (JsonProcessingException unreadable) {
            throw new TrayRefusal(400, "JSON inválido");
        }
    }

    private static String required(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw new TrayRefusal(400, name + " é obrigatório");
        }
        return value;
    }
}
