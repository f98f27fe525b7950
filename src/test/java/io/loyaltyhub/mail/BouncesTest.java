package io.loyaltyhub.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.ContractClient;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

/** What a mail server refuses: for ever, for now, or because of us; and what a merchant can do about it. */
class BouncesTest {

    private static PickySmtp smtp;
    private static SandboxTray shop;
    private static RunningHub hub;
    private static Programme programme;
    private static ContractClient client;
    private int links;

    @BeforeAll
    static void startHub() {
        smtp = PickySmtp.start();
        shop = SandboxTray.start();
        hub = RunningHub.start(TestDatabase.create(), Map.of("spring.mail.host", "127.0.0.1", "spring.mail.port", smtp.port(), "hub.mail.from", "programa@hub.exemplo",
                "hub.mail.retry-delay", "PT0.2S"));
        programme = hub.programme(shop);
        client = new ContractClient(programme.client());
    }

    @AfterAll
    static void stopHub() {
        hub.close();
        shop.close();
        smtp.close();
    }

    @BeforeEach
    void forgive() {
        smtp.answerAsUsual();
        smtp.taken().clear();
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
}
