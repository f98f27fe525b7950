package io.loyaltyhub.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/**
 * A page of a list. The cursor is the key of the last item, not to be understood by anyone but the list it came from.
 */
public record Listing<T>(List<T> items, String nextCursor) {

    /**
     * @param rows one more than {@code limit} if there is more
     * @param key  what the next page begins after
     */
    public static <T> Listing<T> of(List<T> rows, int limit, Function<T, Object> key) {
        if (rows.size() <= limit) {
            return new Listing<>(rows, null);
        }
        List<T> items = List.copyOf(rows.subList(0, limit));
        return new Listing<>(items, encode(key.apply(items.get(limit - 1)).toString()));
    }

    /** All there is, where that is never much. */
    public static <T> Listing<T> all(List<T> rows) {
        return new Listing<>(rows, null);
    }

    /** What a request's cursor stands for; null where it has none. */
    public static String after(ApiRequest request) {
        String cursor = request.query("cursor");
        try {
            return cursor == null ? null : new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("cursor", "query.cursor");
        }
    }

    /** The same for lists in order of a number that grows; the newest come first, so the first page begins beyond all. */
    public static long before(ApiRequest request) {
        String after = after(request);
        try {
            return after == null ? Long.MAX_VALUE : Long.parseLong(after);
        } catch (NumberFormatException e) {
            throw Problem.invalid("cursor", "query.cursor");
        }
    }

    private static String encode(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }
}
