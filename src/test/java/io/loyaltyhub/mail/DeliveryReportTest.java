package io.loyaltyhub.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loyaltyhub.mail.DeliveryReport.Fate;
import io.loyaltyhub.security.EncryptionKey;
import io.loyaltyhub.security.Secrets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What mail servers write when they give up, and what others write who would like to be taken for one. */
class DeliveryReportTest {

    private static final ReturnTokens TOKENS = new ReturnTokens(new Secrets(EncryptionKey.of("only for the tests of mails")));

    @ParameterizedTest
    @CsvSource({
        "failed, 5.1.1, 550 5.1.1 no such user, REFUSED, 5.1.1",
        "FAILED, '5.0.0 (undefined status)', 550 mailbox unavailable, REFUSED, 5.0.0",
        "failed, '', 550-5.1.1 The email account does not exist, REFUSED, 5.1.1",
        "failed, 4.4.7, delivery time expired, LATE, 4.4.7",
        "delayed, 4.4.1, connection timed out, LATE, 4.4.1",
        "delayed, 5.1.1, 550 5.1.1 no such user, LATE, 5.1.1",
        "delivered, 2.0.0, 250 2.0.0 ok, DELIVERED, 2.0.0",
        "relayed, 2.0.0, 250 ok, DELIVERED, 2.0.0",
        "failed, '', mailbox full, LATE, ''",
        "frobnicated, 5.1.1, 550 5.1.1 no such user, NONE, ''",
        "failed, 15.1.1, 1.2.3.4 refused, LATE, ''"})
    void onlyAPermanentFailureIsARefusal(String action, String status, String diagnosis, Fate fate, String read) throws Exception {
        DeliveryReport report = read(paragraph(action, status, diagnosis));

        assertThat(report.fate()).isEqualTo(fate);
        assertThat(report.status()).isEqualTo(read);
    }

    @Test
    void ofSeveralRecipientsTheOneThatWasRefusedCounts() throws Exception {
        DeliveryReport report = read(paragraph("delivered", "2.0.0", "ok") + paragraph("failed", "5.2.1", "550 5.2.1 disabled") + paragraph("delayed", "4.0.0", "later"));

        assertThat(report.fate()).isEqualTo(Fate.REFUSED);
        assertThat(report.said()).isEqualTo("550 5.2.1 disabled");
    }

    @Test
    void whatAServerSaysIsOneLine() throws Exception {
        assertThat(read(paragraph("failed", "5.1.1", "550 5.1.1\r\n\tno such\u202e user\u0007")).said()).isEqualTo("550 5.1.1 no such user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "Content-Type: multipart/report; boundary=x\r\n\r\n", "Content-Type: multipart/report; report-type=delivery-status\r\n\r\n--x\r\n",
        "Content-Type: text/plain\r\n\r\nFinal-Recipient: rfc822; a@b.c\r\nAction: failed\r\nStatus: 5.1.1\r\n", "Content-Type: a/b/c; =\r\n\r\n--\r\n"})
    void whatIsNoReportRefusesNothing(String mail) {
        try {
            assertThat(DeliveryReport.read(mail.getBytes(StandardCharsets.UTF_8)).fate()).isEqualTo(Fate.NONE);
        } catch (DeliveryReport.Unreadable expected) {
            assertThat(expected).hasMessageEndingWith("Exception");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "%d"})
    void thousandsOfPartsAreNotReadSideBySideOrWithinEachOther(String boundary) {
        StringBuilder parts = new StringBuilder("Content-Type: multipart/report; boundary=" + boundary.formatted(0) + "\r\n\r\n");
        for (int part = 0; part < 10_000; part++) {
            parts.append("--").append(boundary.formatted(part)).append("\r\nContent-Type: multipart/mixed; boundary=").append(boundary.formatted(part + 1)).append("\r\n\r\n");
        }

        assertThatThrownBy(() -> DeliveryReport.read(parts.toString().getBytes(StandardCharsets.UTF_8))).hasMessage("too many parts");
    }

    @Test
    void aTokenIsOfOneMailToOneAddressHoweverItIsWritten() {
        for (long mail : new long[] {1, 31, 32, 4_711, Integer.MAX_VALUE, Long.MAX_VALUE}) {
            String token = TOKENS.token(mail, "ana@exemplo.com.br");

            assertThat(token).matches("[0-9a-v]{17,29}");
            assertThat(ReturnTokens.mailOf(token)).isEqualTo(mail);
            assertThat(TOKENS.isOf(token.toUpperCase(Locale.ROOT), mail, "ana@exemplo.com.br")).isTrue();
            assertThat(TOKENS.isOf(token, mail, "bia@exemplo.com.br")).isFalse();
            assertThat(TOKENS.isOf(token, mail - 1, "ana@exemplo.com.br")).isFalse();
            assertThat(new ReturnTokens(new Secrets(EncryptionKey.of("another key of at least sixteen"))).isOf(token, mail, "ana@exemplo.com.br")).isFalse();
        }
    }

    @Test
    void aSettingThatCannotWorkStopsTheHubAtOnce() {
        assertThatThrownBy(() -> settings("pop3", null)).hasMessageContaining("protocol");
        assertThatThrownBy(() -> settings("imaps", "Retorno <retorno@hub.exemplo>")).hasMessageContaining("address");
        assertThatThrownBy(() -> settings("imaps", "retorno+a@hub.exemplo")).hasMessageContaining("address");
        assertThatThrownBy(() -> settings("imaps", "r".repeat(31) + "@hub.exemplo")).hasMessageContaining("address");
        assertThat(settings("IMAP", " ").address()).isNull();
        assertThat(settings("imaps", "retorno@hub.exemplo").toString()).doesNotContain("geheim");
    }

    private static BounceSettings settings(String protocol, String address) {
        return new BounceSettings("mail.exemplo", protocol, null, "retorno", "geheim", "INBOX", address, Duration.ofMinutes(1), Map.of());
    }

    private static DeliveryReport read(String paragraphs) throws Exception {
        return DeliveryReport.read("""
                To: postmaster@exemplo
                Content-Type: Multipart/Report; Report-Type=Delivery-Status; boundary="b"

                --b
                Content-Type: Message/Delivery-Status

                Reporting-MTA: dns; mx.exemplo

                %s
                --b--
                """.formatted(paragraphs).getBytes(StandardCharsets.UTF_8));
    }

    private static String paragraph(String action, String status, String diagnosis) {
        return "Final-Recipient: rfc822; a@exemplo.com.br\nAction: " + action + "\nStatus: " + status + "\nDiagnostic-Code: smtp; " + diagnosis + "\n\n";
    }
}
