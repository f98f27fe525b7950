package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.support.ApiContract;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.demo.HubClient;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Merchants, their keys, and the platforms they may choose from. */
class MerchantsApiTest extends ApiOverHttp {

    @Test
    void aMerchantIsCreatedReadChangedAndListed() {
        JsonNode created = operator.post("merchants", fields("name", "Casa Marina", "siteUrl", "https://www.casamarina.com.br",
                "signupUrl", "https://www.casamarina.com.br/cadastro", "timezone", "-04:00", "mailFrom", "fidelidade@casamarina.com.br",
                "mailPointsEarned", "each"))
                .expect(201).json();
        String path = "merchants/" + created.get("id").asText();

        assertThat(created.get("apiKey").asText()).isNotBlank();
        JsonNode read = operator.get(path).expect(200).json();
        assertThat(read.get("name").asText()).isEqualTo("Casa Marina");
        assertThat(read.get("siteUrl").asText()).isEqualTo("https://www.casamarina.com.br");
        assertThat(read.get("signupUrl").asText()).isEqualTo("https://www.casamarina.com.br/cadastro");
        assertThat(read.get("timezone").asText()).isEqualTo("-04:00");
        assertThat(read.get("mailFrom").asText()).isEqualTo("fidelidade@casamarina.com.br");
        assertThat(read.get("mailPointsEarned").asText()).isEqualTo("each");
        assertThat(OffsetDateTime.parse(read.get("createdAt").asText())).isNotNull();
        assertThat(operator.merchant(created.get("apiKey").asText()).get(path).expect(200).json()).isEqualTo(read);
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        JsonNode read = operator.get("merchants/" + merchant("Só o nome").id()).expect(200).json();

        assertThat(read.get("timezone").asText()).isEqualTo("-03:00");
        assertThat(read.get("siteUrl").isNull()).isTrue();
        assertThat(read.get("signupUrl").isNull()).isTrue();
        assertThat(read.get("mailFrom").isNull()).isTrue();
        assertThat(read.get("mailPointsEarned").asText()).isEqualTo("digest");
    }

    @Test
    void inAChangeWhatIsAbsentStaysAndNullClears() {
        Merchant merchant = merchant("Antes");
        operator.patch(merchant.path(""), fields("siteUrl", "https://a.com.br", "mailFrom", "a@a.com.br", "timezone", "-05:00")).expect(200);

        JsonNode renamed = merchant.client().patch(merchant.path(""), fields("name", "Depois")).expect(200).json();
        assertThat(renamed.get("name").asText()).isEqualTo("Depois");
        assertThat(renamed.get("siteUrl").asText()).isEqualTo("https://a.com.br");
        assertThat(renamed.get("timezone").asText()).isEqualTo("-05:00");

        JsonNode cleared = merchant.client().patch(merchant.path(""), fields("siteUrl", null, "mailFrom", null)).expect(200).json();
        assertThat(cleared.get("siteUrl").isNull()).isTrue();
        assertThat(cleared.get("mailFrom").isNull()).isTrue();
        assertThat(cleared.get("name").asText()).isEqualTo("Depois");
        assertThat(merchant.get("")).isEqualTo(cleared);
        assertThat(fieldsOf(merchant.client().patch(merchant.path(""), fields("name", null)).expect(400).json())).containsExactly("name");
        assertThat(merchant.client().patch(merchant.path(""), fields()).expect(200).json()).isEqualTo(cleared);
    }

    @Test
    void twoChangesAtOnceBothHold() {
        Merchant merchant = merchant("Antes");

        for (int i = 0; i < 20; i++) {
            String name = "Loja " + i;
            String site = "https://loja" + i + ".com.br";
            CompletableFuture<?> naming = CompletableFuture.runAsync(() -> merchant.client().patch(merchant.path(""), fields("name", name)).expect(200));
            CompletableFuture<?> moving = CompletableFuture.runAsync(() -> merchant.client().patch(merchant.path(""), fields("siteUrl", site)).expect(200));
            CompletableFuture.allOf(naming, moving).join();

            assertThat(merchant.get("").get("name").asText()).isEqualTo(name);
            assertThat(merchant.get("").get("siteUrl").asText()).isEqualTo(site);
        }
    }

    @Test
    void theListGoesPageByPageOverAllMerchantsEachOnce() {
        List<String> mine = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            mine.add(merchant("Loja " + i).id());
        }

        List<String> walked = walk(operator, "merchants", 3).stream().map(one -> one.get("id").asText()).toList();

