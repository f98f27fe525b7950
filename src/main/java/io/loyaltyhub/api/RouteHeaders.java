package io.loyaltyhub.api;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;

/**
 * Which headers pass between a request and its route. On the way in all but the smuggled ones, form fields included, and
 * the caller's credentials: the login has read them, and a route that calls a platform would pass them on. On the way out
 * only those named here: a route's message still carries what the caller sent, and what a call to a platform needed.
 */
class RouteHeaders extends HttpHeaderFilterStrategy {

    private static final Set<String> CREDENTIALS = Set.of("authorization", "proxy-authorization", "cookie");
    private static final Set<String> ANSWERED = Set.of("allow", "cache-control", "content-disposition", "content-language",
            "content-type", "etag", "last-modified", "link", "location", "retry-after", "vary", "www-authenticate");

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return SmuggledNames.isOne(name) || CREDENTIALS.contains(name.toLowerCase(Locale.ROOT))
                || super.applyFilterToExternalHeaders(name, value, exchange);
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return !ANSWERED.contains(name.toLowerCase(Locale.ROOT));
    }
}
