package io.loyaltyhub.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.platform.RoutesDirectory;
import io.loyaltyhub.sandbox.Magento2Shop;
import io.loyaltyhub.sandbox.WooCommerceShop;
import io.loyaltyhub.sandbox.kit.CouponSeen;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Refusal;
import io.loyaltyhub.sandbox.kit.Reply;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Shops;
import io.loyaltyhub.sandbox.kit.Stage;
import io.loyaltyhub.sandbox.kit.Trouble;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the platform, points become one coupon or come back: made by the shop where it can make any, else from the pool. */
class CouponsOfEveryPlatformTest extends EveryPlatform {

    private static final Platforms PLATFORMS = new Platforms(new RoutesDirectory(Path.of("routes"), false));

    @Override
    Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(super.properties());
        properties.put("hub.coupon.retry-delay", "PT0.2S");
        return properties;
    }

    static Stream<Named<Class<? extends Shop>>> shopsThatMakeCoupons() {
        return shops().filter(type -> makesCoupons(type.getPayload()));
    }

    static Stream<Named<Class<? extends Shop>>> shopsThatMakeNone() {
        return shops().filter(type -> !makesCoupons(type.getPayload()));
    }

    private static boolean makesCoupons(Class<? extends Shop> type) {
        try (Shop shop = Shops.open(type)) {
            return PLATFORMS.get(shop.platform()).can("coupons", shop.settings());
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("shopsThatMakeCoupons")
    void pointsBecomeOneCouponOfThisValueAndTheseDaysWhichIsUsedOnce(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            List<String> members = List.of(member(open, 1), member(open, 2));
            List<JsonNode> issued = members.stream().map(member -> ended(open, redeem(open, member))).toList();

            assertThat(issued).allSatisfy(one -> assertThat(one.get("state").asText()).as("%s", one).isEqualTo("issued"));
            assertThat(open.shop().coupons()).containsOnlyKeys(issued.stream().map(CouponsOfEveryPlatformTest::code).toList());
            assertThat(open.shop().coupons().values()).allSatisfy(CouponsOfEveryPlatformTest::assertAsOrdered);
            assertThat(open.programme().totalOfBalances()).isZero();
            assertThat(issued.stream().map(one -> attempts(open, one))).as("read off the answer").containsOnly(1);

            open.shop().place(Order.ofHundred().person(1).coupon(code(issued.get(0))).discount("5.00"));
            open.poll();

            assertThat(redemption(open, issued.get(0)).get("usedAt").isNull()).as("used").isFalse();
            assertThat(redemption(open, issued.get(1)).get("usedAt").isNull()).as("not used").isTrue();
        }
    }

    private static void assertAsOrdered(CouponSeen coupon) {
        assertThat(coupon.value()).isEqualByComparingTo("5.00");
        assertThat(coupon.lastDay()).isEqualTo(LocalDate.now(ZoneOffset.ofHours(-3)).plusDays(365));
        assertThat(coupon.uses()).as("null only where the platform cannot say").isIn(1, null);
        assertThat(coupon.perCustomer()).as("no limit only where the uses are one").isIn(coupon.uses() == null ? List.of(1) : List.of(0, 1));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("shopsThatMakeCoupons")
    void aShopThatMadeItAndDidNotSaySoIsAskedAndThereIsOneCoupon(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            String member = member(open, 1);
            // Of what takes two calls, each.
            open.shop().fail(open.shop()::isCoupon, 2, Trouble.HANG);

            JsonNode issued = ended(open, redeem(open, member));

            assertThat(issued.get("state").asText()).as("%s", issued).isEqualTo("issued");
            assertThat(open.shop().coupons()).containsOnlyKeys(code(issued));
            assertThat(open.programme().totalOfBalances()).isZero();
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("shopsThatMakeCoupons")
    void aPageOfMaintenanceIsNoCoupon(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            String member = member(open, 1);
            open.shop().onCall(open.shop()::isCoupon, new Runnable() {
                private int left = 2;

                @Override
                public synchronized void run() {
                    if (left-- > 0) {
                        throw new Refusal(Reply.html(200, "<!DOCTYPE html><h1>Loja em manutenção</h1>"));
                    }
                }
            });

            JsonNode issued = ended(open, redeem(open, member));

            assertThat(issued.get("state").asText()).as("%s", issued).isEqualTo("issued");
            assertThat(open.shop().coupons()).containsOnlyKeys(code(issued));
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("shopsThatMakeCoupons")
    void whatTheShopRefusesGivesThePointsBack(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            String member = member(open, 1);
            open.shop().onCall(open.shop()::isCoupon, () -> {
                throw new Refusal(Reply.json(400, Map.of("message", "Bad Request")));
            });

            JsonNode failed = ended(open, redeem(open, member));

            assertThat(failed.get("state").asText()).as("%s", failed).isEqualTo("failed");
            assertThat(failed.get("coupon").isNull()).isTrue();
            assertThat(open.shop().coupons()).isEmpty();
            open.assertBalancesExact("after the refusal");
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("shopsThatMakeNone")
    void whereTheShopCanMakeNoneTheyComeFromThePool(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            String member = member(open, 1);
            String pool = open.programme().integrationPath() + "/coupon-pool";
            assertThat(open.programme().client().get(pool).expect(200).json().get("inUse").asBoolean()).isTrue();
            ask(open, member).expect(409);
            open.programme().client().post(pool, Map.of("codes", List.of("VALE-0001"), "value", 5)).expect(201);

            JsonNode issued = ended(open, redeem(open, member));

            assertThat(issued.get("state").asText()).as("%s", issued).isEqualTo("issued");
            assertThat(code(issued)).isEqualTo("VALE-0001");
            assertThat(open.shop().calls(open.shop()::isCoupon)).isZero();
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("shops")
    void aCouponThatWasUsedGivesNoPointsBackThoughNoOrderMayNameIt(Class<? extends Shop> type) {
        assertNothingComesBack(type, Stage.PAID);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("shops")
    void aCouponThatWasUsedGivesNoPointsBackThoughItsOrderDoesNotCountYet(Class<? extends Shop> type) {
        assertNothingComesBack(type, Stage.NEW);
    }

    private void assertNothingComesBack(Class<? extends Shop> type, Stage stage) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            String member = member(open, 1);
            open.programme().client().patch(open.programme().integrationPath(), Map.of("couponSource", "pool")).expect(200);
            open.programme().client().post(open.programme().integrationPath() + "/coupon-pool", Map.of("codes", List.of("VALE-0001"), "value", 5)).expect(201);
            JsonNode issued = ended(open, redeem(open, member));
            hub.operator().patch(open.programme().path(), Map.of("returnExpiredCoupons", true)).expect(200);
            open.shop().place(Order.ofHundred().person(2).stage(stage).coupon("VALE-0001").discount("5.00"));
            hub.jdbc().update("UPDATE redemptions SET expires_at = now() - interval '8 days' WHERE id = ?::uuid", issued.get("id").asText());
            open.poll();

            hub.run("coupons-expired");

            assertThat(redemption(open, issued).get("returnedAt").isNull()).isTrue();
        }
    }

    @Test
    void couponsOfOneValueAndDayShareTheirRule() {
        try (OpenShop open = OpenShop.unlimited(hub, Magento2Shop.class)) {
            List<String> members = List.of(member(open, 1), member(open, 2));

            List<JsonNode> issued = members.stream().map(member -> ended(open, redeem(open, member))).toList();

            assertThat(open.shop().coupons()).hasSize(2);
            assertThat(((Magento2Shop) open.shop()).rules()).isEqualTo(1);
            // One member may have both; a shop that counts them as one throws.
            issued.forEach(one -> open.shop().place(Order.ofHundred().person(1).coupon(code(one)).discount("5.00")));
        }
    }

    @Test
    void aKeyThatMayOnlyReadGivesThePointsBackAndSaysSo() {
        try (OpenShop open = OpenShop.unlimited(hub, WooCommerceShop.class)) {
            String member = member(open, 1);
            ((WooCommerceShop) open.shop()).readOnly();

            JsonNode failed = ended(open, redeem(open, member));

            assertThat(failed.get("state").asText()).as("%s", failed).isEqualTo("failed");
            assertThat(failed.get("reason").asText()).contains("escrita");
            open.assertBalancesExact("after the refusal");
        }
    }

    // ---

    /** Somebody who buys for exactly a hundred reais, by their participant's id. */
    private static String member(OpenShop open, int person) {
        Order order = Order.ofHundred().person(person);
        open.shop().place(order);
        open.poll();
        JsonNode participants = open.programme().client().get(open.programme().path() + "/participants?limit=200").expect(200).json().get("items");
        for (JsonNode one : participants) {
            if (one.get("document").asText().equals(order.document())) {
                return one.get("id").asText();
            }
        }
        throw new AssertionError("nobody has " + order.document() + ": " + participants);
    }

    private static HubClient.Answer ask(OpenShop open, String member) {
        return open.programme().client().send("POST", open.programme().path() + "/participants/" + member + "/redemptions",
                Json.write(Map.of("amount", 5)), "Idempotency-Key", "k1");
    }

    private static JsonNode redeem(OpenShop open, String member) {
        return ask(open, member).expect(202).json();
    }

    private static JsonNode redemption(OpenShop open, JsonNode known) {
        return open.programme().client().get(open.programme().path() + "/redemptions/" + known.get("id").asText()).expect(200).json();
    }

    private JsonNode ended(OpenShop open, JsonNode asked) {
        return hub.runUntil("coupons", () -> redemption(open, asked), one -> !one.get("state").asText().equals("pending"));
    }

    private int attempts(OpenShop open, JsonNode redemption) {
        return hub.jdbc().queryForObject("SELECT attempts FROM redemptions WHERE merchant_id = ?::uuid AND id = ?::uuid", Integer.class,
                open.programme().merchant(), redemption.get("id").asText());
    }

    private static String code(JsonNode redemption) {
        return redemption.at("/coupon/code").asText();
    }
}
