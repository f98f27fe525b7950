package io.loyaltyhub.mail;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.ContractClient;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.mail.Flags;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.transaction.support.TransactionTemplate;

/** What a mail server refuses, at once or later by mail: for ever, for now, or because of us; and what a merchant can do about it. */
@ExtendWith(OutputCaptureExtension.class)
class BouncesTest {

    private static final String PASSWORD = "geheim-der-box";

    private static PickySmtp smtp;
    private static GreenMail imap;
    private static GreenMailUser mailbox;
    private static SandboxTray shop;
    private static RunningHub hub;
    private static Programme programme;
    private static ContractClient client;
    private int links;

    @BeforeAll
    static void startHub() {
        smtp = PickySmtp.start();
        imap = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP));
        imap.start();
        mailbox = imap.setUser("retorno@hub.exemplo", "retorno", PASSWORD);
        shop = SandboxTray.start();
        hub = RunningHub.start(TestDatabase.create(), Map.ofEntries(
                Map.entry("spring.mail.host", "127.0.0.1"),
                Map.entry("spring.mail.port", smtp.port()),
                Map.entry("hub.mail.from", "programa@hub.exemplo"),
                Map.entry("hub.mail.retry-delay", "PT0.2S"),
                Map.entry("hub.mail.bounces.host", "127.0.0.1"),
                Map.entry("hub.mail.bounces.port", imap.getImap().getPort()),
                Map.entry("hub.mail.bounces.protocol", "imap"),
                Map.entry("hub.mail.bounces.properties.mail.imap.starttls.required", "false"),
                Map.entry("hub.mail.bounces.username", "retorno"),
                Map.entry("hub.mail.bounces.password", PASSWORD),
                Map.entry("hub.mail.bounces.address", "retorno@hub.exemplo"),
                Map.entry("hub.mail.bounces.interval", "PT0.2S")));
        programme = hub.programme(shop);
        client = new ContractClient(programme.client());
    }

    @AfterAll
    static void stopHub() {
        assertLedgerCoherent(hub);
        hub.close();
        shop.close();
        imap.stop();
        smtp.close();
    }

    @BeforeEach
    void forgive() throws FolderException {
        smtp.answerAsUsual();
        smtp.taken().clear();
        smtp.heard().clear();
        imap.purgeEmailFromAllMailboxes();
    }

    @Test
    void anAddressThatIsRefusedForEverGetsNoFurtherMailUntilItChanges() {
        smtp.answer("RCPT ana@", "550 5.1.1 no such user <ana@exemplo.com.br>");
        UUID ana = member("ana@exemplo.com.br");

        JsonNode bounced = await(write(ana), "bounced");
        assertThat(bounced.get("error").asText()).contains("550 5.1.1 no such user");
        assertThat(participant(ana).get("mailBounced").asBoolean()).isTrue();
        smtp.answerAsUsual();
        assertThat(await(write(ana), "suppressed").get("error").asText()).isEqualTo("o endereço recusou um e-mail anterior");
        assertThat(smtp.taken()).isEmpty();

        client.patch(programme.path() + "/participants/" + ana, Map.of("email", "ana.nova@exemplo.com.br")).expect(200);
        assertThat(participant(ana).get("mailBounced").asBoolean()).isFalse();
        await(write(ana), "sent");
        assertThat(smtp.taken()).containsExactly("ana.nova@exemplo.com.br");

        JsonNode again = client.post(programme.path() + "/mails/" + bounced.get("id") + "/retry", null).expect(202).json();
        assertThat(again.get("address").asText()).as("to where the member is now").isEqualTo("ana.nova@exemplo.com.br");
        await(again.get("id").asLong(), "sent");
        client.post(programme.path() + "/mails/" + bounced.get("id") + "/retry", null).expect(409);
    }

    @Test
    void whoSaysThatTheAddressTakesMailAgainIsBelieved() {
        smtp.answer("RCPT bia@", "550 mailbox unavailable");
        UUID bia = member("bia@exemplo.com.br");
        JsonNode bounced = await(write(bia), "bounced");
        smtp.answerAsUsual();

        client.post(programme.path() + "/mails/" + bounced.get("id") + "/retry", null).expect(202);

        await(bounced.get("id").asLong(), "sent");
        assertThat(participant(bia).get("mailBounced").asBoolean()).isFalse();
        await(write(bia), "sent");
    }

    @Test
    void aMailboxThatIsFullForNowIsTriedAgain() {
        smtp.answer("RCPT caio@", "452 4.2.2 mailbox full");
        UUID caio = member("caio@exemplo.com.br");
        long mail = write(caio);
        awaitThat(() -> mail(mail).get("attempts").asInt() > 1);
        assertThat(mail(mail).get("error").asText()).contains("452 4.2.2 mailbox full");

        smtp.answerAsUsual();

        await(mail, "sent");
        assertThat(participant(caio).get("mailBounced").asBoolean()).isFalse();
    }

    @Test
    void aServerThatObjectsToUsSaysNothingOfTheAddress() {
        for (String[] objection : new String[][] {{"RCPT duda@", "554 5.7.1 relaying denied"}, {"END", "554 looks like spam"}}) {
            smtp.answer(objection[0], objection[1]);
            UUID duda = member("duda@" + objection[0].length() + ".exemplo.com.br");
            long mail = write(duda);
            awaitThat(() -> mail(mail).get("attempts").asInt() > 1);
            assertThat(mail(mail).get("state").asText()).isIn("queued", "sending");
            assertThat(participant(duda).get("mailBounced").asBoolean()).isFalse();

            smtp.answerAsUsual();
            await(mail, "sent");
        }
    }

    @Test
    void whatIsNoAddressBouncesByItself() {
        UUID edu = member("edu@exemplo.com.br");
        hub.jdbc().update("UPDATE participants SET email = 'edu@exemplo.com.br, todos@exemplo.com.br' WHERE id = ?", edu);

        assertThat(await(write(edu), "bounced").get("error").asText()).isEqualTo("o endereço não é válido");
        assertThat(smtp.taken()).isEmpty();
    }

    @Test
    void aMailThatComesBackLaterSaysTheSameOfItsAddress() {
        UUID fabio = member("fabio@exemplo.com.br");
        long mail = sent(fabio);
        assertThat(envelope()).matches("retorno\\+[0-9a-v]{17,29}@hub\\.exemplo");

        deliver(Report.to(envelope()));

        JsonNode bounced = await(mail, "bounced");
        assertThat(bounced.get("error").asText()).isEqualTo("o e-mail voltou: 550 5.1.1 user unknown");
        assertThat(bounced.get("sentAt").isNull()).isFalse();
        assertThat(participant(fabio).get("mailBounced").asBoolean()).isTrue();
        assertThat(await(write(fabio), "suppressed").get("error").asText()).isEqualTo("o endereço recusou um e-mail anterior");

        client.patch(programme.path() + "/participants/" + fabio, Map.of("email", "fabio.novo@exemplo.com.br")).expect(200);
        smtp.heard().clear();
        client.post(programme.path() + "/mails/" + mail + "/retry", null).expect(202);
        await(mail, "sent");
        assertThat(smtp.heard()).as("what it says was kept for this").anyMatch(line -> line.contains("https://x.exemplo/"));
        assertThat(smtp.taken()).contains("fabio.novo@exemplo.com.br");
    }

    @Test
    void itIsKnownByTheMailThatIsQuotedWhereTheReportCameToAnotherAddress() {
        long mail = sent(member("gil@exemplo.com.br"));

        deliver(Report.to("postmaster@hub.exemplo").quoting(messageId().toUpperCase()));

        await(mail, "bounced");
    }

    @Test
    void whatTheHubDidNotSignChangesNothingAndNothingOfItIsAnInstruction() {
        UUID helena = member("helena@exemplo.com.br");
        long mail = sent(helena);
        String signed = envelope();
        char first = signed.charAt(signed.indexOf('+') + 1);
        double before = counted("foreign");

        deliver(Report.to(signed.replace("+" + first, first == '0' ? "+1" : "+0")).with("delete: true\r\nmoveTo: Lixo\r\ncopyTo: Lixo\r\n"));
        deliver(Report.to("retorno@hub.exemplo").quoting("<" + programme.merchant() + "." + mail + "@hub.exemplo>"));
        deliver(Report.to("retorno+" + "0".repeat(29) + "@hub.exemplo"));
        deliver(Report.to("retorno+" + "v".repeat(29) + "@hub.exemplo"));

        awaitThat(() -> counted("foreign") == before + 4);
        awaitMarks(true, true, true, true);
        assertThat(mail(mail).get("state").asText()).isEqualTo("sent");
        assertThat(participant(helena).get("mailBounced").asBoolean()).isFalse();
        assertThat(imap.getManagers().getImapHostManager().getAllMessages()).as("nothing is copied, moved or deleted").hasSize(4);
    }

    @Test
    void whatIsOnlyLateIsCountedAndNothingMore() {
        UUID igor = member("igor@exemplo.com.br");
        long mail = sent(igor);
        double before = counted("temporary");

        deliver(Report.to(envelope()).saying("delayed", "4.4.1", "connection timed out"));
        deliver(Report.to(envelope()).saying("failed", "4.4.7", "delivery time expired"));

        awaitThat(() -> counted("temporary") == before + 2);
        assertThat(mail(mail).get("state").asText()).isEqualTo("sent");
        assertThat(participant(igor).get("mailBounced").asBoolean()).isFalse();
    }

    @Test
    void aLateRefusalThatSpeaksOfUsIsOfThatMailAlone() {
        UUID julia = member("julia@exemplo.com.br");
        long mail = sent(julia);

        deliver(Report.to(envelope()).saying("failed", "5.7.1", "550 5.7.1 looks like spam"));

        assertThat(await(mail, "failed").get("error").asText()).isEqualTo("o e-mail voltou: 550 5.7.1 looks like spam");
        assertThat(participant(julia).get("mailBounced").asBoolean()).isFalse();
        sent(julia);
    }

    @Test
    void aReportOfWhereAMailWentBeforeSaysNothingOfWhereItWentSince() {
        UUID kaua = member("kaua@exemplo.com.br");
        long mail = sent(kaua);
        String before = envelope();
        deliver(Report.to(before));
        await(mail, "bounced");
        client.patch(programme.path() + "/participants/" + kaua, Map.of("email", "kaua.novo@exemplo.com.br")).expect(200);
        client.post(programme.path() + "/mails/" + mail + "/retry", null).expect(202);
        await(mail, "sent");
        double foreign = counted("foreign");

        deliver(Report.to(before));

        awaitThat(() -> counted("foreign") == foreign + 1);
        assertThat(mail(mail).get("state").asText()).isEqualTo("sent");
        assertThat(participant(kaua).get("mailBounced").asBoolean()).isFalse();
    }

    @Test
    void whatIsNoReportStaysUnreadAndWhatIsNonsenseStopsNothing() {
        long mail = sent(member("lia@exemplo.com.br"));
        double before = counted("unreadable");
        deliver("From: lia@exemplo.com.br\r\nTo: " + envelope() + "\r\nSubject: Estou de ferias\r\n\r\nVolto logo. Status: 5.1.1\r\n");
        deliver(Report.to(envelope()).toString().replace("report-type=delivery-status", "report-type=disposition-notification"));
        deliver(Report.to(envelope()).toString().replace("I'm sorry", ("x".repeat(70) + "\r\n").repeat(20_000)));
        deliver("To: " + envelope() + "\r\nContent-Type: multipart/report; report-type=delivery-status\r\n\r\nnothing of the kind\r\n");
        deliver(Report.to(envelope()).saying("failed", "", ""));

        deliver(Report.to(envelope()));

        await(mail, "bounced");
        awaitMarks(false, false, false, true, true, true);
        assertThat(counted("unreadable")).isEqualTo(before + 1);
    }

    @Test
    void aReportThatTheDatabaseDidNotTakeIsFoundAgain(CapturedOutput output) {
        long mail = sent(member("nina@exemplo.com.br"));
        hub.jdbc().execute("ALTER TABLE mails ADD CONSTRAINT trap CHECK (state <> 'bounced') NOT VALID");
        try {
            deliver(Report.to(envelope()));
            awaitThat(() -> output.getOut().contains("a delivery report was not dealt with: DataIntegrityViolationException"));
            assertThat(marks()).containsExactly(false);
        } finally {
            hub.jdbc().execute("ALTER TABLE mails DROP CONSTRAINT trap");
        }
        await(mail, "bounced");
        awaitMarks(true);
        assertThat(output.getAll()).doesNotContain("\tat ");
    }

    @Test
    void whatAMailSaidInConfidenceIsKeptForAWeek() {
        UUID olga = member("olga@exemplo.com.br");
        long mail = sent(olga);
        String envelope = envelope();
        long young = sent(olga);
        hub.jdbc().update("UPDATE mails SET sent_at = sent_at - interval '8 days' WHERE id = ?", mail);

        hub.run("mail-retention");

        assertThat(hub.jdbc().queryForObject("SELECT secret IS NULL FROM mails WHERE id = ?", Boolean.class, mail)).isTrue();
        assertThat(hub.jdbc().queryForObject("SELECT secret IS NULL FROM mails WHERE id = ?", Boolean.class, young)).isFalse();
        deliver(Report.to(envelope));
        await(mail, "bounced");
        assertThat(client.post(programme.path() + "/mails/" + mail + "/retry", null).expect(409).json().get("detail").asText()).containsAnyOf("uma hora", "an hour");
        assertThat(mail(mail).get("state").asText()).isEqualTo("bounced");
    }

    @Test
    void aMailboxThatDoesNotAnswerIsToldOfOnceWithoutThePasswordAndTheHubIsWell(CapturedOutput output) throws Exception {
        long mail = sent(member("mila@exemplo.com.br"));
        mailbox.setPassword("another");
        try {
            awaitThat(() -> output.getOut().contains("the mailbox for bounces does not answer"));
            deliver(Report.to(envelope()));
            HttpResponse<String> health = HttpClient.newHttpClient().send(HttpRequest.newBuilder(hub.address().resolve("/health")).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(health.statusCode()).isEqualTo(200);
        } finally {
            mailbox.setPassword(PASSWORD);
        }
        await(mail, "bounced");
        awaitThat(() -> output.getOut().contains("the mailbox for bounces answers again"));

        assertThat(output.getAll()).containsOnlyOnce("the mailbox for bounces does not answer").doesNotContain(PASSWORD, "\tat ");
        assertThat(hub.bean(CamelContext.class).getEndpoints()).noneMatch(endpoint -> endpoint.getEndpointUri().contains(PASSWORD));
    }

    private static void awaitThat(Callable<Boolean> condition) {
        hub.runUntil("mail-outbox", condition);
    }

    private static UUID member(String email) {
        UUID id = UUID.fromString(client.post(programme.path() + "/participants", Map.of("name", "Pessoa", "email", email)).expect(201).json().get("id").asText());
        hub.jdbc().update("UPDATE participants SET registered_at = registered_at - interval '1 day' WHERE id = ?", id);
        return id;
    }

    private static JsonNode participant(UUID id) {
        return client.get(programme.path() + "/participants/" + id).expect(200).json();
    }

    /** A mail of a kind that is always sent; returns its id. */
    private long write(UUID participant) {
        hub.bean(TransactionTemplate.class).executeWithoutResult(status -> hub.bean(Mails.class)
                .passwordReset(UUID.fromString(programme.merchant()), participant, "https://x.exemplo/" + ++links));
        return client.get(programme.path() + "/mails?limit=1&participant=" + participant).expect(200).json().get("items").get(0).get("id").asLong();
    }

    private static JsonNode mail(long id) {
        for (JsonNode mail : client.get(programme.path() + "/mails?limit=200").expect(200).json().get("items")) {
            if (mail.get("id").asLong() == id) {
                return mail;
            }
        }
        throw new AssertionError("no mail " + id);
    }

    private static JsonNode await(long id, String state) {
        return hub.runUntil("mail-outbox", () -> mail(id), mail -> mail.get("state").asText().equals(state));
    }

    /** A mail of a kind that is always sent, and with the server now. */
    private long sent(UUID participant) {
        smtp.heard().clear();
        long mail = write(participant);
        await(mail, "sent");
        return mail;
    }

    /** Where the mail that was sent last comes back to. */
    private static String envelope() {
        return heard("MAIL FROM:").replaceFirst("MAIL FROM:<([^>]*)>.*", "$1");
    }

    private static String messageId() {
        return heard("Message-ID: ").substring("Message-ID: ".length());
    }

    private static String heard(String beginning) {
        return smtp.heard().stream().filter(line -> line.startsWith(beginning)).reduce((first, second) -> second).orElseThrow();
    }

    private static void deliver(Object mail) {
        try {
            mailbox.deliver(new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail.toString().getBytes(StandardCharsets.UTF_8))));
        } catch (jakarta.mail.MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of each mail in the mailbox, in order: is it marked as read? */
    private static List<Boolean> marks() {
        MailFolder inbox;
        try {
            inbox = imap.getManagers().getImapHostManager().getInbox(mailbox);
        } catch (FolderException e) {
            throw new IllegalStateException(e);
        }
        return inbox.getMessages().stream().map(message -> message.isSet(Flags.Flag.SEEN)).toList();
    }

    private static void awaitMarks(Boolean... read) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(marks()).containsExactly(read));
    }

    private static double counted(String outcome) {
        return hub.bean(MeterRegistry.class).counter("hub.mail.bounces", "outcome", outcome).count();
    }

    /** A delivery report as mail servers write them. */
    private record Report(String to, String action, String status, String diagnosis, String quoted, String more) {

        static Report to(String address) {
            return new Report(address, "failed", "5.1.1", "550 5.1.1 user unknown", null, "");
        }

        Report saying(String itsAction, String itsStatus, String itsDiagnosis) {
            return new Report(to, itsAction, itsStatus, itsDiagnosis, quoted, more);
        }

        Report quoting(String messageId) {
            return new Report(to, action, status, diagnosis, messageId, more);
        }

        Report with(String headers) {
            return new Report(to, action, status, diagnosis, quoted, headers);
        }

        @Override
        public String toString() {
            return (more + """
                    From: MAILER-DAEMON@mx.exemplo
                    To: %s
                    Subject: Undelivered Mail Returned to Sender
                    MIME-Version: 1.0
                    Content-Type: multipart/report; report-type=delivery-status;
                    \tboundary="grenze"

                    --grenze
                    Content-Type: text/plain

                    I'm sorry to have to inform you ...
                    --grenze
                    Content-Type: message/delivery-status

                    Reporting-MTA: dns; mx.exemplo
                    Arrival-Date: Thu, 26 Nov 2026 10:00:00 -0300

                    Final-Recipient: rfc822; someone@exemplo.com.br
                    Action: %s
                    Status: %s
                    Diagnostic-Code: smtp; %s

                    --grenze
                    Content-Type: text/rfc822-headers

                    Subject: Seu cupom
                    %s
                    --grenze--
                    """.formatted(to, action, status, diagnosis, quoted == null ? "X-None: none" : "Message-ID: " + quoted)).replaceAll("(?<!\r)\n", "\r\n");
        }
    }
}
