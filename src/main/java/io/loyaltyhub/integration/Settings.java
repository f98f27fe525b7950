package io.loyaltyhub.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a merchant gave for one integration, secrets included, for the routes to read:
 * {@code ${variable.settings[code]}}. It prints masked, because exchanges end up in logs and consoles.
 */
public final class Settings extends AbstractMap<String, Object> {

    public static final String MASK = "********";

    private final Map<String, Object> values = new LinkedHashMap<>();
    private final ObjectNode open;
    private final ObjectNode secret;

    /**
     * @param open    the settings that may be seen
     * @param secrets the ones that may not
     * @param hub     values of the hub's own configuration, for what the merchant did not give
     */
    public Settings(ObjectNode open, ObjectNode secrets, Map<String, String> hub) {
        this.open = open;
        this.secret = secrets;
        values.putAll(hub);
        open.fields().forEachRemaining(setting -> values.put(setting.getKey(), value(setting.getValue())));
        secrets.fields().forEachRemaining(setting -> values.put(setting.getKey(), value(setting.getValue())));
    }

    private static Object value(JsonNode value) {
        return value.isContainerNode() ? Json.mapper().convertValue(value, Object.class) : value.asText();
    }

    /** The settings that are no secret, as mappings see them. */
    public ObjectNode open() {
        return open;
    }

    /** The settings that are, to be sealed; they leave this package in no other form. */
    ObjectNode secret() {
        return secret;
    }

    /** All settings with the given ones laid over them: null takes one away, the mask leaves a secret as it is. */
    ObjectNode merged(ObjectNode given) {
        ObjectNode merged = open.deepCopy();
        merged.setAll(secret);
        given.fields().forEachRemaining(setting -> {
            if (setting.getValue().isNull()) {
                merged.remove(setting.getKey());
            } else if (!MASK.equals(setting.getValue().asText()) || !secret.has(setting.getKey())) {
                merged.set(setting.getKey(), setting.getValue());
            }
        });
        return merged;
    }

    /** The settings as they may be shown. */
    ObjectNode masked() {
        ObjectNode masked = open.deepCopy();
        secret.fieldNames().forEachRemaining(name -> masked.put(name, MASK));
        return masked;
    }

    /** A text from elsewhere with every secret of these settings covered, under whatever name it stands there, as it is or as Base64. */
    public String covered(String text) {
        String covered = text;
        for (Entry<String, Object> setting : values.entrySet()) {
            if (!open.has(setting.getKey()) && setting.getValue() instanceof String value && !value.isBlank()) {
                covered = covered.replace(value, MASK).replace(Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)), MASK);
            }
        }
        return covered;
    }

    @Override
    public Object get(Object name) {
        return values.get(name);
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        return Map.copyOf(values).entrySet();
    }

    @Override
    public String toString() {
        return "settings " + values.keySet();
    }
}
