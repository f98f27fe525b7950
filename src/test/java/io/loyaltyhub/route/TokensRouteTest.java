package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.sandbox.TrayCall;
import io.loyaltyhub.support.Meeting;
import io.loyaltyhub.support.Programme;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens that run out, work once, or are refused: renewed once, by the right means, and never in a storm. */
class TokensRouteTest extends ShopAndHub {

    @Test
    void onePairOfTokensServesManyPolls() {
        Programme programme = open();
        placeHundred(1);

        poll(programme);
        poll(programme);

        assertThat(shop.authCalls()).isZero();
    }

    @Test
    void aTokenThatExpiresBetweenTwoPagesIsRefreshedOnceAndThePollGoesOn() {
        Programme programme = open();
        shop.placeMany(60, SandboxStatus.AGUARDANDO_PAGAMENTO);
        onceBefore("/orders", 2, shop::expireAccessToken);

        JsonNode poll = poll(programme);

        assertThat(outcome(poll)).isEqualTo("ok");
        assertThat(poll.get("read").asInt()).isEqualTo(60);
        assertThat(authCalls()).containsExactly("GET");
    }

    @Test
    void aTokenThatExpiresAmongTheDetailsIsRefreshedOnceAndNobodyIsLost() {
        Programme programme = open();
        List<Long> orders = IntStream.rangeClosed(1, 6).mapToObj(this::placeHundred).toList();
        onceBefore("/orders/" + orders.get(3) + "/complete", 1, shop::expireAccessToken);

        assertThat(outcome(poll(programme))).isEqualTo("ok");

        assertThat(programme.totalOfBalances()).isEqualTo(600);
        assertThat(programme.deadLetters()).isEmpty();
        assertThat(authCalls()).containsExactly("GET");
    }

