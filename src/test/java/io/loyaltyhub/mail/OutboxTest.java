package io.loyaltyhub.mail;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

/** From the outbox to a mailbox, and all that can come in between; two hubs share the work throughout. */
class OutboxTest {

    private static TestDatabase database;
    private static GreenMail mailbox;
    private static SandboxTray shop;
    private static RunningHub hub;
    private static RunningHub other;
    private Programme programme;

    @BeforeAll
    static void startHubs() {
        mailbox = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mailbox.start();
        shop = SandboxTray.start();
        database = TestDatabase.create();
        hub = hub(mailbox.getSmtp().getPort());
        other = hub(mailbox.getSmtp().getPort());
    }

    @AfterAll
    static void stopHubs() {
        assertLedgerCoherent(hub);
        other.close();
        hub.close();
        shop.close();
        mailbox.stop();
    }

    private static RunningHub hub(int port) {
        return RunningHub.start(database, Map.of("spring.mail.host", "127.0.0.1", "spring.mail.port", port, "hub.mail.from", "programa@hub.exemplo",
                "hub.public-url", "https://hub.exemplo", "hub.mail.retry-delay", "PT0.2S", "hub.routes-dir", RoutesCopy.of("tray")));
    }

    @BeforeEach
    void openProgramme() throws Exception {
        mailbox.purgeEmailFromAllMailboxes();
        programme = hub.programme(shop, Map.of("siteUrl", "https://www.loja.exemplo"));
    }

    @AfterEach
    void closeProgramme() {
        hub.jdbc().execute("DROP TRIGGER IF EXISTS trap ON mails");
        programme.client().post(programme.integrationPath() + "/deactivate", null).expect(200);
        hub.jdbc().update("DELETE FROM mails");
    }

    @Test
    void whatIsQueuedArrivesOnceAndItsSecretsAreNowhereToBeRead() throws Exception {
        UUID marina = member("marina@exemplo.com.br");
        Mails.Coupon coupon = new Mails.Coupon(41, "Vale-compra", "FIDEL-7Q2", new BigDecimal("20.00"), LocalDate.parse("2027-01-31"), null);

        queue(mails -> {
            mails.couponIssued(merchant(), marina, coupon);
            mails.couponIssued(merchant(), marina, coupon);
            mails.couponFailed(merchant(), marina, 42, "Caneca", 300);
            mails.pointsExpiring(merchant(), marina, 75, LocalDate.parse("2026-12-31"));
            mails.passwordReset(merchant(), marina, "https://www.loja.exemplo/senha?t=geheim-1");
        });
        assertThat(hub.jdbc().queryForList("SELECT m::text FROM mails m WHERE kind <> 'welcome'", String.class)).hasSize(4)
                .noneMatch(row -> row.contains("FIDEL-7Q2") || row.contains("geheim"));

        awaitState("sent", 4);
        Map<String, String> texts = new HashMap<>();
        for (MimeMessage message : received()) {
            texts.put(message.getSubject(), text(message));
        }
        assertThat(texts).containsOnlyKeys("Seu cupom de R$ 20,00 em Loja de Teste", "Seus pontos em Loja de Teste voltaram",
                "Seus pontos em Loja de Teste começam a vencer em 31/12/2026", "Escolha uma nova senha para Loja de Teste");
        assertThat(texts.get("Seu cupom de R$ 20,00 em Loja de Teste")).contains("FIDEL-7Q2", "31/01/2027", "https://www.loja.exemplo", "Olá, Marina!");
        assertThat(texts.get("Escolha uma nova senha para Loja de Teste")).contains("senha?t=geheim-1");
        assertThat(hub.jdbc().queryForObject("SELECT count(*) FROM mails WHERE secret IS NOT NULL", Long.class)).isZero();
    }

    @Test
    void noMailboxIsReadWhereNoneIsNamed() {
        assertThat(hub.bean(CamelContext.class).getRoute("mail-outbox")).isNotNull();
        assertThat(hub.bean(CamelContext.class).getRoute("mail-bounces")).isNull();
    }

    @Test
    void whatTheTransactionTakesBackIsNotSent() {
        UUID marina = member("marina@exemplo.com.br");

        hub.bean(TransactionTemplate.class).executeWithoutResult(status -> {
            hub.bean(Mails.class).passwordReset(merchant(), marina, "https://x.exemplo");
            status.setRollbackOnly();
        });

        assertThat(mails("")).isEmpty();
    }

