package io.loyaltyhub.demo;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's examples are run as they stand. */
class ReadmeTest {

    private static final Pattern EXAMPLE = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL);

    @Test
    void theExamplesWorkAsTheyStand(@TempDir Path directory) throws Exception {
        try (SandboxTray shop = SandboxTray.start(); RunningHub hub = RunningHub.start()) {
            shop.place(SandboxOrder.ofHundred().status(SandboxStatus.A_ENVIAR));
            Programme programme = hub.programme(shop);
            programme.poll();
            Files.createDirectory(directory.resolve("data"));
            Files.writeString(directory.resolve("data/demo.env"), """
                    HUB=%s/api/v1
                    PASSWORD=%s
                    MERCHANT=%s
                    KEY=%s
                    INTEGRATION=%s
                    SHOP_ADDRESS=%s
                    SHOP_CODE=%s
                    SHOP_KEY=%s
                    SHOP_SECRET=%s
                    """.formatted(hub.address(), RunningHub.PASSWORD, programme.merchant(), programme.apiKey(), programme.integration(),
                    shop.apiAddress(), shop.install(), shop.consumerKey(), shop.consumerSecret()));

            List<String> examples = examples();
            assertThat(examples).hasSizeGreaterThanOrEqualTo(2);
            for (String example : examples) {
                assertThat(run(example, directory)).as(example).doesNotContain("problem");
            }
            assertThat(hub.operator().get("merchants").json().get("items")).hasSize(2);
            assertLedgerCoherent(hub);
        }
    }

    private static List<String> examples() throws Exception {
        List<String> examples = new ArrayList<>();
        Matcher matcher = EXAMPLE.matcher(Files.readString(Path.of("README.md")));
        while (matcher.find()) {
            examples.add(matcher.group(1));
        }
        return examples;
    }

    private static String run(String example, Path directory) throws Exception {
        Process bash = new ProcessBuilder("bash", "-euo", "pipefail", "-c", example).directory(directory.toFile()).redirectErrorStream(true).start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue()).as("exit code of\n" + example + "\n" + output).isZero();
        return output;
    }
}
