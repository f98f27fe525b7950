package io.loyaltyhub.points;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.sale.Sale;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A campaign: when all that it asks for holds, points are multiplied. Days and times are those of the order, by the shop's clock.
 *
 * @param weekdays      empty: any
 * @param from          inclusive; null is open
 * @param to            exclusive; null is open
 * @param skus          empty: the whole order; else the share of these products alone
 * @param firstPurchase only the first purchase of a participant
 */
public record Multiplier(List<DayOfWeek> weekdays, Instant from, Instant to, List<String> skus, boolean firstPurchase, BigDecimal factor) {

    /** {@code {"when": {"weekday": ["saturday"], "from": …, "to": …, "skus": […], "firstPurchase": true}, "factor": 2}}. */
    static Multiplier read(JsonNode json) {
        JsonNode when = json.path("when");
        return new Multiplier(
                texts(when.path("weekday")).stream().map(day -> DayOfWeek.valueOf(day.toUpperCase(Locale.ROOT))).toList(),
                instant(when, "from"),
                instant(when, "to"),
                texts(when.path("skus")),
                when.path("firstPurchase").asBoolean(),
                json.path("factor").decimalValue());
    }

    static List<Multiplier> readAll(JsonNode list) {
        List<Multiplier> multipliers = new ArrayList<>();
        list.forEach(one -> multipliers.add(read(one)));
        return List.copyOf(multipliers);
    }

    Map<String, Object> described() {
        Map<String, Object> when = new LinkedHashMap<>();
        if (!weekdays.isEmpty()) {
            when.put("weekday", weekdays.stream().map(day -> day.name().toLowerCase(Locale.ROOT)).toList());
        }
        if (from != null) {
            when.put("from", from);
        }
        if (to != null) {
            when.put("to", to);
        }
        if (!skus.isEmpty()) {
            when.put("skus", skus);
        }
        if (firstPurchase) {
            when.put("firstPurchase", true);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("when", when);
        json.put("factor", factor);
        return json;
    }

    static String json(List<Multiplier> multipliers) {
        return Json.write(multipliers.stream().map(Multiplier::described).toList());
    }

    /** An order without a time gets nothing that depends on one. */
    boolean holds(Sale sale, boolean isFirstPurchase) {
        OffsetDateTime placed = sale.placedAt();
        boolean inTime = weekdays.isEmpty() && from == null && to == null
                || placed != null && (weekdays.isEmpty() || weekdays.contains(placed.getDayOfWeek()))
                && (from == null || !placed.toInstant().isBefore(from)) && (to == null || placed.toInstant().isBefore(to));
        return inTime && (!firstPurchase || isFirstPurchase);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText().strip()));
        return List.copyOf(texts);
    }

    private static Instant instant(JsonNode when, String name) {
        return when.hasNonNull(name) ? OffsetDateTime.parse(when.get(name).asText()).toInstant() : null;
    }
}
