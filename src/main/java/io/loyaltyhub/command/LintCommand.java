package io.loyaltyhub.command;

import io.loyaltyhub.lint.Finding;
import io.loyaltyhub.lint.Linter;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** {@code lint [routes-dir]}: every finding on a line of its own, as {@code file:line: message}. */
final class LintCommand {

    private final PrintStream out;

    LintCommand(PrintStream out) {
        this.out = out;
    }

    int run(List<String> arguments) {
        if (arguments.size() > 1 || arguments.stream().anyMatch(argument -> argument.startsWith("-"))) {
            out.println("usage: lint [routes-dir]");
            return CommandLine.REFUSED;
        }
        Path routes = arguments.isEmpty() ? CommandLine.configuredRoutes() : Path.of(arguments.get(0));
        if (!CommandLine.holdsRoutes(routes)) {
            out.println(routes.toAbsolutePath().normalize() + " is no routes directory: there is no folder 'hub' in it. Name one, or set HUB_ROUTES_DIR.");
            return CommandLine.REFUSED;
        }
        List<Finding> findings = Linter.lint(routes);
        // With the directory before it, so that an editor finds the place.
        findings.forEach(finding -> out.println(routes.resolve(finding.file()) + finding.toString().substring(finding.file().length())));
        out.println(findings.isEmpty() ? "nothing to find fault with in " + routes : findings.size() + (findings.size() == 1 ? " finding" : " findings"));
        return findings.isEmpty() ? CommandLine.WELL : CommandLine.FOUND;
    }
}
