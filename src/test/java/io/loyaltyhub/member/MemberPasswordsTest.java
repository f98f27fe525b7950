package io.loyaltyhub.member;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loyaltyhub.api.Problem;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.member.MemberPasswords.Login;
import io.loyaltyhub.member.MemberPasswords.Outcome;
import io.loyaltyhub.sandbox.BrazilianDocuments;
import io.loyaltyhub.sandbox.BrazilianPeople;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.SharedHubs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.transaction.support.TransactionTemplate;

/** How members get in, and how nobody else does. */
class MemberPasswordsTest {

    private static final AtomicInteger ADDRESS = new AtomicInteger();
    private static final String GOOD = "correto cavalo bateria";

    private static RunningHub hub;
    private static SandboxTray shop;
    private static MemberPasswords passwords;

    private final String cpf = BrazilianDocuments.cpf(1);
    private final String address = "192.0.2." + ADDRESS.incrementAndGet();
    private UUID merchant;

    @BeforeAll
    static void startHub() {
        hub = SharedHubs.usual();
        shop = SandboxTray.start();
        shop.place(SandboxOrder.ofHundred().customer(1));
        shop.place(SandboxOrder.ofHundred().customer(3));
        passwords = hub.bean(MemberPasswords.class);
    }

    @AfterAll
    static void stopHub() {
        assertLedgerCoherent(hub);
        SharedHubs.leave(hub);
        shop.close();
    }

    @BeforeEach
    void newMerchant() {
        merchant = UUID.fromString(hub.operator().post("merchants", Map.of("name", "Loja de Teste")).expect(201).json().get("id").asText());
    }

    @Test
    void aMemberGetsInWithThePasswordAndWithNoOther() {
        UUID ana = member(cpf);
        passwords.set(merchant, ana, GOOD, false);

        assertThat(logIn(BrazilianDocuments.punctuated(cpf), GOOD)).isEqualTo(new Login(Outcome.WELCOME, ana, null));
        for (String wrong : List.of(GOOD + " ", "", cpf, GOOD.toUpperCase(), "x".repeat(500))) {
            assertThat(logIn(cpf, wrong).outcome()).as(wrong).isIn(Outcome.WRONG, Outcome.TOO_MANY);
        }
        assertThat(hub.jdbc().queryForObject("SELECT hash FROM member_passwords WHERE participant_id = ?", String.class, ana)).startsWith("{bcrypt}$2");
    }

    @Test
    void whoHasNoPasswordDoesNotGetIn() {
        member(cpf);

        assertThat(logIn(cpf, cpf).outcome()).isEqualTo(Outcome.WRONG);
        assertThat(logIn(cpf, "").outcome()).isEqualTo(Outcome.WRONG);
        assertThat(logIn(BrazilianDocuments.cpf(2), BrazilianDocuments.cpf(2)).outcome()).as("nor who does not exist").isEqualTo(Outcome.WRONG);
    }

