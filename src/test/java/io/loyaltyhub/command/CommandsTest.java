package io.loyaltyhub.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.LoyaltyHub;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.ForkedJava;
import io.loyaltyhub.support.QuickStart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as somebody types them: a Java of their own, what it prints, and how it ends. */
class CommandsTest {

    @TempDir
    Path directory;
    private Path temporary;
    private Path kept;
    private SandboxTray shop;

    private record Ended(int code, String output) {
    }

    @BeforeEach
    void openShop() throws IOException {
        temporary = Files.createDirectory(directory.resolve("tmp"));
        kept = Files.createDirectory(directory.resolve("kept"));
        shop = SandboxTray.start();
    }

    @AfterEach
    void closeShop() {
        shop.close();
    }

    // preview

    @Test
    void aPreviewShowsWhatTheHubMakesOfARealAccountAndKeepsNothingWhateverTheEnvironmentNames() throws Exception {
        long paid = shop.place(SandboxOrder.ofHundred().customer(1).status(SandboxStatus.A_ENVIAR));
        long cancelled = shop.place(SandboxOrder.ofHundred().customer(2).status(SandboxStatus.CANCELADO));

        Ended ended = preview(settings(Map.of("code", "${CODE_OF_THE_SHOP}")), Map.of(
                "CODE_OF_THE_SHOP", shop.code(),
                "SPRING_DATASOURCE_URL", "jdbc:postgresql://localhost:1/the-real-one",
                "SPRING_FLYWAY_URL", "jdbc:postgresql://localhost:1/the-real-one",
                "SPRING_DATASOURCE_HIKARI_JDBC_URL", "jdbc:postgresql://localhost:1/the-real-one"));

        assertThat(ended.output())
                .contains("Autorização e situações dos pedidos")
                .containsPattern("scoring +1 +A ENVIAR")
                .containsPattern("reversal +9 +CANCELADO")
                .contains("order " + paid + "  A ENVIAR  awarded, 100 points")
                .contains("order " + cancelled + "  CANCELADO  reversed, 0 points")
                .doesNotContain(shop.code());
        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(shop.calls("/discount_coupons/**")).isZero();
        assertThatNothingIsKept();
    }

    @Test
    void aPreviewWithWrongCredentialsSaysWhichCallFailedAndWhy() throws Exception {
        Ended ended = preview(settings(Map.of("code", "codigo-que-nunca-existiu")), Map.of());

        assertThat(ended.output()).containsPattern("FAILED .*Autorização e situações dos pedidos: .*instale o aplicativo de novo")
                .doesNotContain("codigo-que-nunca-existiu");
        assertThat(ended.code()).isEqualTo(1);
    }

    @Test
    void aPreviewWithSettingsThatTheSchemaRefusesNamesTheField() throws Exception {
        Ended ended = preview(Map.of("apiAddress", shop.apiAddress().toString()), Map.of());

        assertThat(ended.output().lines()).contains("settings.code é obrigatório");
        assertThat(ended.code()).isEqualTo(2);
        assertThatNothingIsKept();
        assertThat(shop.calls("/**")).isZero();
    }

    @Test
    void aPreviewOfAPlatformThatThereIsNotNamesThoseThatThereAre() throws Exception {
        Path file = Files.writeString(directory.resolve("settings.json"), "{}");

        Ended ended = run(List.of("preview", "trai", file.toString()), Map.of());

        assertThat(ended.output()).contains("there is no platform 'trai'; there are bis2bis, ").contains(" tray");
        assertThat(ended.code()).isEqualTo(2);
    }

    @Test
    void aPreviewStartsNothingWhereAVariableIsNotSet() throws Exception {
        Ended ended = preview(settings(Map.of("code", "${NOT_SET_ANYWHERE}")), Map.of());

        assertThat(ended.output().strip()).isEqualTo("the environment variable NOT_SET_ANYWHERE is not set");
        assertThat(ended.code()).isEqualTo(2);
    }

    // lint

    @Test
    void lintSaysWhereAndWhatAndEndsWithOne() throws Exception {
        Path routes = directory.resolve("routes");
        Files.createDirectories(routes.resolve("hub"));
        Files.writeString(routes.resolve("hub/some.camel.yaml"), """
                - route:
                    id: some
                    from:
                      id: some-from
                      uri: direct:some
                      steps: []
                """);

        Ended ended = run(List.of("lint", routes.toString()), Map.of());

        assertThat(ended.output().lines()).containsExactly(routes + "/hub/some.camel.yaml:1: 'some' has no description (route-description)", "1 finding");
        assertThat(ended.code()).isEqualTo(1);
    }

    @Test
    void lintOfTheRoutesThatShipFindsNothing() throws Exception {
        Ended ended = run(List.of("lint"), Map.of("HUB_ROUTES_DIR", Path.of("routes").toAbsolutePath().toString()));

        assertThat(ended.output()).startsWith("nothing to find fault with");
        assertThat(ended.code()).isZero();
    }

    @Test
    void lintOfADirectoryThatHoldsNoRoutesSaysSo() throws Exception {
        Ended ended = run(List.of("lint", kept.toString()), Map.of());

        assertThat(ended.output()).contains(kept.toString(), "HUB_ROUTES_DIR");
        assertThat(ended.code()).isEqualTo(2);
    }

    private Map<String, String> settings(Map<String, String> differing) {
        Map<String, String> settings = new HashMap<>(Map.of("apiAddress", shop.apiAddress().toString(), "code", shop.code(),
                "consumerKey", shop.consumerKey(), "consumerSecret", shop.consumerSecret()));
        settings.putAll(differing);
        return settings;
    }

    private Ended preview(Map<String, String> settings, Map<String, String> environment) throws Exception {
        Path file = Files.writeString(directory.resolve("settings.json"), Json.write(settings));
        Map<String, String> all = new HashMap<>(Map.of("HUB_DATA_DIR", kept.toString(), "HUB_HTTP_ALLOW_PRIVATE_ADDRESSES", "true"));
        all.putAll(environment);
        return run(List.of("preview", "tray", file.toString(), "--limit", "3"), all);
    }

    private Ended run(List<String> arguments, Map<String, String> environment) throws Exception {
        List<String> options = new ArrayList<>(QuickStart.options());
        options.addAll(List.of("-Xmx512m", "-Djava.io.tmpdir=" + temporary));
        ProcessBuilder builder = ForkedJava.builder(QuickStart.classPath(), options, LoyaltyHub.class, arguments);
        builder.environment().keySet().removeIf(name -> name.startsWith("HUB_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private void assertThatNothingIsKept() throws IOException {
        assertThat(filesIn(kept)).as("what is in the hub's own data directory").isEmpty();
        assertThat(filesIn(temporary)).as("what it made for itself").isEmpty();
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
