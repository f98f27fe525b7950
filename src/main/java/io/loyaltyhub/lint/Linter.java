package io.loyaltyhub.lint;

import java.nio.file.Path;
import java.util.List;

/**
 * Finds in a routes directory what would fail at start, in a poll, or in a review. It reads files and nothing else: no
 * Spring, no Camel, no database.
 */
public final class Linter {

    private Linter() {
    }

    /** What is wrong, by file and line; nothing, where all is well. */
    public static List<Finding> lint(Path routes) {
        Report report = new Report();
        RoutesTree tree = RoutesTree.read(routes.toAbsolutePath().normalize(), report);
        new CamelWords(report).check(tree);
        new DescriptorRules(report).check(tree);
        new SettingsSchemaRules(report).check(tree);
        new NameRules(report).check(tree);
        new SettingUseRules(report).check(tree);
        new SafetyRules(report).check(tree);
        new PlatformRules(report).check(tree);
        new DirectRules(report).check(tree);
        new TemplateRules(report).check(tree);
        new MappingRules(report).check(tree);
        new SampleRules(report).check(tree);
        return report.findings();
    }
}
