package io.loyaltyhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SandboxTrayOrdersTest {

    private static final SandboxItem SHIRT = SandboxItem.of("CAM-BAS-01", "Camiseta Básica", 2, "75.00");
    private static final SandboxItem MUG = SandboxItem.of("CAN-300", "Caneca 300ml", 1, "100.00");

    private final SettableClock clock = new SettableClock(Instant.parse("2024-05-15T02:30:00Z"));
    private final SandboxTray shop = SandboxTray.start(clock);
    private final SandboxClient client = new SandboxClient(shop);

    @BeforeEach
    void authorise() throws Exception {
        client.authorised();
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void aListRowHasNoCustomerOnlyIdsOfItemsAndNothingButStrings() throws Exception {
        long id = shop.place(SandboxOrder.empty().id(80412).items(SHIRT, MUG).coupon("FIDEL10", "25.00").freight("19.90"));

        JsonNode answer = client.get("/orders?modified=2024-05-14&sort=id_asc&limit=50").json();
        JsonNode row = answer.path("Orders").path(0).path("Order");

        assertThat(id).isEqualTo(80412);
        assertThat(answer.path("paging").toString()).isEqualTo("{\"total\":1,\"page\":1,\"offset\":0,\"limit\":50,\"maxLimit\":50}");
        assertThat(answer.path("sort").toString()).isEqualTo("[{\"id\":\"asc\"}]");
        assertThat(answer.path("appliedFilters").toString()).isEqualTo("[{\"modified\":\"2024-05-14\"}]");
        assertThat(row.path("date").asText()).isEqualTo("2024-05-14");
        assertThat(row.path("modified").asText()).isEqualTo("2024-05-14 23:30:00");
        assertThat(row.path("partial_total").asText()).isEqualTo("250.00");
        assertThat(row.path("discount").asText()).as("the coupon is not in here").isEqualTo("0.00");
        assertThat(row.path("discount_coupon").asText()).isEqualTo("FIDEL10/25.00");
        assertThat(row.path("coupon").toString()).isEqualTo("{\"code\":\"FIDEL10\",\"discount\":\"25.00\"}");
        assertThat(row.path("total").asText()).isEqualTo("244.90");
        assertThat(row.path("OrderStatus").path("id").asText()).isEqualTo("1");
        assertThat(row.has("Customer")).isFalse();
        assertThat(row.has("hour")).isFalse();
        assertThat(row.path("ProductsSold").toString()).isEqualTo("[{\"id\":\"8041200\"},{\"id\":\"8041201\"}]");
        assertThat(everyLeafIsAString(row)).isTrue();
    }

    @Test
    void anUnpaidOrderHasAZeroDate() throws Exception {
        long id = shop.place(SandboxOrder.ofHundred().status(SandboxStatus.AGUARDANDO_PAGAMENTO));
        assertThat(row(id).path("payment_date").asText()).isEqualTo("0000-00-00");
        assertThat(row(id).path("has_payment").asText()).isEqualTo("0");
        assertThat(row(id).has("coupon")).isFalse();

        shop.changeStatus(id, "A ENVIAR");

        assertThat(row(id).path("payment_date").asText()).isEqualTo("2024-05-14");
        assertThat(row(id).path("has_payment").asText()).isEqualTo("1");
    }

    @Test
    void theCompleteOrderHasTheCustomerPlainAndTheItemsWrapped() throws Exception {
        SandboxCustomer company = BrazilianPeople.person(3);
        long id = shop.place(SandboxOrder.empty().customer(company).items(SHIRT, MUG).surcharge("7.50"));

        JsonNode order = client.get("/orders/" + id + "/complete").json().path("Order");

        assertThat(order.path("hour").asText()).isEqualTo("23:30:00");
        assertThat(order.path("payment_method").asText()).isEqualTo("Pix - Vindi");
        assertThat(order.path("Customer").path("name").asText()).isEqualTo(company.name());
        assertThat(order.path("Customer").path("cnpj").asText()).isEqualTo(company.cnpj());
        assertThat(order.path("Customer").path("type").asText()).isEqualTo("1");
        assertThat(order.path("Customer").path("CustomerAddresses").path(0).path("CustomerAddress").path("country").asText()).isEqualTo("BRA");
        assertThat(order.path("ProductsSold").path(0).path("ProductsSold").path("reference").asText()).isEqualTo("CAM-BAS-01");
        assertThat(order.path("ProductsSold").path(0).path("ProductsSold").path("quantity").asText()).isEqualTo("2");
        assertThat(order.path("ProductsSold").path(0).path("ProductsSold").path("price").asText()).isEqualTo("75.00");
        assertThat(order.path("Payment").path(0).path("Payment").path("value").asText()).isEqualTo("257.50");
        assertThat(order.path("total").asText()).isEqualTo("257.50");
        assertThat(everyLeafIsAString(order)).isTrue();
    }

    @Test
    void theDetailHasTheHourButStillNoCustomer() throws Exception {
        JsonNode order = client.get("/orders/" + shop.place()).json().path("Order");

        assertThat(order.path("hour").asText()).isEqualTo("23:30:00");
        assertThat(order.has("Customer")).isFalse();
        assertThat(order.path("ProductsSold").path(0).has("reference")).isFalse();
    }

    @Test
    void fullRowsCarryWhatOnlyTheCompleteOrderHasOtherwise() throws Exception {
        long id = shop.place();
        shop.fullRows(true);

        assertThat(row(id).path("Customer")).isEqualTo(client.get("/orders/" + id + "/complete").json().path("Order").path("Customer"));
        assertThat(row(id).path("ProductsSold").path(0).path("ProductsSold").has("reference")).isTrue();
    }

    @Test
    void pagesHoldFiftyAtMostAndTogetherEveryOrderOnce() throws Exception {
        long first = shop.placeMany(120, SandboxStatus.A_ENVIAR);

        JsonNode answer = client.get("/orders?limit=100&page=3").json();

        assertThat(answer.path("paging").path("limit").asInt()).isEqualTo(50);
        assertThat(answer.path("paging").path("offset").asInt()).isEqualTo(100);
        assertThat(answer.path("Orders")).hasSize(20);
        assertThat(client.get("/orders").json().path("Orders")).hasSize(30);
        assertThat(client.get("/orders?page=9").json().path("Orders")).isEmpty();
        assertThat(client.orderIds("&sort=id_asc")).containsExactlyElementsOf(LongStream.range(first, first + 120).boxed().toList());
        assertThat(client.orderIds("&sort=id_desc")).startsWith(first + 119).endsWith(first);
    }

    @Test
    void theFilterByModificationKnowsDaysOnly() throws Exception {
        LocalDateTime lastSecond = LocalDateTime.of(2024, 5, 13, 23, 59, 59);
        long first = shop.placeMany(3, SandboxStatus.A_ENVIAR, lastSecond, Duration.ofSeconds(1));

        assertThat(client.orderIds("&modified=2024-05-13")).containsExactly(first);
        assertThat(client.orderIds("&modified=2024-05-14")).containsExactly(first + 1, first + 2);
        assertThat(client.orderIds("&modified=2024-05-13,2024-05-14")).hasSize(3);
        assertThat(client.orderIds("&modified=2024-05-15,2024-05-16")).isEmpty();
        for (String refused : List.of("2024-05-13%2010:00:00", "13/05/2024", "2024-02-30", "a", "2024-05-13,", "2024-05-01,2024-05-02,2024-05-03")) {
            assertThat(client.get("/orders?modified=" + refused).status()).as(refused).isEqualTo(400);
        }
    }

    @Test
    void changesMoveAnOrderIntoTheDayOfTheChange() throws Exception {
        long id = shop.place(SandboxOrder.ofHundred());
        clock.advance(Duration.ofHours(2));
        shop.edit(id, order -> order.discount("10.00"));

        assertThat(client.orderIds("&modified=2024-05-14")).isEmpty();
        assertThat(client.orderIds("&modified=2024-05-15")).containsExactly(id);
        assertThat(row(id).path("total").asText()).isEqualTo("90.00");
        assertThat(row(id).path("date").asText()).isEqualTo("2024-05-14");
        shop.modifiedAt(id, LocalDateTime.of(2024, 1, 2, 3, 4, 5));
        assertThat(row(id).path("modified").asText()).isEqualTo("2024-01-02 03:04:05");
    }

    @Test
    void theStatusFilterWantsTheNameAndAnEqualityFilterTheValue() throws Exception {
        long waiting = shop.place(SandboxOrder.ofHundred().status(SandboxStatus.AGUARDANDO_PAGAMENTO).customer(1));
        long toSend = shop.place(SandboxOrder.ofHundred().customer(2).externalCode("ERP-7"));

        assertThat(client.orderIds("&status=AGUARDANDO PAGAMENTO")).containsExactly(waiting);
        assertThat(client.orderIds("&status=3")).isEmpty();
        assertThat(client.orderIds("&customer_id=10002")).containsExactly(toSend);
        assertThat(client.orderIds("&external_code=ERP-7")).containsExactly(toSend);
        assertThat(client.orderIds("&id=" + waiting)).containsExactly(waiting);
        assertThat(client.get("/orders?has_invoice=1").status()).as("said to exist, not made here").isEqualTo(501);
    }

    @Test
    void whatDoesNotExistIsNotFoundAndWhatIsNotOfferedIsRefused() throws Exception {
        long id = shop.place();
        shop.remove(id);

        assertThat(client.get("/orders/" + id).status()).isEqualTo(404);
        assertThat(client.get("/orders/" + id + "/complete").json().path("code").asInt()).isEqualTo(404);
        assertThat(client.get("/orders/" + id + "/full").status()).isEqualTo(404);
        assertThat(client.get("/nothing").status()).isEqualTo(404);
        assertThat(client.call("DELETE", "/orders", "").status()).isEqualTo(405);
        assertThat(client.get("/orders?page=0").status()).isEqualTo(400);
        assertThat(client.get("/orders?sort=total_asc").status()).isEqualTo(400);
        assertThat(client.send("GET", "x/orders", null, "").status()).as("beside /web_api").isEqualTo(404);
    }

    @Test
    void moreThanFiftyStatusesNeedTwoPages() throws Exception {
        shop.manyStatuses(60);

        assertThat(client.get("/orders/statuses?limit=50").json().path("OrderStatuses")).hasSize(50);
        JsonNode second = client.get("/orders/statuses?limit=50&page=2").json();
        assertThat(second.path("OrderStatuses")).hasSize(10);
        assertThat(second.path("paging").path("total").asInt()).isEqualTo(60);
        assertThat(client.get("/orders/statuses").json().path("OrderStatuses").path(0).toString())
                .isEqualTo("{\"OrderStatus\":{\"status\":\"A ENVIAR\",\"id\":\"1\",\"show_backoffice\":\"1\"}}");
    }

    @Test
    void theCustomerListHasNoPhoneAndTheCustomerHas() throws Exception {
        SandboxCustomer person = BrazilianPeople.person(7);
        shop.place(SandboxOrder.ofHundred().customer(person));

        JsonNode listed = client.get("/customers?cpf=" + person.cpf()).json().path("Customers").path(0).path("Customer");
        JsonNode single = client.get("/customers/" + person.id()).json().path("Customer");

        assertThat(listed.path("email").asText()).isEqualTo(person.email());
        assertThat(listed.has("cellphone")).isFalse();
        assertThat(single.path("cellphone").asText()).isEqualTo(person.cellphone());
        assertThat(client.get("/customers/1").status()).isEqualTo(404);
        assertThat(client.get("/customers?modified=2024-05-13").json().path("Customers")).isEmpty();
    }

    @Test
    void aCouponIsEverybodysUntilItIsTied() throws Exception {
        shop.place(SandboxOrder.ofHundred().customer(1));
        String coupon = """
                {"DiscountCoupon": {"code": "PTS1", "starts_at": "2024-05-15", "ends_at": "2024-08-13", "value": "20.00", "type": "$"}}""";

        JsonNode created = client.call("POST", "/discount_coupons/", coupon).json();
        assertThat(created.path("code").asInt()).isEqualTo(201);
        assertThat(shop.coupons()).containsEntry("PTS1", List.of());
        assertThat(client.call("POST", "/discount_coupons/", coupon).status()).as("the same code again").isEqualTo(400);

        String id = created.path("id").asText();
        assertThat(client.call("POST", "/discount_coupons/create_relationship/" + id,
                "{\"DiscountCouponCustomer\": [{\"customer_id\": \"10001\"}]}").status()).isEqualTo(201);
        assertThat(shop.coupons()).containsEntry("PTS1", List.of("10001"));
        assertThat(client.get("/discount_coupons/?code=PTS1").json().path("DiscountCoupons")).hasSize(1);
        assertThat(client.call("DELETE", "/discount_coupons/" + id, "").status()).isEqualTo(200);
        assertThat(shop.coupons()).isEmpty();
    }

    @Test
    void bulkOrdersAreTheSameEachTimeAndAddUp() throws Exception {
        shop.placeMany(200, SandboxStatus.A_ENVIAR);
        List<BigDecimal> totals = new ArrayList<>();
        for (int page = 1; page <= 4; page++) {
            String query = "/orders?limit=50&page=" + page;
            String once = client.get(query).response().body();
            assertThat(client.get(query).response().body()).isEqualTo(once);
            client.get(query).json().path("Orders").forEach(row -> {
                JsonNode order = row.path("Order");
                BigDecimal coupon = new BigDecimal(order.path("coupon").path("discount").asText("0"));
                assertThat(amount(order, "partial_total").subtract(coupon).add(amount(order, "shipment_value"))
                        .add(amount(order, "payment_method_rate"))).isEqualByComparingTo(amount(order, "total"));
                totals.add(amount(order, "total"));
            });
        }
        assertThat(totals).hasSize(200);
        assertThat(new HashSet<>(totals)).hasSizeGreaterThan(100);
        assertThat(shop.turnover(SandboxStatus.A_ENVIAR)).isEqualByComparingTo(totals.stream().reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    private JsonNode row(long id) throws Exception {
        return client.get("/orders?id=" + id).json().path("Orders").path(0).path("Order");
    }

    private static BigDecimal amount(JsonNode order, String name) {
        return new BigDecimal(order.path(name).asText());
    }

    private static boolean everyLeafIsAString(JsonNode node) {
        if (!node.isContainerNode()) {
            return node.isTextual();
        }
        for (JsonNode child : node) {
            if (!everyLeafIsAString(child)) {
                return false;
            }
        }
        return true;
    }
}
