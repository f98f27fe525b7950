package io.loyaltyhub.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.LoyaltyHub;
import io.loyaltyhub.sandbox.SandboxTrade;
import io.loyaltyhub.sandbox.SandboxTray;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * {@code mvn spring-boot:test-run}: the hub as it ships, on its embedded PostgreSQL, together with a shop in which orders
 * keep arriving and moving through their statuses, and with slower shops of all other platforms. Their merchants are set up
 * through the REST API like any other.
 */
public final class Demo {

    private static final String MERCHANT = "Empório Demonstração";

    private Demo() {
    }

    public static void main(String[] args) throws IOException {
        SandboxTray shop = SandboxTray.start();
        MailCatcher mails = MailCatcher.start(dataDirectory().resolve("mails"));
        String password = System.getenv().getOrDefault("HUB_OPERATOR_PASSWORD", madeUpPassword());
        SpringApplication hub = new SpringApplication(LoyaltyHub.class);
        hub.setDefaultProperties(Map.of(
                "hub.operator-password", password,
                "hub.routes-reload", "true",
                "spring.mail.host", "127.0.0.1",
                "spring.mail.port", mails.port(),
                "hub.mail.from", "programa@exemplo.com.br",
                "hub.mail.settle", "PT0S",
                "hub.public-url", "http://localhost:8080",
                "logging.pattern.console", "%d{HH:mm:ss} %-5p %-22.22logger{0} %m%n"));
        System.setProperty("hub.http.allow-private-addresses", "true");
        System.setProperty("hub.operator-password", password);
        ConfigurableApplicationContext context = hub.run(args);
        int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
        URI address = URI.create("http://localhost:" + port);
        HubClient operator = HubClient.operator(address, password);
        pauseEarlierDemos(operator);
        Map<String, String> setUp = setUp(operator, shop);
        SandboxTrade.start(shop, Duration.ofSeconds(2));
        List<String> others = OtherShops.open(operator, MERCHANT, "tray");
        Path values = write(address, password, setUp, shop);
        System.out.println(banner(address, password, shop, others, values, mails));
    }

    private static Path dataDirectory() {
        return Path.of(System.getenv().getOrDefault("HUB_DATA_DIR", "data"));
    }

    /** What the README's examples need, for {@code . data/demo.env}. */
    private static Path write(URI address, String password, Map<String, String> setUp, SandboxTray shop) throws IOException {
        Path file = dataDirectory().resolve("demo.env");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, """
                HUB=%s/api/v1
                PASSWORD=%s
                MERCHANT=%s
                KEY=%s
                INTEGRATION=%s
                SHOP_ADDRESS=%s
                SHOP_CODE=%s
                SHOP_KEY=%s
                SHOP_SECRET=%s
                """.formatted(address, password, setUp.get("merchant"), setUp.get("key"), setUp.get("integration"),
                shop.apiAddress(), shop.install(), shop.consumerKey(), shop.consumerSecret()));
        return file;
    }

    /** The shops of earlier runs are gone with their processes; their points stay to be looked at. */
    private static void pauseEarlierDemos(HubClient operator) {
        for (JsonNode merchant : operator.get("merchants?limit=200").expect(200).json().get("items")) {
            if (merchant.get("name").asText().startsWith(MERCHANT)) {
                String path = "merchants/" + merchant.get("id").asText() + "/integrations";
                for (JsonNode integration : operator.get(path).expect(200).json().get("items")) {
                    operator.post(path + "/" + integration.get("id").asText() + "/deactivate", null).expect(200);
                }
            }
        }
    }

    private static Map<String, String> setUp(HubClient operator, SandboxTray shop) {
        String now = OffsetDateTime.now(ZoneOffset.ofHours(-3)).format(DateTimeFormatter.ofPattern("dd/MM HH:mm:ss"));
        JsonNode created = operator.post("merchants", Map.of("name", MERCHANT + " " + now, "siteUrl", "https://www.exemplo.com.br", "mailPointsEarned", "each"))
                .expect(201).json();
        String merchant = created.get("id").asText();
        String path = "merchants/" + merchant;
        operator.post(path + "/points-rules", Map.of("name", "1 ponto por real", "pointsPerReal", "1", "default", true)).expect(201);
        String integration = operator.post(path + "/integrations", Map.of(
                        "platform", "tray",
                        "name", "Loja Tray",
                        "settings", Map.of("apiAddress", shop.apiAddress().toString(), "code", shop.code(),
                                "consumerKey", shop.consumerKey(), "consumerSecret", shop.consumerSecret()),
                        "pollInterval", "PT5S",
                        "importSales", true))
                .expect(201).json().get("id").asText();
        JsonNode check = operator.post(path + "/integrations/" + integration + "/check", null).expect(200).json();
        if (!check.get("ok").asBoolean()) {
            throw new IllegalStateException("the demo's shop does not answer: " + check);
        }
        JsonNode statuses = operator.get(path + "/integrations/" + integration + "/statuses").expect(200).json();
        operator.patch(path + "/integrations/" + integration, Map.of(
                "scoringStatuses", suggested(statuses, "scoring"), "reversalStatuses", suggested(statuses, "reversal"))).expect(200);
        operator.post(path + "/integrations/" + integration + "/activate", null).expect(200);
        return Map.of("merchant", merchant, "key", created.get("apiKey").asText(), "integration", integration);
    }

    private static List<String> suggested(JsonNode statuses, String suggestion) {
        List<String> ids = new ArrayList<>();
        statuses.forEach(status -> {
            if (status.get("suggestion").asText().equals(suggestion)) {
                ids.add(status.get("id").asText());
            }
        });
        return ids;
    }

    private static String madeUpPassword() {
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            password.append("abcdefghjkmnpqrstuvwxyz23456789".charAt(random.nextInt(31)));
        }
        return password.toString();
    }

    private static String banner(URI address, String password, SandboxTray shop, List<String> others, Path values, MailCatcher mails) {
        return """

                ──────────────────────────────────────────────────────────────────────────
                 loyalty-hub is running, a Tray shop with new orders every 2 seconds,
                 and slower ones of %5$s

                 console    %1$s/hawtio      (Camel → Routes → tray-orders)
                 API        %1$s/api/docs
                 login      operator / %2$s
                 shop       %3$s
                 mails      %6$s   (what members are written; each is a line here, too)
                 examples   . %4$s   (then the README's curl examples work as they stand)

                 Edit routes/tray/order.jslt or any *.camel.yaml: it takes effect at once.
                ──────────────────────────────────────────────────────────────────────────
                """.formatted(address, password, shop.apiAddress(), values, String.join(", ", others), mails.directory());
    }
}