    @Test
    void aTokenThatExpiresAfterAHiccupIsRefreshedAllTheSame() {
        Programme programme = open();
        placeHundred(1);
        shop.fail("/orders", 1, Fault.serverError());
        shop.expireAccessToken();

        assertThat(outcome(poll(programme))).isEqualTo("ok");
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void aRefreshTokenThatIsTooOldGivesWayToTheCode() {
        Programme programme = open();
        placeHundred(1);
        shop.expireAccessToken();
        shop.expireRefreshToken();

        assertThat(outcome(poll(programme))).isEqualTo("ok");

        assertThat(authCalls()).containsExactly("GET", "POST");
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void aRefreshTokenThatWasUsedAlreadyGivesWayToTheCode() {
        Programme programme = open();
        placeHundred(1);
        // Somebody else refreshed with it: the shop knows neither half of the pair any more.
        shop.fail(call -> call.path().equals("/auth") && call.method().equals("GET"), SandboxTray.ALWAYS, Fault.unauthorised(1099));
        shop.expireAccessToken();

        assertThat(outcome(poll(programme))).isEqualTo("ok");

        assertThat(authCalls()).containsExactly("GET", "POST");
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void aShopOutOfOrderDuringARefreshDoesNotCostTheRefreshToken() {
        Programme programme = open();
        placeHundred(1);
        shop.expireAccessToken();
        shop.fail("/auth", 3, Fault.serverError());

        assertThat(outcome(poll(programme))).isEqualTo("failed");
        assertThat(authCalls()).containsOnly("GET");

        shop.resetCounters();
        assertThat(outcome(poll(programme))).isEqualTo("ok");
        assertThat(authCalls()).containsExactly("GET");
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void aNewPairThatWasLostOnItsWayIsReplacedByTheCode() {
        Programme programme = open();
        placeHundred(1);
        shop.expireAccessToken();
        // The shop has done its part: the old refresh token is spent, the new one never arrives.
        shop.fail(call -> call.path().equals("/auth") && call.method().equals("GET"), 1, Fault.connectionDropped());

        assertThat(outcome(poll(programme))).isEqualTo("ok");

        assertThat(authCalls()).endsWith("POST");
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void unknownTokensAreReplacedByTheCodeAtOnce() {
        Programme programme = open();
        placeHundred(1);
        shop.forgetTokens();

        assertThat(outcome(poll(programme))).isEqualTo("ok");

        assertThat(authCalls()).containsExactly("POST");
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void aCodeThatIsRefusedFailsThePollWithoutAStorm() {
        Programme programme = open();
        shop.uninstall(shop.code());

        JsonNode failed = poll(programme);

        assertThat(outcome(failed)).isEqualTo("failed");
        assertThat(error(failed)).contains("instale o aplicativo de novo");
        assertThat(authCalls()).containsExactly("POST");
        assertThat(shop.calls("/orders")).isEqualTo(1);
        shop.resetCounters();
        poll(programme);
        assertThat(shop.calls("/**")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"1001,bloqueada", "1002,inativa", "1003,cancelada"})
    void aShopThatWasShutOutSaysSoAndIsNotAskedAgain(int code, String says) {
        Programme programme = open();
        placeHundred(1);
        shop.revoke(code);

        JsonNode failed = poll(programme);

        assertThat(outcome(failed)).isEqualTo("failed");
        assertThat(error(failed)).contains("Tray").contains(says);
        assertThat(shop.calls("/**")).isEqualTo(1);
        shop.restore();
        poll(programme);
        assertThat(programme.totalOfBalances()).isEqualTo(100);
        assertThat(shop.authCalls()).isZero();
    }

    @Test
    void aNewPairIsStoredBeforeItIsUsed() {
        Programme programme = open();
        placeHundred(1);
        long before = generation(programme);
        AtomicReference<String> refused = new AtomicReference<>();
        AtomicReference<Long> atFirstUse = new AtomicReference<>();
        shop.onCall("/auth", () -> refused.set("yes"));
        shop.onCall("/orders", () -> {
            if (refused.get() != null) {
                atFirstUse.compareAndSet(null, generation(programme));
            }
        });
        shop.expireAccessToken();

        poll(programme);

        assertThat(atFirstUse.get()).isEqualTo(before + 1);
    }

    @Test
    void aPollAndPreviewsWithAnExpiredTokenRefreshItOnceAmongThem() throws Exception {
        Programme programme = open();
        placeHundred(1);
        shop.expireAccessToken();
        int previews = 3;
        Meeting allRefused = new Meeting(previews + 1);
        AtomicBoolean refreshing = new AtomicBoolean();
        shop.onCall("/auth", () -> refreshing.set(true));
        shop.onCall("/orders", () -> {
            if (!refreshing.get()) {
                allRefused.join();
            }
        });

        List<CompletableFuture<Integer>> asked = IntStream.range(0, previews).mapToObj(i -> CompletableFuture.supplyAsync(
                () -> programme.client().post(programme.integrationPath() + "/preview", Map.of("limit", 1)).status(), work -> new Thread(work).start())).toList();
        JsonNode poll = poll(programme);

        assertThat(outcome(poll)).isEqualTo("ok");
        for (CompletableFuture<Integer> preview : asked) {
            assertThat(preview.get(30, TimeUnit.SECONDS)).isEqualTo(200);
        }
        assertThat(authCalls()).containsExactly("GET");
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    private long generation(Programme programme) {
        return hub.jdbc().queryForObject("SELECT generation FROM tokens WHERE integration_id = ?::uuid", Long.class, programme.integration());
    }

    /** GET renews a pair by its refresh token, POST makes one by the code. */
    private List<String> authCalls() {
        return shop.newestCalls().stream().filter(call -> call.path().equals("/auth")).map(TrayCall::method).toList();
    }

    private void onceBefore(String path, int page, Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        shop.onCall(call -> call.path().equals(path) && call.page() == page, () -> {
            if (done.compareAndSet(false, true)) {
                action.run();
            }
        });
    }
}
