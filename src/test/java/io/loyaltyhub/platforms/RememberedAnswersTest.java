package io.loyaltyhub.platforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.http.PlatformRecords;
import io.loyaltyhub.sandbox.GestaoClickShop;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who bought is asked for once a day, and forgotten when it should be. Shown with a platform whose sales name the buyer by number. */
class RememberedAnswersTest extends EveryPlatform {

    private static final String BUYER = "GET /clientes/*";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private OpenShop open;
    private GestaoClickShop shop;
    private UUID merchant;

    @BeforeEach
    void openShop() {
        open = OpenShop.unlimited(hub, GestaoClickShop.class);
        shop = (GestaoClickShop) open.shop();
        merchant = UUID.fromString(open.programme().merchant());
        shop.resetCounters();
    }

    @AfterEach
    void closeShop() {
        if (open == null) {
            shop.close();
        } else {
            open.close();
        }
    }

    @Test
    void theBuyerOfManyOrdersIsAskedForOnce() {
        buy(1);
        buy(1);
        open.poll();
        buy(1);
        buy(2);
        open.poll();

        assertThat(shop.calls(BUYER)).isEqualTo(2);
        open.assertBalancesExact("after orders of two people");
    }

    @Test
    void onRecordIsWhatASaleNeedsAndNoMore() {
        buy(1);
        open.poll();

        assertThat(buyersOnRecord()).singleElement().asString().contains(shop.orders().get(0).email()).doesNotContain("endereco").doesNotContain("contato");
    }

    @Test
    void aRecordWhoseTimeIsOverIsAskedForAgainAndThenDeleted() {
        buy(1);
        open.poll();
        makeAllOld();
        buy(1);
        open.poll();
        assertThat(shop.calls(BUYER)).isEqualTo(2);

        hub.bean(PlatformRecords.class).forgetWhatIsOver();
        assertThat(buyersOnRecord()).as("asked for again").hasSize(1);
        makeAllOld();
        hub.bean(PlatformRecords.class).forgetWhatIsOver();

        assertThat(buyersOnRecord()).isEmpty();
    }

    @Test
    void aBuyerWithoutADocumentIsNotRemembered() {
        shop.withoutDocument(1, true);
        buy(1);
        open.poll();
        assertThat(open.programme().balances()).isEmpty();
        shop.withoutDocument(1, false);
        long next = buy(1);

        open.poll();

        assertThat(shop.calls(BUYER)).isEqualTo(2);
        assertThat(open.programme().balances()).containsExactlyEntriesOf(Map.of(shop.order(next).document(), 100L));
    }

    @Test
    void anotherAccountsCustomersAreOtherPeople() {
        buy(1);
        open.poll();
        assertThat(buyersOnRecord()).hasSize(1);

        moveToAnotherAddress();

        assertThat(buyersOnRecord()).isEmpty();
        buy(1);
        open.poll();
        await().atMost(PATIENCE).untilAsserted(() -> open.assertBalancesExact("after the move"));
        assertThat(shop.calls("GET /api/clientes/*")).isEqualTo(1);
    }

    @Test
    void whatWasAskedWithSettingsThatChangedMeanwhileIsNotKept() {
        buy(1);
        shop.onCall(BUYER, this::moveToAnotherAddress);

        open.poll();
        open.tick();

        await().atMost(PATIENCE).untilAsserted(() -> open.assertBalancesExact("after the change"));
        assertThat(shop.calls(BUYER)).isEqualTo(1);
        assertThat(shop.calls("GET /api/clientes/*")).isEqualTo(1);
    }

    @Test
    void withTheIntegrationGoesWhatItKnew() {
        buy(1);
        open.poll();

        open.programme().client().delete(open.programme().integrationPath()).expect(204);

        assertThat(buyersOnRecord()).isEmpty();
        open = null;
    }

    @Test
    void aBuyerWhoIsGoneCostsNobodyElseThePointsAndAReversalNeedsNone() {
        shop.remove(1);
        long of = buy(1);
        long other = buy(2);
        JsonNode poll = open.poll();
        assertThat(OpenShop.outcome(poll)).as("%s", poll).isEqualTo("ok");
        assertThat(open.programme().sale(of).get("decision").asText()).isEqualTo("unregistered");
        assertThat(open.programme().deadLetters()).isEmpty();

        shop.remove(2);
        makeAllOld();
        shop.move(other, Stage.CANCELLED);
        open.poll();

        assertThat(open.programme().totalOfBalances()).isZero();
        assertThat(open.programme().sale(other).at("/sale/customer/document").asText()).as("known from before").isEqualTo(shop.order(other).document());
    }

    private long buy(int person) {
        return shop.place(Order.ofHundred().person(person));
    }

    private void makeAllOld() {
        hub.jdbc().update("UPDATE platform_records SET good_until = now() - interval '1 minute' WHERE merchant_id = ?", merchant);
    }

    private void moveToAnotherAddress() {
        open.programme().client().patch(open.programme().integrationPath(), Map.of("settings", Map.of("baseUrl", shop.address() + "/api"))).expect(200);
    }

    private List<String> buyersOnRecord() {
        return hub.jdbc().queryForList("SELECT answer FROM platform_records WHERE merchant_id = ? AND name = 'buyer'", String.class, merchant);
    }
}