    @Test
    void twoHubsSendNoMailTwice() throws Exception {
        List<UUID> members = hub.jdbc().queryForList("""
                INSERT INTO participants (merchant_id, id, email, source, registered_at)
                SELECT ?, gen_random_uuid(), 'pessoa' || n || '@exemplo.com.br', 'operator', now() - interval '1 day' FROM generate_series(1, 160) AS n RETURNING id
                """, UUID.class, merchant());
        queue(mails -> members.forEach(member -> mails.passwordReset(merchant(), member, "https://x.exemplo/" + member)));

        List<Thread> firing = Stream.of(hub, other, hub, other).map(one -> new Thread(() -> one.run("mail-outbox"))).toList();
        firing.forEach(Thread::start);
        for (Thread thread : firing) {
            thread.join();
        }

        awaitState("sent", 160);
        MimeMessage[] received = received();
        assertThat(received).hasSize(160);
        assertThat(Arrays.stream(received).map(OutboxTest::id)).doesNotHaveDuplicates();
        assertThat(hub.jdbc().queryForObject("SELECT count(DISTINCT node) FROM mails", Integer.class)).as("nodes that had a part in it").isEqualTo(2);
        assertThat(hub.jdbc().queryForObject("SELECT max(attempts) FROM mails", Integer.class)).isOne();
    }

    /** As if the hub had died between the server's answer and its own note of it. */
    @Test
    void whoDiesBeforeNotingThatAMailWasSentCausesOneRepeatUnderTheSameId() throws Exception {
        UUID marina = member("marina@exemplo.com.br");
        hub.jdbc().execute("""
                CREATE OR REPLACE FUNCTION forget_that_it_was_sent() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF NEW.state = 'sent' AND NEW.attempts = 1 THEN RAISE EXCEPTION 'the database is away'; END IF;
                    RETURN NEW;
                END $$;
                CREATE TRIGGER trap BEFORE UPDATE ON mails FOR EACH ROW EXECUTE FUNCTION forget_that_it_was_sent();
                """);
        queue(mails -> mails.passwordReset(merchant(), marina, "https://x.exemplo/1"));
        hub.runUntil("mail-outbox", () -> received().length == 1);

        fire();
        assertThat(received()).as("nobody else takes it while its lease lasts").hasSize(1);
        assertThat(mails("").get(0).get("state").asText()).isEqualTo("sending");
        hub.jdbc().update("UPDATE mails SET next_attempt_at = now() WHERE state = 'sending'");

        awaitState("sent", 1);
        assertThat(received()).hasSize(2);
        assertThat(Arrays.stream(received()).map(OutboxTest::id).distinct()).hasSize(1);
        assertThat(mails("").get(0).get("attempts").asInt()).isEqualTo(2);
    }

    @Test
    void aServerThatIsDownCostsNothingButTime() {
        UUID marina = member("marina@exemplo.com.br");
        mailbox.getSmtp().stopService();
        try {
            queue(mails -> mails.passwordReset(merchant(), marina, "https://x.exemplo/1"));

            JsonNode mail = hub.runUntil("mail-outbox", () -> mails("?state=queued"), queued -> queued.size() == 1
                    && queued.get(0).get("attempts").asInt() > 1).get(0);
            assertThat(mail.get("error").asText()).isEqualTo("o servidor de e-mail não atende");
        } finally {
            startAgain();
        }
        awaitState("sent", 1);
        assertThat(mails("").get(0).get("error").isNull()).isTrue();
    }

    private static void startAgain() {
        int port = mailbox.getSmtp().getPort();
        mailbox.stop();
        mailbox = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mailbox.start();
    }

    @Test
    void nothingOfTheProgrammeIsSentWhileNoIntegrationIsActiveButWhatSomebodyAskedFor() throws Exception {
        programme.client().post(programme.integrationPath() + "/deactivate", null).expect(200);
        UUID marina = member("marina@exemplo.com.br");

        queue(mails -> {
            mails.pointsExpiring(merchant(), marina, 75, LocalDate.parse("2026-12-31"));
            mails.passwordReset(merchant(), marina, "https://x.exemplo/1");
        });

        awaitState("sent", 1);
        fire();
        assertThat(received()).hasSize(1);
        assertThat(received()[0].getSubject()).contains("senha");
        assertThat(mails("?state=queued").get(0).get("error").asText()).contains("nenhuma integração");

        programme.client().post(programme.integrationPath() + "/activate", null).expect(200);
        hub.jdbc().update("UPDATE mails SET next_attempt_at = now() WHERE state = 'queued'");
        awaitState("sent", 2);
    }

