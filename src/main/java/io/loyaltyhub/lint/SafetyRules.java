package io.loyaltyhub.lint;

import io.loyaltyhub.lint.RouteDefinition.Step;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What must stand in no route file, be it the hub's or a platform's. */
final class SafetyRules {

    private static final Pattern UNVERIFIED = Pattern.compile(
            "trust-?all|x509-?hostname-?verifier|noop-?hostname|allow-?all-?host|hostname-?verification|skip-?(?:ssl|tls)|ssl-?context-?parameters|insecure");
    /** Options that show what goes through a route, or how it goes. */
    private static final Set<String> LOOKING_IN = Set.of("trace", "tracing", "tracestandby", "tracingstandby", "debug", "debugger", "backlogtracing",
            "messagehistory", "logexhaustedmessagebody", "logexhaustedmessagehistory", "loghttpactivity", "devconsoleenabled");
    private static final Pattern CONTENT = Pattern.compile(
            "\\$\\{(?:body|bodyAs|mandatoryBody|in\\.|header|headers|variable|variables|exchange|exchangeProperty|messageHistory|prettyBody)\\b");
    private static final Set<String> FOR_TESTS = Set.of("log", "mock", "stub", "test", "dataset", "dataset-test", "controlbus");

    private final Report report;

    SafetyRules(Report report) {
        this.report = report;
    }

    void check(RoutesTree tree) {
        for (RouteFile file : tree.routeFiles()) {
            file.root().maps().flatMap(map -> map.entries().stream()).forEach(entry -> option(file, entry));
            file.root().scalars().filter(scalar -> !isProse(scalar.name())).forEach(scalar -> value(file, scalar));
            file.definitions().forEach(definition -> definition.steps().forEach(step -> step(file, step)));
        }
    }

    private static boolean isProse(String key) {
        return key.equals("description") || key.equals("note") || key.equals("id");
    }

    private void option(RouteFile file, YamlNode.Entry option) {
        String name = option.name().replace("-", "").toLowerCase(Locale.ROOT);
        if (UNVERIFIED.matcher(option.name().toLowerCase(Locale.ROOT)).find()) {
            report.add(file.path(), option.line(), Rule.TLS, "'" + option.name() + "' is about trusting whom nobody checked");
        }
        boolean switchedOn = option.value().isScalar() && !option.value().text().equals("false");
        if (LOOKING_IN.contains(name) && switchedOn || name.equals("logmask") && option.value().text().equals("false")) {
            report.add(file.path(), option.line(), Rule.DEVELOPMENT, "'" + option.name() + ": " + option.value().text() + "' shows what goes through a route");
        }
    }

    private void value(RouteFile file, YamlNode.Entry scalar) {
        String text = scalar.value().text();
        if (UNVERIFIED.matcher(text.toLowerCase(Locale.ROOT)).find()) {
            report.add(file.path(), scalar.line(), Rule.TLS, "'" + text + "' is about trusting whom nobody checked");
        }
        if (text.toLowerCase(Locale.ROOT).contains("http://")) {
            report.add(file.path(), scalar.line(), Rule.PLAIN_HTTP, "'" + text + "' sends in the clear what should be read by one only");
        }
    }

    private void step(RouteFile file, Step step) {
        String scheme = scheme(step.endpoint().text());
        if (FOR_TESTS.contains(scheme)) {
            report.add(file.path(), step.endpoint().line(), Rule.DEVELOPMENT, "'" + scheme + ":' is for development only");
        }
        if (step.name().equals("log")) {
            YamlNode message = step.options().isScalar() ? step.options() : step.options().get("message");
            if (CONTENT.matcher(message.text()).find()) {
                report.add(file.path(), message.line(), Rule.DEVELOPMENT, "a log shows bodies, headers or variables, and with them people's data and secrets");
            }
        }
    }

    /** Of an endpoint's URI. */
    static String scheme(String uri) {
        int colon = uri.indexOf(':');
        return colon < 0 ? uri : uri.substring(0, colon);
    }
}
