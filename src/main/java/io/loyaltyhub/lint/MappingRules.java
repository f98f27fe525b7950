package io.loyaltyhub.lint;

import com.schibsted.spt.data.jslt.JsltException;
import io.loyaltyhub.lint.RoutesTree.PlatformFolder;
import io.loyaltyhub.mapping.Mappings;
import io.loyaltyhub.platform.RoutesDirectory;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Mappings: named by routes, by templates and by each other. */
final class MappingRules {

    private static final Pattern IMPORT = Pattern.compile("^\\s*import\\s+\"([^\"]+)\"");

    private static final Pattern PLACE = Pattern.compile("at line (\\d+), column");

    private final Report report;

    MappingRules(Report report) {
        this.report = report;
    }

    void check(RoutesTree tree) {
        Mappings mappings = new Mappings(new RoutesDirectory(tree.root(), false));
        tree.hubMappings().forEach(mapping -> compiles(mappings, mapping));
        for (PlatformFolder platform : tree.platforms()) {
            platform.routes().forEach(file -> named(tree, platform, file));
            platform.definitions().filter(RouteDefinition::isTemplated).forEach(route -> tree.template(route.templateRef()).ifPresent(template ->
                    new Instance(route, template).mappings().forEach(mapping -> exists(tree, platform, route.file().path(), route.line(), mapping))));
            for (String mapping : platform.mappings()) {
                if (importsWhatExists(tree, platform, mapping)) {
                    compiles(mappings, mapping);
                }
            }
        }
    }

    private void named(RoutesTree tree, PlatformFolder platform, RouteFile file) {
        file.root().maps().filter(map -> map.get("language").text().equals("mapping")).map(map -> map.get("expression"))
                .forEach(expression -> exists(tree, platform, file.path(), expression.line(), expression.text()));
    }

    private boolean exists(RoutesTree tree, PlatformFolder platform, String file, int line, String mapping) {
        if (!mapping.startsWith(platform.name() + "/") && !mapping.startsWith("hub/")) {
            report.add(file, line, Rule.MAPPING, "'" + mapping + "' is neither in this platform's folder nor in the hub's");
            return false;
        }
        if (!Files.isRegularFile(tree.root().resolve(mapping))) {
            report.add(file, line, Rule.MAPPING, "there is no mapping '" + mapping + "'");
            return false;
        }
        return true;
    }

    private boolean importsWhatExists(RoutesTree tree, PlatformFolder platform, String mapping) {
        boolean all = true;
        String[] lines = tree.text(mapping).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            Matcher matcher = IMPORT.matcher(lines[i]);
            if (matcher.find()) {
                all &= exists(tree, platform, mapping, i + 1, matcher.group(1));
            }
        }
        return all;
    }

    private void compiles(Mappings mappings, String mapping) {
        try {
            mappings.check(mapping);
        } catch (JsltException e) {
            // One that imports what does not compile is not itself at fault, and the other is looked at too.
            if (e.getSource() == null || e.getSource().equals(mapping)) {
                syntax(mapping, e);
            }
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