        assertThat(walked).doesNotHaveDuplicates().containsAll(mine);
        assertPaged(operator, "merchants", walked);
        assertThat(operator.get("merchants").json().toString()).doesNotContain("apiKey").doesNotContain("lhk_");
    }

    @Test
    void aSecondKeyWorksBesideTheFirstAndARevokedOneNoLonger() {
        Merchant merchant = merchant();
        JsonNode issued = merchant.client().post(merchant.path("api-keys"), null).expect(201).json();
        String second = issued.get("apiKey").asText();

        assertThat(second).isNotEqualTo(merchant.key());
        operator.merchant(second).get(merchant.path("")).expect(200);
        merchant.client().get(merchant.path("")).expect(200);

        operator.merchant(second).delete(merchant.path("api-keys/" + issued.get("id").asText())).expect(204);
        operator.merchant(second).get(merchant.path("")).expect(401);
        merchant.client().get(merchant.path("")).expect(200);
        // Revoking it again changes nothing.
        merchant.client().delete(merchant.path("api-keys/" + issued.get("id").asText())).expect(204);

        JsonNode keys = merchant.get("api-keys").get("items");
        assertThat(keys).hasSize(2).anySatisfy(key -> {
            assertThat(key.get("id")).isEqualTo(issued.get("id"));
            assertThat(key.get("revokedAt").isNull()).isFalse();
        }).anySatisfy(key -> assertThat(key.get("revokedAt").isNull()).isTrue());
        assertThat(keys).allSatisfy(key -> assertThat(key.get("hint").asText()).hasSize(4));
        assertThat(keys.toString()).doesNotContain(second).doesNotContain(merchant.key());
    }

    @Test
    void aKeyRevokedOnOneNodeIsRefusedByAnother() {
        Merchant merchant = merchant();
        String id = merchant.get("api-keys").get("items").get(0).get("id").asText();
        try (RunningHub another = node(hub.database())) {
            HubClient there = another.operator().merchant(merchant.key());
            there.get(merchant.path("")).expect(200);

            operator.delete(merchant.path("api-keys/" + id)).expect(204);

            there.get(merchant.path("")).expect(401);
        }
    }

    @Test
    void theKeysAreListedPageByPage() {
        Merchant merchant = merchant();
        for (int i = 0; i < 4; i++) {
            merchant.client().post(merchant.path("api-keys"), null).expect(201);
        }

        List<String> ids = each(merchant.get("api-keys").get("items"), "id");
        assertThat(ids).hasSize(5);
        assertPaged(merchant.client(), merchant.path("api-keys"), ids);
    }

    @Test
    void noKeyIsStoredInClear() {
        Merchant merchant = merchant();
        // lhk_<32 digits>_<32 digits>_<secret>; the secret itself may have underscores.
        String secret = merchant.key().split("_", 4)[3];

        assertThat(Database.tablesWith(hub, merchant.key())).isEmpty();
        assertThat(Database.tablesWith(hub, secret)).isEmpty();
    }

    @Test
    void thePlatformsAreListedAndReadByAnybodyWithALogin() {
        Merchant merchant = merchant();
        JsonNode platforms = merchant.client().get("platforms").expect(200).json().get("items");
        List<String> names = each(platforms, "name");

        assertThat(names).contains("tray").doesNotHaveDuplicates();
        for (JsonNode platform : platforms) {
            assertThat(platform.get("capabilities").fieldNames()).toIterable()
                    .containsExactlyInAnyOrder("orders", "customers", "statuses", "stores", "coupons", "webhooks");
            assertThat(platform.get("kind").asText()).isIn("shop", "erp");
            assertThat(platform.get("guide").asText()).isNotBlank();
            assertThat(operator.get("platforms/" + platform.get("name").asText()).expect(200).json()).isEqualTo(platform);
        }
        JsonNode tray = operator.get("platforms/tray").json().get("settingsSchema");
        assertThat(tray.get("required").toString()).contains("apiAddress", "code");
        assertThat(tray.get("properties").fieldNames()).toIterable().contains("apiAddress", "code", "consumerKey", "consumerSecret");
        assertThat(tray.at("/properties/code/format").asText()).isEqualTo("password");
        assertThat(each(operator.get("platforms?limit=1").expect(200).json().get("items"), "name")).hasSize(1);
        for (String unknown : List.of("shopify", "TRAY", "tray.", "..", "%00", "a%20b", "tray%2F..", UUID.randomUUID().toString())) {
            ApiContract.checkProblem(operator.unchecked().get("platforms/" + unknown));
        }
        operator.get("platforms/shopify").expect(404);
        operator.get("platforms/TRAY").expect(404);
    }

    @Test
    void whatDoesNotExistIsNotFoundWhateverItsIdLooksLike() {
        Merchant merchant = merchant();
        for (String unknown : unknownIds(false)) {
            operator.get("merchants/" + unknown).expect(404);
            operator.patch("merchants/" + unknown, fields("name", "x")).expect(404);
            operator.get("merchants/" + unknown + "/api-keys").expect(404);
            operator.post("merchants/" + unknown + "/api-keys", null).expect(404);
            merchant.client().delete(merchant.path("api-keys/" + unknown)).expect(404);
        }
    }

    @Test
    void onlyTheOperatorCreatesAndListsMerchants() {
        Merchant merchant = merchant();

        merchant.client().post("merchants", fields("name", "Mais uma")).expect(403);
        merchant.client().get("merchants").expect(403);
    }
}
