package io.loyaltyhub.sandbox;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Paths: exact, or with {@code *} for one segment and {@code **} for anything, so
 * {@code /orders} is the list alone, {@code /orders/*}{@code /complete} every complete order and {@code /orders**} all of these.
 */
public final class CallPattern {

    private CallPattern() {
    }

    public static Predicate<String> path(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (String part : pattern.split("(?<=\\*\\*)|(?=\\*\\*)")) {
            if (part.equals("**")) {
                regex.append(".*");
            } else {
                regex.append(Pattern.quote(part).replace("*", "\\E[^/]+\\Q"));
            }
        }
        return Pattern.compile(regex.toString()).asMatchPredicate();
    }

    static Predicate<TrayCall> call(String pattern) {
        Predicate<String> path = path(pattern);
        return call -> path.test(call.path());
    }
}
