package io.loyaltyhub.sale;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads what a platform's mapping made of an order. Mappings only say where a value stands; what makes a value usable
 * (trimming, digits, check digits, scale, bounds) is the same for all platforms and happens here.
 */
public final class SaleReader {

    /** More than any order is worth; beyond it a decimal point was lost on the way. */
    private static final BigDecimal MOST = new BigDecimal("999999999.99");
    /** Far more than a currency or a scale has; a number of a hundred million decimals takes ages to round. */
    private static final int MOST_DECIMALS = 100;
    private static final int LONGEST_TEXT = 500;
    private static final int LONGEST_ID = 100;

    private SaleReader() {
    }

    public static Sale read(JsonNode mapped) {
        if (mapped == null || !mapped.isObject()) {
            throw new UnreadableOrder("sale", "is not an object");
        }
        List<String> warnings = new ArrayList<>(0);
        String id = key(mapped, "id");
        String number = text(mapped, "number");
        return new Sale(
                id,
                number == null ? id : number,
                text(mapped, "externalNumber"),
                text(mapped, "channel"),
                text(mapped, "branch"),
                status(mapped.path("status")),
                time(mapped, "placedAt"),
                time(mapped, "updatedAt"),
                customer(mapped.path("customer"), warnings),
                items(mapped.path("items")),
                amounts(mapped.path("amounts")),
                text(mapped, "coupon"),
                List.copyOf(warnings));
    }

    private static Sale.Status status(JsonNode status) {
        String id = text(status, "id");
        String name = text(status, "name");
        if (id == null && name == null) {
            throw new UnreadableOrder("status.id", "is missing");
        }
        return new Sale.Status(id == null ? name : id, name);
    }

    /** A customer as it stands in an order or in a platform's list of customers; adds to {@code warnings}. */
    public static Sale.Customer customer(JsonNode customer, List<String> warnings) {
        String given = text(customer, "document");
        String document = Document.valid(given);
        if (document == null && given != null && !Document.digits(given).isEmpty()) {
            warnings.add(Sale.DOCUMENT_INVALID);
        }
        String email = text(customer, "email");
        String phone = Document.digits(text(customer, "phone"));
        return new Sale.Customer(
                text(customer, "id"),
                text(customer, "name"),
                document,
                email == null || email.indexOf('@') < 1 ? null : email.toLowerCase(Locale.ROOT),
                phone.isEmpty() ? null : phone,
                birthDate(customer));
    }

    /** A birth date is never worth losing a sale for: one that makes no sense is none. */
    private static LocalDate birthDate(JsonNode customer) {
        String text = text(customer, "birthDate");
        if (text == null || text.length() < 10) {
            return null;
        }
        try {
            LocalDate date = LocalDate.parse(text.substring(0, 10));
            return date.getYear() < 1900 ? null : date;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static List<Sale.Item> items(JsonNode items) {
        List<Sale.Item> read = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            JsonNode item = items.get(i);
            String at = "items[" + i + "].";
            read.add(new Sale.Item(
                    text(item, "sku"),
                    text(item, "name"),
                    plain(number(item, "quantity", at)),
                    money(item, "unitPrice", at)));
        }
        return List.copyOf(read);
    }

    private static Sale.Amounts amounts(JsonNode amounts) {
        return new Sale.Amounts(
                required(money(amounts, "goods", "amounts."), "amounts.goods"),
                orZero(money(amounts, "shipping", "amounts.")),
                orZero(money(amounts, "discount", "amounts.")),
                orZero(money(amounts, "surcharge", "amounts.")),
                required(money(amounts, "total", "amounts."), "amounts.total"),
                orZero(money(amounts, "refunded", "amounts.")));
    }

    private static BigDecimal required(BigDecimal amount, String field) {
        if (amount == null) {
            throw new UnreadableOrder(field, "is missing");
        }
        return amount;
    }

    private static BigDecimal orZero(BigDecimal amount) {
        return amount == null ? BigDecimal.ZERO.setScale(2) : amount;
    }

    private static BigDecimal plain(BigDecimal quantity) {
        if (quantity == null) {
            return null;
        }
        BigDecimal stripped = quantity.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    private static BigDecimal money(JsonNode node, String name, String path) {
        BigDecimal amount = number(node, name, path);
        return amount == null ? null : amount.setScale(2, RoundingMode.HALF_UP);
    }

    private static BigDecimal number(JsonNode node, String name, String path) {
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isNumber()) {
            throw new UnreadableOrder(path + name, "is not a number: " + shortened(value.asText()));
        }
        BigDecimal number = value.decimalValue();
        if (number.abs().compareTo(MOST) > 0) {
            throw new UnreadableOrder(path + name, "is too large: " + shortened(value.asText()));
        }
        if (number.scale() > MOST_DECIMALS) {
            throw new UnreadableOrder(path + name, "has too many decimals: " + shortened(value.asText()));
        }
        return number;
    }

    private static OffsetDateTime time(JsonNode node, String name) {
        String text = text(node, name);
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text);
        } catch (DateTimeParseException e) {
            throw new UnreadableOrder(name, "is not a time with offset: " + shortened(text));
        }
    }

    private static String key(JsonNode node, String name) {
        String text = text(node, name);
        if (text == null) {
            throw new UnreadableOrder(name, "is missing");
        }
        if (text.length() > LONGEST_ID) {
            throw new UnreadableOrder(name, "is longer than " + LONGEST_ID + " characters");
        }
        return text;
    }

    /** Trimmed text, null where there is none; NUL, which PostgreSQL cannot store, is dropped. */
    private static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull() || value.isContainerNode()) {
            return null;
        }
        String text = value.asText();
        if (text.indexOf('\0') >= 0) {
            text = text.replace("\0", "");
        }
        text = text.strip();
        if (text.isEmpty()) {
            return null;
        }
        return text.length() > LONGEST_TEXT ? cut(text) : text;
    }

    /** Never between the two halves of one character. */
    private static String cut(String text) {
        return text.substring(0, Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1)) ? LONGEST_TEXT - 1 : LONGEST_TEXT);
    }

    /** For messages: short, and without the control characters that neither logs nor PostgreSQL can bear. */
    private static String shortened(String text) {
        String start = text.length() > 40 ? text.substring(0, 40) + "…" : text;
        return start.replaceAll("\\p{Cntrl}", " ");
    }
}
