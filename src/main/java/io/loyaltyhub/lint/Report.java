package io.loyaltyhub.lint;

import java.util.List;
import java.util.TreeSet;

/** What was found so far. The same thing is never told twice. */
final class Report {

    private final TreeSet<Finding> findings = new TreeSet<>();

    void add(String file, int line, Rule rule, String message) {
        add(new Finding(file, line, rule, message));
    }

    void add(Finding finding) {
        findings.add(finding);
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }
}
