package io.loyaltyhub.lint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.springframework.util.FileSystemUtils;

/**
 * A routes directory with one thing wrong in it: {@code lint/<rule>/<case>.yaml} says how it differs from
 * {@code lint/good}, and where that is to be found.
 */
record Fixture(Path file) {

    static final Path ALL = Path.of("src/test/resources/lint");
    static final Path GOOD = ALL.resolve("good");

    static List<Fixture> all() {
        try (Stream<Path> files = Files.walk(ALL)) {
            return files.filter(Files::isRegularFile).filter(file -> !file.startsWith(GOOD)).sorted().map(Fixture::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String rule() {
        return file.getParent().getFileName().toString();
    }

    @Override
    public String toString() {
        return rule() + "/" + file.getFileName().toString().replace(".yaml", "");
    }

    /** {@code file:line rule} of each finding; the rule is the folder's where none is named. */
    List<String> expected() {
        return StreamSupport.stream(read().get("expect").spliterator(), false).map(JsonNode::asText)
                .map(finding -> finding.contains(" ") ? finding : finding + " " + rule()).toList();
    }

    /** Makes the directory, in a place where there is none yet. */
    Path makeIn(Path directory) throws IOException {
        JsonNode fixture = read();
        FileSystemUtils.copyRecursively(GOOD, directory);
        for (JsonNode change : fixture.path("change")) {
            Path changed = directory.resolve(change.get("in").asText());
            String before = Files.readString(changed);
            String replaced = change.get("replace").asText();
            if (before.indexOf(replaced) < 0 || before.indexOf(replaced) != before.lastIndexOf(replaced)) {
                throw new AssertionError(file + ": not once in " + change.get("in").asText() + ": " + replaced);
            }
            Files.writeString(changed, before.replace(replaced, change.get("by").asText()));
        }
        for (JsonNode added : fixture.path("add")) {
            Path target = directory.resolve(added.get("file").asText());
            Files.createDirectories(target.getParent());
            Files.writeString(target, added.get("text").asText());
        }
        for (String removed : StreamSupport.stream(fixture.path("remove").spliterator(), false).map(JsonNode::asText).toList()) {
            if (!FileSystemUtils.deleteRecursively(directory.resolve(removed))) {
                throw new AssertionError(file + ": there is no " + removed);
            }
        }
        return directory;
    }

    private JsonNode read() {
        try {
            return new YAMLMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
