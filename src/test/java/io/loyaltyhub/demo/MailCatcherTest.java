package io.loyaltyhub.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody who tries the demo gets to see of its mails. */
class MailCatcherTest {

    @Test
    void aMemberWhoJoinsIsWelcomedByAMailThatOneCanOpen(@TempDir Path directory) throws Exception {
        try (MailCatcher catcher = MailCatcher.start(directory.resolve("mails")); SandboxTray shop = SandboxTray.start();
             RunningHub hub = RunningHub.start(TestDatabase.create(), Map.of("spring.mail.host", "127.0.0.1", "spring.mail.port", catcher.port(),
                     "hub.mail.from", "programa@exemplo.com.br", "hub.public-url", "http://localhost:8080",
                     // By the routes' own clocks, but the welcome's shall not take its time.
                     "hub.routes-dir", RoutesCopy.of("tray").withClock("hub/mail.camel.yaml", "0/20 * * * * ?", "0/1 * * * * ?")))) {
            Programme programme = hub.programme(shop);
            JsonNode member = programme.client().post(programme.path() + "/participants", Map.of("name", "Marina Alves", "email", "marina@exemplo.com.br"))
                    .expect(201).json();

            List<Path> files = Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> files(catcher.directory()), found -> found.size() == 2 && found.get(1).toString().endsWith(".html"));

            assertThat(Files.readString(files.get(0))).contains("To: marina@exemplo.com.br", "List-Unsubscribe: <http://localhost:8080/program/" + programme.merchant());
            assertThat(Files.readString(files.get(1))).startsWith("<!DOCTYPE html>").contains("Olá, Marina!", "Loja de Teste");
            assertThat(programme.client().get(programme.path() + "/mails?participant=" + member.get("id").asText()).expect(200).json().at("/items/0/kind").asText())
                    .isEqualTo("welcome");
        }
    }

    private static List<Path> files(Path directory) throws Exception {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }
}
