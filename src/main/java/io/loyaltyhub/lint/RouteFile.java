package io.loyaltyhub.lint;

import java.util.List;

/** One {@code *.camel.yaml}: a list of routes, templated routes and what else Camel's YAML has. */
record RouteFile(String path, String folder, YamlNode root) {

    boolean isHubs() {
        return folder.equals("hub");
    }

    List<RouteDefinition> definitions() {
        return root.items().stream().flatMap(item -> item.entries().stream())
                .map(entry -> new RouteDefinition(this, entry.name(), entry.value()))
                .toList();
    }
}
