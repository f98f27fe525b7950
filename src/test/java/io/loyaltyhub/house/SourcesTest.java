package io.loyaltyhub.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules about what may stand in the sources, comments included. */
class SourcesTest {

    private static final Pattern CAMEL_HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    @Test
    void noPlatformIsNamedInJava() throws IOException {
        List<String> platforms = platforms();
        assertThat(platforms).isNotEmpty();

        List<String> named = new ArrayList<>();
        for (Path source : filesIn(Path.of("src/main/java"))) {
            String words = words(Files.readString(source));
            platforms.stream().filter(platform -> mentions(words, platform)).forEach(platform -> named.add(source + " names " + platform));
        }

        assertThat(named).as("a platform is a folder in routes/, and nothing of it is Java").isEmpty();
    }

    @Test
    void aPlatformIsRecognisedHoweverItIsWritten() {
        for (String written : List.of("loja-integrada", "LojaIntegradaOrders", "LOJA_INTEGRADA", "Loja Integrada's", "lojaintegrada", "forLojaIntegrada(")) {
            assertThat(mentions(words(written), "loja-integrada")).as(written).isTrue();
        }
        assertThat(mentions(words("an array, a portrayal and a Stray"), "tray")).isFalse();
        assertThat(mentions(words("the Tray7 of a tray"), "tray")).isTrue();
    }

    @Test
    void nothingIsLeftForLater() throws IOException {
        Pattern later = Pattern.compile("\\b(?:TO" + "DO|FIX" + "ME)\\b");
        List<Path> unfinished = new ArrayList<>();
        for (String directory : List.of("src", "routes")) {
            for (Path file : filesIn(Path.of(directory))) {
                if (later.matcher(Files.readString(file, StandardCharsets.ISO_8859_1)).find()) {
                    unfinished.add(file);
                }
            }
        }
        assertThat(unfinished).isEmpty();
    }

    private static List<String> platforms() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("routes"))) {
            return folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString())
                    .filter(name -> !name.equals("hub")).sorted().toList();
        }
    }

    private static boolean mentions(String words, String platform) {
        String anyWriting = platform.replace("-", "[-_ ]?");
        return Pattern.compile("(?<![a-z0-9])" + anyWriting + "(?![a-z])").matcher(words).find();
    }

    /** In lower case, with the words that make up a name apart. */
    private static String words(String source) {
        return CAMEL_HUMP.matcher(source).replaceAll(" ").toLowerCase(Locale.ROOT);
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
