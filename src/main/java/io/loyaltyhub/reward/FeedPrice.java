package io.loyaltyhub.reward;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A price as shops write it in their feeds: {@code 99.00 BRL}, {@code R$ 1.071,37}, {@code 1,299.90}, {@code 49.9 BRL}.
 * Of two separators the last is the decimal one; a single one is decimal before one or two digits, and groups thousands
 * before three. What stands behind the last digit is no separator. Never a floating-point number.
 */
record FeedPrice(BigDecimal amount, String currency) {

    private static final Pattern CURRENCY = Pattern.compile("R\\$|\\b[A-Z]{3}\\b");
    /** As Google asks for it, and nearly all shops write it. */
    private static final Pattern REGULAR = Pattern.compile("([0-9]{1,12}\\.[0-9]{2}) BRL");
    private static final Pattern NUMBER = Pattern.compile("[0-9][0-9.,]{0,20}");
    /** As many as the database has room for; a number of more is a barcode, not a price. */
    private static final int MOST_DIGITS = 12;

    /** The item has no price: nothing, or zero. */
    static final class Missing extends RuntimeException {
        Missing() {
            super("no price");
        }
    }

    /** There is something, and it is no price. */
    static final class Unreadable extends RuntimeException {
        Unreadable(String text) {
            super("not a price: " + (text.length() > 40 ? text.substring(0, 40) : text));
        }
    }

    /** BRL where no currency is named. */
    static FeedPrice parse(String raw) {
        String text = raw == null ? "" : raw.replace('\u00a0', ' ').replace('\u202f', ' ').strip();
        if (text.isEmpty()) {
            throw new Missing();
        }
        Matcher regular = REGULAR.matcher(text);
        if (regular.matches()) {
            return of(new BigDecimal(regular.group(1)), "BRL");
        }
        String upper = text.toUpperCase(Locale.ROOT);
        Matcher named = CURRENCY.matcher(upper);
        String currency = named.find() && !named.group().equals("R$") ? named.group() : "BRL";
        String number = withoutTrailingSeparators(CURRENCY.matcher(upper).replaceAll(" ").strip());
        if (!NUMBER.matcher(number).matches()) {
            throw new Unreadable(text);
        }
        BigDecimal amount;
        try {
            amount = new BigDecimal(plain(number)).setScale(2, RoundingMode.HALF_UP);
        } catch (NumberFormatException e) {
            throw new Unreadable(text);
        }
        if (amount.precision() - amount.scale() > MOST_DIGITS) {
            throw new Unreadable(text);
        }
        return of(amount, currency);
    }

    private static String withoutTrailingSeparators(String number) {
        int end = number.length();
        while (end > 0 && (number.charAt(end - 1) == '.' || number.charAt(end - 1) == ',')) {
            end--;
        }
        return number.substring(0, end);
    }

    private static FeedPrice of(BigDecimal amount, String currency) {
        if (amount.signum() == 0) {
            throw new Missing();
        }
        return new FeedPrice(amount, currency);
    }

    /** Digits with a point before the decimals. */
    private static String plain(String number) {
        int dot = number.lastIndexOf('.');
        int comma = number.lastIndexOf(',');
        if (dot >= 0 && comma >= 0) {
            char decimal = dot > comma ? '.' : ',';
            return number.replace(decimal == '.' ? "," : ".", "").replace(decimal, '.');
        }
        int last = Math.max(dot, comma);
        if (last < 0) {
            return number;
        }
        char separator = number.charAt(last);
        boolean several = number.indexOf(separator) != last;
        boolean thousands = several || number.length() - last - 1 == 3;
        return thousands ? number.replace(String.valueOf(separator), "") : number.replace(separator, '.');
    }
}
