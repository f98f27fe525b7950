package io.loyaltyhub.lint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One entry of a route file.
 *
 * @param kind {@code route}, {@code routeTemplate}, {@code templatedRoute}, {@code routeConfiguration}, …
 */
record RouteDefinition(RouteFile file, String kind, YamlNode body) {

    /** Parts of a step that are steps too and stand under their own name rather than in {@code steps}. */
    private static final Set<String> BRANCHES = Set.of("from", "otherwise", "doFinally", "onFallback");
    private static final Set<String> LISTS_OF_BRANCHES = Set.of("when", "doCatch");

    boolean isRoute() {
        return kind.equals("route") || kind.equals("from");
    }

    boolean isTemplate() {
        return kind.equals("routeTemplate");
    }

    boolean isTemplated() {
        return kind.equals("templatedRoute");
    }

    int line() {
        return body.line();
    }

    /** Of a templated route, the route's. */
    String id() {
        return body.get(isTemplated() ? "routeId" : "id").text();
    }

    YamlNode idNode() {
        return body.get(isTemplated() ? "routeId" : "id");
    }

    String templateRef() {
        return body.get("routeTemplateRef").text();
    }

    /** The route itself, which in a template stands one level down. */
    YamlNode route() {
        return isTemplate() ? body.get("route") : kind.equals("from") ? new YamlNode(null, line()) : body;
    }

    YamlNode from() {
        return kind.equals("from") ? body : route().get("from");
    }

    /** What a templated route gives its template, by name. */
    Map<String, String> arguments() {
        Map<String, String> arguments = new LinkedHashMap<>();
        body.get("parameters").items().forEach(parameter -> arguments.put(parameter.get("name").text(), parameter.get("value").text()));
        return arguments;
    }

    /** In the order in which they stand; {@code from}, {@code when}, {@code doCatch} and the like are steps here. */
    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        if (kind.equals("from")) {
            steps.add(new Step("from", body, line()));
        }
        collect(body, steps);
        return steps;
    }

    private static void collect(YamlNode node, List<Step> steps) {
        for (YamlNode.Entry entry : node.entries()) {
            YamlNode value = entry.value();
            if (entry.name().equals("steps")) {
                value.items().forEach(item -> item.entries().forEach(step -> {
                    steps.add(new Step(step.name(), step.value(), step.line()));
                    collect(step.value(), steps);
                }));
                continue;
            }
            if (BRANCHES.contains(entry.name())) {
                steps.add(new Step(entry.name(), value, entry.line()));
            } else if (LISTS_OF_BRANCHES.contains(entry.name())) {
                value.items().forEach(branch -> steps.add(new Step(entry.name(), branch, branch.line())));
            }
            collect(value, steps);
            value.items().forEach(item -> collect(item, steps));
        }
    }

    /** @param options what stands below its name; a scalar in the short form, such as {@code to: direct:http} */
    record Step(String name, YamlNode options, int line) {

        /** Where it sends to or begins, as it stands there; empty where it does neither. */
        YamlNode endpoint() {
            return switch (name) {
                case "from", "to", "toD", "wireTap", "poll" -> options.isScalar() ? options : options.get("uri");
                case "enrich", "pollEnrich" -> firstPresent(options.get("simple"), options.get("constant"), options.get("expression").get("simple"),
                        options.get("expression").get("constant"));
                default -> new YamlNode(null, line);
            };
        }

        private static YamlNode firstPresent(YamlNode... candidates) {
            for (YamlNode candidate : candidates) {
                if (candidate.isPresent()) {
                    return candidate.isMap() ? candidate.get("expression") : candidate;
                }
            }
            return candidates[0];
        }
    }
}
