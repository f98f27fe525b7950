package io.loyaltyhub.lint;

import java.util.Comparator;

/**
 * One thing that is wrong in a routes directory.
 *
 * @param file relative to the routes directory, with slashes
 * @param line from 1
 */
public record Finding(String file, int line, Rule rule, String message) implements Comparable<Finding> {

    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::file).thenComparing(Finding::line)
            .thenComparing(Finding::rule).thenComparing(Finding::message);

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return file + ":" + line + ": " + message + " (" + rule.id() + ")";
    }
}
