package io.loyaltyhub.api;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;

/**
 * Which headers pass between a request and its route. On the way in all but the smuggled ones, form fields included. On the
 * way out only those named here: a route's message still carries what the caller sent, his key among it, and whatever it
 * was given for a call to a platform.
 */
class RouteHeaders extends HttpHeaderFilterStrategy {

    private static final Set<String> ANSWERED = Set.of("allow", "cache-control", "content-disposition", "content-language",
            "content-type", "etag", "last-modified", "link", "location", "retry-after", "vary", "www-authenticate");

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return SmuggledNames.isOne(name) || super.applyFilterToExternalHeaders(name, value, exchange);
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return !ANSWERED.contains(name.toLowerCase(Locale.ROOT));
    }
}
