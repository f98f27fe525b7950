package io.loyaltyhub.lint;

import io.loyaltyhub.lint.RouteDefinition.Step;
import java.util.HashMap;
import java.util.Map;

/** Names of files, routes and steps: they are what the console, the logs and the metrics show. */
final class NameRules {

    private final Report report;
    /** Where an id stood first. */
    private final Map<String, String> routeIds = new HashMap<>();
    private final Map<String, String> stepIds = new HashMap<>();

    NameRules(Report report) {
        this.report = report;
    }

    void check(RoutesTree tree) {
        for (RouteFile file : tree.routeFiles()) {
            fileName(file);
            for (RouteDefinition definition : file.definitions()) {
                if (definition.isRoute() || definition.isTemplate() || definition.isTemplated()) {
                    routeId(definition);
                    description(definition);
                }
                steps(definition);
            }
        }
    }

    private void fileName(RouteFile file) {
        String name = file.path().substring(file.path().lastIndexOf('/') + 1).replaceFirst("\\.camel\\.yaml$", "");
        if (name.contains(".")) {
            report.add(file.path(), 1, Rule.FILE_NAME, "Camel reads no route file with a further dot in its name");
        } else if (!file.isHubs() && !name.equals(file.folder()) && !name.startsWith(file.folder() + "-")) {
            report.add(file.path(), 1, Rule.FILE_NAME, "is to be named " + file.folder() + ".camel.yaml, or " + file.folder() + "-<part>.camel.yaml");
        }
    }

    private void routeId(RouteDefinition definition) {
        String file = definition.file().path();
        String id = definition.id();
        if (id.isEmpty()) {
            report.add(file, definition.line(), Rule.ROUTE_ID, "the route has no id");
            return;
        }
        int line = definition.idNode().line();
        if (!definition.file().isHubs() && !id.startsWith(definition.file().folder() + "-")) {
            report.add(file, line, Rule.ROUTE_ID, "the id '" + id + "' does not begin with '" + definition.file().folder() + "-'");
        }
        if (definition.isTemplated() && !definition.body().get("prefixId").text().equals(id)) {
            report.add(file, definition.body().get("prefixId").line(), Rule.ROUTE_ID,
                    "the steps of '" + id + "' are to have its id before theirs: 'prefixId: " + id + "'");
        }
        String place = file + ":" + line;
        String first = routeIds.putIfAbsent((definition.isTemplate() ? "template " : "") + id, place);
        if (first != null) {
            report.add(file, line, Rule.UNIQUE_ROUTE_ID, "the id '" + id + "' is taken by " + first);
        }
    }

    private void description(RouteDefinition definition) {
        if (!definition.isTemplated() && definition.route().get("description").text().isBlank()) {
            report.add(definition.file().path(), definition.line(), Rule.ROUTE_DESCRIPTION,
                    definition.id().isEmpty() ? "the route has no description" : "'" + definition.id() + "' has no description");
        }
    }

    private void steps(RouteDefinition definition) {
        RouteFile file = definition.file();
        // A template's ids get those of its routes before them, so they only must not meet each other.
        Map<String, String> taken = definition.isTemplate() ? new HashMap<>() : stepIds;
        for (Step step : definition.steps()) {
            YamlNode node = step.options().get("id");
            String id = node.text();
            if (id.isEmpty()) {
                report.add(file.path(), step.line(), Rule.STEP_ID, "'" + step.name() + "' has no id");
                continue;
            }
            if (!file.isHubs() && !id.startsWith(file.folder() + "-")) {
                report.add(file.path(), node.line(), Rule.STEP_ID, "the id '" + id + "' does not begin with '" + file.folder() + "-'");
            }
            String first = taken.putIfAbsent(id, file.path() + ":" + node.line());
            if (first != null) {
                report.add(file.path(), node.line(), Rule.UNIQUE_STEP_ID, "the id '" + id + "' is taken by " + first);
            }
        }
    }
}
