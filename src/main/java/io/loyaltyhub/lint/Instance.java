package io.loyaltyhub.lint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A templated route together with its template: the route that Camel makes of both. */
record Instance(RouteDefinition route, RouteDefinition template) {

    /** A text of the template with the route's parameters in it; what is given nowhere stays as it is. */
    String filledIn(String text) {
        String filled = text;
        for (Map.Entry<String, String> parameter : parameters().entrySet()) {
            filled = filled.replace("{{" + parameter.getKey() + "}}", parameter.getValue());
        }
        return filled;
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = new HashMap<>();
        for (YamlNode parameter : template.body().get("parameters").items()) {
            if (parameter.has("defaultValue")) {
                parameters.put(parameter.get("name").text(), parameter.get("defaultValue").text());
            }
        }
        parameters.putAll(route.arguments());
        return parameters;
    }

    /** Where it sends to; less what a parameter of the same name says it does not need, as {@code detail} may. */
    List<String> endpoints() {
        return reached().stream().filter(step -> !step.name().equals("from")).map(step -> step.endpoint().text())
                .filter(uri -> !uri.isEmpty() && parametersSwitchedOff().noneMatch(parameter -> uri.endsWith("-" + parameter)))
                .map(this::filledIn).toList();
    }

    private Stream<String> parametersSwitchedOff() {
        return parameters().entrySet().stream().filter(parameter -> parameter.getValue().equals("false")).map(Map.Entry::getKey);
    }

    /** The files of the mappings that it applies. */
    List<String> mappings() {
        return reached().stream().map(step -> step.options().get("language"))
                .filter(language -> language.get("language").text().equals("mapping"))
                .map(language -> filledIn(language.get("expression").text())).toList();
    }

    /** The steps that this route may come to: what a parameter that is {@code false} switches off is left out. */
    private List<RouteDefinition.Step> reached() {
        List<YamlNode> off = new ArrayList<>();
        template.route().maps().filter(this::isSwitchedOff).forEach(off::add);
        return template.steps().stream()
                .filter(step -> off.stream().noneMatch(part -> part.maps().anyMatch(map -> map.node() == step.options().node())))
                .toList();
    }

    /** A filter or a branch whose condition has a parameter in it that is false. */
    private boolean isSwitchedOff(YamlNode part) {
        if (!part.has("steps")) {
            return false;
        }
        String condition = Stream.of("simple", "constant", "expression").flatMap(name -> part.get(name).scalars())
                .map(scalar -> scalar.value().text()).collect(Collectors.joining());
        return parametersSwitchedOff().anyMatch(parameter -> condition.contains("{{" + parameter + "}}"));
    }
}