    @Test
    void aPasswordIsGoodAtItsMerchantOnly() {
        passwords.set(merchant, member(cpf), GOOD, false);
        newMerchant();
        member(cpf);

        assertThat(logIn(cpf, GOOD).outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void aBuyerRegisteredThatWayGetsInWithTheCpfOnceAndMustChooseAnotherPassword() {
        Programme programme = bought(true);
        UUID ana = participant(programme, cpf);

        assertThat(logIn(cpf, cpf)).isEqualTo(new Login(Outcome.MUST_CHANGE, ana, null));
        assertThat(logIn(cpf, BrazilianDocuments.punctuated(cpf)).outcome()).isEqualTo(Outcome.MUST_CHANGE);
        assertThat(logIn(cpf, BrazilianDocuments.cpf(2)).outcome()).isEqualTo(Outcome.WRONG);
        assertThat(passwords.mustChange(merchant, ana)).isTrue();
        assertThat(hub.jdbc().queryForObject("SELECT count(*) FROM member_passwords WHERE merchant_id = ?", Integer.class, merchant)).as("nothing is stored for it").isZero();

        passwords.set(merchant, ana, GOOD, false);

        assertThat(passwords.mustChange(merchant, ana)).isFalse();
        assertThat(logIn(cpf, cpf).outcome()).isEqualTo(Outcome.WRONG);
        assertThat(logIn(cpf, GOOD).outcome()).isEqualTo(Outcome.WELCOME);
    }

    @Test
    void aCompanysDocumentIsNoPassword() {
        bought(true);
        String cnpj = BrazilianPeople.person(3).document();

        assertThat(logIn(cnpj, cnpj).outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void withoutTheMerchantsWishNoCpfIsAPassword() {
        bought(false);

        assertThat(logIn(cpf, cpf).outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void whoeverSwitchesItOffClosesThatWayInAndIsWarnedBefore() {
        Programme programme = bought(true);
        assertThat(programme.client().get(programme.integrationPath() + "/readiness").json().get("warnings").findValuesAsText("code")).contains("CPF_AS_PASSWORD");

        programme.client().patch(programme.integrationPath(), Map.of("cpfAsPassword", false)).expect(200);

        assertThat(logIn(cpf, cpf).outcome()).isEqualTo(Outcome.WRONG);
        assertThat(programme.client().get(programme.integrationPath() + "/readiness").json().get("warnings").findValuesAsText("code")).doesNotContain("CPF_AS_PASSWORD");
    }

    @Test
    void aPasswordThatSomebodyElseChoseMustBeChanged() {
        UUID ana = member(cpf);
        passwords.set(merchant, ana, GOOD, true);

        assertThat(logIn(cpf, GOOD).outcome()).isEqualTo(Outcome.MUST_CHANGE);
        passwords.set(merchant, ana, GOOD + "!", false);
        assertThat(logIn(cpf, GOOD + "!").outcome()).isEqualTo(Outcome.WELCOME);
    }

    @Test
    void whatIsNoPasswordIsRefused() {
        UUID ana = member(cpf);

        for (String weak : List.of("", "curta", "x".repeat(73), "é".repeat(37), cpf, "a" + BrazilianDocuments.punctuated(cpf))) {
            assertThatThrownBy(() -> passwords.set(merchant, ana, weak, false)).as(weak).isInstanceOf(Problem.class);
        }
        assertThatThrownBy(() -> passwords.set(merchant, UUID.randomUUID(), GOOD, false)).isInstanceOf(Problem.class);
    }

    @Test
    void afterAFewWrongAttemptsTheRightOneHasToWaitToo() {
        passwords.set(merchant, member(cpf), GOOD, false);
        for (int i = 0; i < 5; i++) {
            assertThat(logIn(cpf, "errada " + i).outcome()).isEqualTo(Outcome.WRONG);
        }

        Login refused = logIn(cpf, GOOD);
        assertThat(refused.outcome()).isEqualTo(Outcome.TOO_MANY);
        assertThat(refused.retryAfter()).isPositive();
        assertThat(passwords.logIn(merchant, cpf, GOOD, "198.51.100.7").outcome()).as("from elsewhere too").isEqualTo(Outcome.TOO_MANY);

        hub.jdbc().update("UPDATE login_attempts SET last_at = last_at - interval '31 seconds' WHERE merchant_id = ?", merchant);
        assertThat(logIn(cpf, GOOD).outcome()).isEqualTo(Outcome.WELCOME);
        assertThat(logIn(cpf, "errada").outcome()).as("and begins anew").isEqualTo(Outcome.WRONG);
    }

    @Test
    void documentsThatNobodyHasAreCountedLikeAnyOther() {
        for (int i = 0; i < 5; i++) {
            logIn(BrazilianDocuments.cpf(77), "errada");
        }

        assertThat(logIn(BrazilianDocuments.cpf(77), "errada").outcome()).isEqualTo(Outcome.TOO_MANY);
    }

    @Test
    void oneAddressThatTriesManyPeopleIsMadeToWait() {
        // Most of them are counted only: to compare each with a strong hash takes seconds.
        for (int i = 100; i < 147; i++) {
            assertThat(hub.bean(LoginAttempts.class).begin(merchant, BrazilianDocuments.cpf(i), address)).isEmpty();
        }
        List<Outcome> outcomes = IntStream.range(147, 155).mapToObj(i -> logIn(BrazilianDocuments.cpf(i), "123456").outcome()).toList();

        assertThat(outcomes.subList(0, 3)).containsOnly(Outcome.WRONG);
        assertThat(outcomes.subList(3, 8)).containsOnly(Outcome.TOO_MANY);
    }

    @Test
    void anAddressThatIsMadeToWaitKeepsNobodyOut() {
        passwords.set(merchant, member(cpf), GOOD, false);
        for (int i = 100; i < 150; i++) {
            hub.bean(LoginAttempts.class).begin(merchant, BrazilianDocuments.cpf(i), address);
        }
        for (int i = 0; i < 6; i++) {
            assertThat(logIn(cpf, "errada").outcome()).isEqualTo(Outcome.TOO_MANY);
        }

        assertThat(passwords.logIn(merchant, cpf, GOOD, "198.51.100.7").outcome()).isEqualTo(Outcome.WELCOME);
    }

    @Test
    void anAddressMayTryAgainAfterAFewMinutesHoweverOftenOthersTriedThere() {
        LoginAttempts attempts = hub.bean(LoginAttempts.class);
        for (int i = 100; i < 150; i++) {
            attempts.begin(merchant, BrazilianDocuments.cpf(i), address);
        }
        assertThat(attempts.begin(merchant, BrazilianDocuments.cpf(150), address)).hasValueSatisfying(wait -> assertThat(wait).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5)));

        hub.jdbc().update("UPDATE login_attempts SET last_at = last_at - interval '5 minutes' WHERE merchant_id = ?", merchant);
        assertThat(attempts.begin(merchant, BrazilianDocuments.cpf(151), address)).isEmpty();
        assertThat(attempts.begin(merchant, BrazilianDocuments.cpf(152), address)).isPresent();
    }

    @Test
    @Timeout(60)
    void asManyAsThereAreRequestsAtOnceMayAskForANewPassword() {
        ExecutorService callers = Executors.newFixedThreadPool(32);
        PasswordResets resets = hub.bean(PasswordResets.class);
        try {
            IntStream.range(0, 320).mapToObj(i -> CompletableFuture.runAsync(() -> resets.request(merchant, BrazilianDocuments.cpf(1_000 + i), "192.0.2." + i % 200), callers))
                    .toList().forEach(CompletableFuture::join);
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void guessingAllAtOnceHelpsNobody() {
        passwords.set(merchant, member(cpf), GOOD, false);

        List<Outcome> outcomes = IntStream.range(0, 20).mapToObj(i -> CompletableFuture.supplyAsync(() -> logIn(cpf, "errada " + i).outcome())).toList()
                .stream().map(CompletableFuture::join).toList();

        assertThat(outcomes).filteredOn(Outcome.WRONG::equals).hasSize(5);
    }

    @Test
    void anAttemptCountsEvenWhereTheCallerTakesEverythingBack() {
        for (int i = 0; i < 5; i++) {
            hub.bean(TransactionTemplate.class).executeWithoutResult(status -> {
                logIn(cpf, "errada");
                status.setRollbackOnly();
            });
        }

        assertThat(logIn(cpf, "errada").outcome()).isEqualTo(Outcome.TOO_MANY);
    }

    @Test
    void neitherDocumentsNorAddressesAreKeptOfAttempts() {
        logIn(cpf, "errada");

        assertThat(hub.jdbc().queryForObject("SELECT string_agg(a::text, '') FROM login_attempts a", String.class)).doesNotContain(cpf, address);
    }

    @Test
    void whoTurnsOutToBeAnotherGoesOnWithTheOthersPasswordAndWhoIsForgottenWithNone() {
        UUID ana = member(cpf);
        passwords.set(merchant, ana, GOOD, false);
        HubClient client = hub.operator();
        String path = "merchants/" + merchant + "/participants/";
        String byEmail = client.post(path.substring(0, path.length() - 1), Map.of("email", "ana@exemplo.com.br")).expect(201).json().get("id").asText();
        client.post(path + byEmail + "/merge", Map.of("from", ana.toString())).expect(200);

        assertThat(logIn(cpf, GOOD)).isEqualTo(new Login(Outcome.WELCOME, UUID.fromString(byEmail), null));

        client.delete(path + byEmail).expect(204);
        assertThat(logIn(cpf, GOOD).outcome()).isEqualTo(Outcome.WRONG);
        assertThat(hub.jdbc().queryForObject("SELECT count(*) FROM member_passwords WHERE merchant_id = ?", Integer.class, merchant)).isZero();
    }

    private Login logIn(String document, String password) {
        return passwords.logIn(merchant, document, password, address);
    }

    private UUID member(String document) {
        return UUID.fromString(hub.operator().post("merchants/" + merchant + "/participants", Map.of("document", document)).expect(201).json().get("id").asText());
    }

    private Programme bought(boolean cpfAsPassword) {
        Programme programme = hub.programme(shop, Map.of("cpfAsPassword", cpfAsPassword, "settings", Map.of("apiAddress", shop.apiAddress().toString(),
                "code", shop.install(), "consumerKey", shop.consumerKey(), "consumerSecret", shop.consumerSecret())));
        programme.poll();
        merchant = UUID.fromString(programme.merchant());
        return programme;
    }

    private static UUID participant(Programme programme, String document) {
        return UUID.fromString(programme.client().get(programme.path() + "/participants?document=" + document).json().at("/items/0/id").asText());
    }
}
