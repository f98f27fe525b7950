package io.loyaltyhub.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The linter itself, on routes that are wrong on purpose. */
class LinterTest {

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> everyFixtureIsFoundOutByItsRuleInItsFileAndOnItsLine() {
        return Fixture.all().stream().map(fixture -> dynamicTest(fixture.toString(), () -> {
            List<Finding> findings = Linter.lint(fixture.makeIn(directory.resolve(fixture.rule()).resolve(fixture.file().getFileName())));

            assertThat(findings.stream().map(finding -> finding.file() + ":" + finding.line() + " " + finding.rule().id()).toList())
                    .as("%s: %s", fixture, findings).containsExactlyInAnyOrderElementsOf(fixture.expected());
        }));
    }

    @Test
    void aGoodDirectoryHasNoFinding() {
        assertThat(Linter.lint(Fixture.GOOD)).isEmpty();
    }

    @Test
    void everyRuleHasAFixtureAndEveryFixtureARule() {
        assertThat(Fixture.all().stream().map(Fixture::rule).distinct()).containsExactlyInAnyOrderElementsOf(Arrays.stream(Rule.values()).map(Rule::id).toList());
        assertThat(Fixture.all()).hasSizeGreaterThanOrEqualTo(20);
    }

    @Test
    void theReadmeExplainsEveryRuleInTheSameWords() throws Exception {
        String readme = Files.readString(Path.of("routes/README.md"));

        assertThat(Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (.+) \\|$").matcher(readme).results().map(row -> row.group(1) + ": " + row.group(2)))
                .containsAll(Arrays.stream(Rule.values()).map(rule -> rule.id() + ": " + rule.meaning()).toList());
    }
}