    @Test
    void whoWantsNoMailGetsOnlyWhatWasAskedFor() throws Exception {
        UUID marina = member("marina@exemplo.com.br");
        programme.client().patch(programme.path() + "/participants/" + marina, Map.of("mailConsent", false)).expect(200);

        queue(mails -> {
            mails.pointsExpiring(merchant(), marina, 75, LocalDate.parse("2026-12-31"));
            mails.passwordReset(merchant(), marina, "https://x.exemplo/1");
        });

        awaitState("suppressed", 1);
        awaitState("sent", 1);
        assertThat(received()).hasSize(1);
    }

    @Test
    void aMailTooOldIsGivenUp() {
        UUID marina = member("marina@exemplo.com.br");
        hub.bean(TransactionTemplate.class).executeWithoutResult(status -> {
            hub.bean(Mails.class).pointsExpiring(merchant(), marina, 75, LocalDate.parse("2026-12-31"));
            hub.jdbc().update("UPDATE mails SET queued_at = now() - interval '4 days'");
        });

        awaitState("failed", 1);
        assertThat(received()).isEmpty();
        assertThat(mails("").get(0).get("error").asText()).isEqualTo("não foi enviado a tempo");
    }

    @Test
    void aLinkForAPasswordThatHasEndedIsNotSentNorTriedAgain() {
        UUID marina = member("marina@exemplo.com.br");
        hub.bean(TransactionTemplate.class).executeWithoutResult(status -> {
            hub.bean(Mails.class).passwordReset(merchant(), marina, "https://x.exemplo/1");
            hub.bean(Mails.class).passwordReset(merchant(), marina, "https://x.exemplo/2");
            hub.jdbc().update("UPDATE mails SET created_at = now() - interval '61 minutes', error = 'o servidor de e-mail não atende' WHERE id = (SELECT min(id) FROM mails)");
            hub.jdbc().update("UPDATE mails SET created_at = now() - interval '50 minutes' WHERE id = (SELECT max(id) FROM mails)");
        });

        awaitState("sent", 1);
        awaitState("failed", 1);
        JsonNode given = mails("?state=failed").get(0);
        assertThat(given.get("error").asText()).isEqualTo("o link para uma nova senha venceu antes do envio");
        assertThat(received()).hasSize(1);

        assertThat(programme.client().post(programme.path() + "/mails/" + given.get("id").asText() + "/retry", null).expect(409).text()).contains("uma hora");
    }

    private UUID merchant() {
        return UUID.fromString(programme.merchant());
    }

    /** Not of the welcome, which comes by itself. */
    private UUID member(String email) {
        JsonNode created = programme.client().post(programme.path() + "/participants", Map.of("name", "Marina Alves", "email", email)).expect(201).json();
        hub.jdbc().update("UPDATE participants SET registered_at = registered_at - interval '1 day' WHERE id = ?::uuid", created.get("id").asText());
        return UUID.fromString(created.get("id").asText());
    }

    private static void queue(java.util.function.Consumer<Mails> mails) {
        hub.bean(TransactionTemplate.class).executeWithoutResult(status -> mails.accept(hub.bean(Mails.class)));
    }

    private static void fire() {
        hub.run("mail-outbox");
    }

    private void awaitState(String state, int count) {
        hub.runUntil("mail-outbox", () -> mails("?limit=200&state=" + state).size(), size -> size == count);
    }

    private JsonNode mails(String query) {
        return programme.client().get(programme.path() + "/mails" + query).expect(200).json().get("items");
    }

    private static MimeMessage[] received() {
        return mailbox.getReceivedMessages();
    }

    private static String id(Message message) {
        try {
            return message.getHeader("Message-ID")[0];
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(MimeMessage message) throws Exception {
        return (String) ((jakarta.mail.internet.MimeMultipart) message.getContent()).getBodyPart(0).getContent();
    }
}
