package io.loyaltyhub.lint;

import io.loyaltyhub.lint.RouteDefinition.Step;
import io.loyaltyhub.lint.RoutesTree.PlatformFolder;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What a platform's routes may do, which is less than the hub's may. */
final class PlatformRules {

    private static final Set<String> DEFINITIONS = Set.of("route", "templatedRoute");
    private static final Set<String> LANGUAGES_THAT_DO_ANYTHING = Set.of("groovy", "js", "javascript", "java", "joor", "jshell", "mvel", "ognl", "python",
            "spel", "csimple", "wasm", "datasonnet", "xquery");
    private static final Set<String> SENDING_ANYWHERE = Set.of("recipientList", "routingSlip", "dynamicRouter", "script", "serviceCall", "kamelet", "saga");
    private static final Pattern HUBS_CONFIGURATION = Pattern.compile(
            "\\{\\{|\\$\\{(?:sys\\.|sysenv|env[.:]|properties|type:|camelContext|camelId|ref:|bean:type:|exchange\\.context|exchange\\.getContext)");
    private static final Set<String> BEANS = Set.of("requests", "tokens");
    private static final Pattern BEAN = Pattern.compile("\\$\\{bean:([^}?.]+)");
    private static final Set<String> EVERYTHING = Set.of("java.lang.Exception", "java.lang.Throwable", "java.lang.RuntimeException", "Exception", "Throwable",
            "RuntimeException");
    private static final List<String> WITHIN_AN_ATTEMPT = List.of("authorise", "token");

    private final Report report;

    PlatformRules(Report report) {
        this.report = report;
    }

    void check(RoutesTree tree) {
        for (PlatformFolder platform : tree.platforms()) {
            platform.routes().forEach(this::languagesAndConfiguration);
            platform.routes().forEach(this::beans);
            platform.definitions().forEach(definition -> {
                construct(definition);
                definition.steps().forEach(step -> step(definition.file(), step));
                withinAnAttempt(platform, definition);
            });
        }
    }

    private void construct(RouteDefinition definition) {
        if (!DEFINITIONS.contains(definition.kind())) {
            report.add(definition.file().path(), definition.line(), Rule.CONSTRUCTS, "'" + definition.kind() + "' has no place in a platform's folder");
        }
    }

    private void languagesAndConfiguration(RouteFile file) {
        file.root().maps().flatMap(map -> map.entries().stream()).forEach(entry -> {
            boolean named = entry.name().equals("language") && LANGUAGES_THAT_DO_ANYTHING.contains(entry.value().text());
            if (LANGUAGES_THAT_DO_ANYTHING.contains(entry.name()) || named) {
                report.add(file.path(), entry.line(), Rule.SCRIPT, "'" + (named ? entry.value().text() : entry.name()) + "' can do anything that the hub can");
            }
        });
        file.root().scalars().filter(scalar -> !scalar.name().equals("description") && HUBS_CONFIGURATION.matcher(scalar.value().text()).find()).forEach(scalar ->
                report.add(file.path(), scalar.line(), Rule.CONFIGURATION,
                        "'" + scalar.value().text() + "' reads what is the hub's own; x-hub-environment hands a setting over"));
    }

    private void beans(RouteFile file) {
        for (YamlNode.Entry entry : file.root().maps().flatMap(map -> map.entries().stream()).toList()) {
            boolean calls = Set.of("bean", "method", "process").contains(entry.name());
            YamlNode ref = entry.value().get("ref");
            if (calls && ref.isPresent() && !BEANS.contains(ref.text().replaceFirst("\\..*", ""))) {
                report.add(file.path(), ref.line(), Rule.BEANS, "'" + ref.text() + "' is no bean for platforms");
            }
            if (calls && entry.value().has("beanType")) {
                report.add(file.path(), entry.value().get("beanType").line(), Rule.BEANS, "a class of one's choice can do anything");
            }
        }
        file.root().scalars().forEach(scalar -> BEAN.matcher(scalar.value().text()).results().filter(bean -> !BEANS.contains(bean.group(1))).forEach(bean ->
                report.add(file.path(), scalar.line(), Rule.BEANS, "'" + bean.group(1) + "' is no bean for platforms")));
    }

    private void step(RouteFile file, Step step) {
        if (SENDING_ANYWHERE.contains(step.name())) {
            report.add(file.path(), step.line(), step.name().equals("script") ? Rule.SCRIPT : Rule.WAY_OUT, "'" + step.name() + "' may lead anywhere");
        }
        YamlNode endpoint = step.endpoint();
        if (endpoint.isPresent() && !endpoint.text().startsWith("direct:")) {
            String scheme = SafetyRules.scheme(endpoint.text());
            report.add(file.path(), endpoint.line(), Rule.WAY_OUT, step.name().equals("from")
                    ? "a platform's route begins at 'direct:', not at '" + scheme + "'" : "the one way out is direct:http, not '" + scheme + "'");
        }
        step.options().get("exception").items().stream().filter(exception -> EVERYTHING.contains(exception.text())).forEach(exception ->
                report.add(file.path(), exception.line(), Rule.CATCH_ALL, "'" + exception.text() + "' is every failure, a lost lease and a full disk too"));
    }

    private void withinAnAttempt(PlatformFolder platform, RouteDefinition definition) {
        if (definition.isRoute() && WITHIN_AN_ATTEMPT.stream().anyMatch(part -> definition.from().get("uri").text().equals("direct:" + platform.name() + "-" + part))
                && !definition.route().get("errorHandler").has("noErrorHandler")) {
            report.add(definition.file().path(), definition.line(), Rule.NO_ERROR_HANDLER,
                    "'" + definition.id() + "' runs within an attempt, which is tried again as a whole: 'errorHandler: {noErrorHandler: {}}'");
        }
    }
}
