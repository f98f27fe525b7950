package io.loyaltyhub.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Platforms whose answers have no end: whoever runs one must not keep the hub's threads. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EndlessAnswersTest {

    private static RunningHub hub;
    private ServerSocket server;

    @BeforeAll
    static void startHub() {
        hub = RunningHub.start(TestDatabase.create(), Map.of("hub.http.max-answer-bytes", 100_000, "hub.http.answer-timeout", "PT1S", "hub.http.response-timeout", 700,
                "hub.routes-dir", RoutesCopy.of("tray")));
    }

    @AfterAll
    static void stopHub() {
        hub.close();
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    @Test
    void aBodyWithoutEndIsLeftUnread() throws IOException {
        assertThat(check("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", "400\r\n" + " ".repeat(1024) + "\r\n", 0))
                .contains("grande demais");
    }

    @Test
    void aBodyThatDripsForEverIsGivenUp() throws IOException {
        assertThat(check("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n", 50))
                .contains("demorou demais");
    }

    @Test
    void aHeaderWithoutEndIsNotKeptInMemory() throws IOException {
        assertThat(check("HTTP/1.1 200 OK\r\nX-Long: ", "a".repeat(1024), 0)).contains("não foi possível");
    }

    @Test
    void headersWithoutNumberAreNotKeptInMemory() throws IOException {
        assertThat(check("HTTP/1.1 200 OK\r\n", "X-One: more\r\n", 0)).contains("não foi possível");
    }

    @Test
    void headersThatDripForEverAreGivenUp() throws IOException {
        assertThat(check("HTTP/1.1 200 OK\r\n", "X", 200)).contains("demorou demais");
    }

    /** What the check says of a platform that begins its answer so and goes on for ever. */
    private String check(String beginning, String part, int millisBetween) throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(() -> accept(beginning, part, millisBetween));
        accepting.setDaemon(true);
        accepting.start();
        HubClient operator = hub.operator();
        String merchant = "merchants/" + operator.post("merchants", Map.of("name", "Loja")).expect(201).json().get("id").asText();
        String integration = merchant + "/integrations/" + operator.post(merchant + "/integrations", Map.of("platform", "tray", "name", "Loja",
                "settings", Map.of("apiAddress", "http://localhost:" + server.getLocalPort(), "code", "1", "consumerKey", "2", "consumerSecret", "3")))
                .expect(201).json().get("id").asText();
        JsonNode check = operator.post(integration + "/check", null).expect(200).json();
        assertThat(check.get("ok").asBoolean()).isFalse();
        return check.at("/steps/0/detail").asText();
    }

    private void accept(String beginning, String part, int millisBetween) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread answering = new Thread(() -> answer(socket, beginning, part, millisBetween));
                answering.setDaemon(true);
                answering.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket socket, String beginning, String part, int millisBetween) {
        try (socket; OutputStream out = socket.getOutputStream()) {
            out.write(beginning.getBytes(StandardCharsets.US_ASCII));
            while (!server.isClosed()) {
                out.write(part.getBytes(StandardCharsets.US_ASCII));
                out.flush();
                Thread.sleep(millisBetween);
            }
        } catch (IOException | InterruptedException hungUp) {
            // as it should
        }
    }
}
