package io.loyaltyhub.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
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

    /** A page of a list that is never long and was read as a whole. */
    public static <T> Listing<T> page(ApiRequest request, List<T> all, Function<T, Object> key) {
        int limit = request.limit();
        String after = after(request);
        int from = 0;
        if (after != null) {
            while (from < all.size() && !key.apply(all.get(from)).toString().equals(after)) {
                from++;
            }
            if (from++ == all.size()) {
                throw Problem.invalid("cursor", "query.cursor");
            }
        }
        return of(all.subList(from, Math.min(all.size(), from + limit + 1)), limit, key);
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

    /** The same for lists in order of an id; null for the first page. */
    public static UUID afterId(ApiRequest request) {
        String after = after(request);
        try {
            return after == null ? null : UUID.fromString(after);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("cursor", "query.cursor");
        }
    }

    private static String encode(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }
}
