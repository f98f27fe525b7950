package io.loyaltyhub.lint;

import com.schibsted.spt.data.jslt.JsltException;
import io.loyaltyhub.lint.RoutesTree.PlatformFolder;
import io.loyaltyhub.mapping.Mappings;
import io.loyaltyhub.platform.RoutesDirectory;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Mappings: named by routes, by templates and by each other. */
final class MappingRules {

    private static final Pattern IMPORT = Pattern.compile("^\\s*import\\s+\"([^\"]+)\"");

    private static final Pattern PLACE = Pattern.compile("at line (\\d+), column");

    private final Report report;
    /** Those that a route applies. */
    private final Set<String> applied = new HashSet<>();

    MappingRules(Report report) {
        this.report = report;
    }

    void check(RoutesTree tree) {
        for (PlatformFolder platform : tree.platforms()) {
            platform.routes().forEach(file -> named(tree, platform, file));
            platform.definitions().filter(RouteDefinition::isTemplated).forEach(route -> tree.template(route.templateRef()).ifPresent(template ->
                    new Instance(route, template).mappings().forEach(mapping -> applied(tree, platform, route.file().path(), route.line(), mapping))));
            platform.mappings().forEach(mapping -> imported(tree, mapping).forEach((line, module) -> exists(tree, platform, mapping, line, module)));
        }
        compile(tree);
    }

    /** What is imported and never applied is compiled with what imports it: it may be nothing but functions, and no mapping by itself. */
    private void compile(RoutesTree tree) {
        Mappings mappings = new Mappings(new RoutesDirectory(tree.root(), false));
        List<String> all = Stream.concat(tree.hubMappings().stream(), tree.platforms().stream().flatMap(platform -> platform.mappings().stream())).toList();
        Set<String> modules = all.stream().flatMap(mapping -> imported(tree, mapping).values().stream()).collect(Collectors.toSet());
        all.stream().filter(mapping -> applied.contains(mapping) || !modules.contains(mapping))
                .filter(mapping -> imported(tree, mapping).values().stream().allMatch(all::contains))
                .forEach(mapping -> compiles(mappings, mapping));
    }

    private void named(RoutesTree tree, PlatformFolder platform, RouteFile file) {
        file.root().maps().filter(map -> map.get("language").text().equals("mapping")).map(map -> map.get("expression"))
                .forEach(expression -> applied(tree, platform, file.path(), expression.line(), expression.text()));
    }

    private void applied(RoutesTree tree, PlatformFolder platform, String file, int line, String mapping) {
        applied.add(mapping);
        exists(tree, platform, file, line, mapping);
    }

    private void exists(RoutesTree tree, PlatformFolder platform, String file, int line, String mapping) {
        if (!mapping.startsWith(platform.name() + "/") && !mapping.startsWith("hub/")) {
            report.add(file, line, Rule.MAPPING, "'" + mapping + "' is neither in this platform's folder nor in the hub's");
            return;
        }
        if (!Files.isRegularFile(tree.root().resolve(mapping))) {
            report.add(file, line, Rule.MAPPING, "there is no mapping '" + mapping + "'");
        }
    }

    /** What a mapping imports, by the line on which it does. */
    private static Map<Integer, String> imported(RoutesTree tree, String mapping) {
        Map<Integer, String> imported = new TreeMap<>();
        String[] lines = tree.text(mapping).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            Matcher matcher = IMPORT.matcher(lines[i]);
            if (matcher.find()) {
                imported.put(i + 1, matcher.group(1));
            }
        }
        return imported;
    }

    private void compiles(Mappings mappings, String mapping) {
        try {
            mappings.check(mapping);
        } catch (JsltException e) {
            // Of what is imported, where the fault is there.
            syntax(e.getSource() == null ? mapping : e.getSource(), e);
        } catch (RuntimeException e) {
            report.add(mapping, 1, Rule.MAPPING, "does not compile: " + e.getMessage());
        }
    }

    /** Of a syntax error the message knows the line better than the exception, and goes on to list all that would have been right. */
    private void syntax(String mapping, JsltException e) {
        String message = e.getMessageWithoutLocation().lines().findFirst().orElse("").strip();
        Matcher place = PLACE.matcher(message);
        int line = place.find() ? Integer.parseInt(place.group(1)) : e.getLine();
        report.add(mapping, Math.max(1, line), Rule.MAPPING, "does not compile: " + message);
    }
}
