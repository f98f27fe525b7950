package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.BrazilianDocuments;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Two participants of one person, seen by the merchant. */
class MergingApiTest extends ApiOverHttp {

    private static final String CPF = BrazilianDocuments.cpf(1);

    @Test
    void theOneInThePathGoesOnWithTheOthersPoints() {
        Merchant merchant = merchant();
        String ana = person(merchant, "document", CPF, "name", "Ana");
        String other = person(merchant, "email", "ana@exemplo.com.br", "phone", "11988887777");
        give(merchant, ana, 100);
        give(merchant, other, 50);

        JsonNode merged = merge(merchant, ana, other);

        assertThat(merged.get("balance").asLong()).isEqualTo(150);
        assertThat(merged.get("email").asText()).isEqualTo("ana@exemplo.com.br");
        assertThat(merged.get("phone").asText()).isEqualTo("11988887777");
        assertThat(each(merchant.get("participants").get("items"), "id")).containsExactly(ana);
        JsonNode left = merchant.get("participants/" + other);
        assertThat(left.get("mergedInto").asText()).isEqualTo(ana);
        assertThat(left.get("balance").asLong()).isZero();
        assertThat(left.get("email").isNull()).isTrue();
        assertThat(each(merchant.get("participants/" + other + "/entries").get("items"), "points")).containsExactly("-50", "50");
        assertThat(each(merchant.get("participants/" + ana + "/entries").get("items"), "points")).containsExactly("50", "100");
        JsonNode record = operator.get("audit?merchant=" + merchant.id()).json().at("/items/0");
        assertThat(record.get("action").asText()).isEqualTo("participant.merge");
        assertThat(record.at("/detail/from").asText()).isEqualTo(other);
        assertThat(merge(merchant, ana, other)).as("said again").isEqualTo(merged);
    }

    @Test
    void oneThatWasGivenUpCannotBeChangedAndIsFoundAsTheOther() {
        Merchant merchant = merchant();
        String ana = person(merchant, "document", CPF);
        String company = person(merchant, "document", "11222333000181", "email", "empresa@exemplo.com.br");
        merge(merchant, ana, company);
        String path = merchant.path("participants/" + company);

        assertThat(merchant.client().patch(path, fields("name", "x")).expect(409).json().get("detail").asText()).contains(ana);
        merchant.client().post(path + "/adjustments", fields("points", 5, "reason", "Motivo")).expect(409);
        merchant.client().post(path + "/merge", fields("from", ana)).expect(409);
        merchant.client().post(merchant.path("participants/" + person(merchant, "email", "bia@exemplo.com.br") + "/merge"), fields("from", company)).expect(409);
        for (String query : List.of("document=11222333000181", "document=" + CPF, "email=empresa@exemplo.com.br")) {
            assertThat(each(merchant.get("participants?" + query).get("items"), "id")).as(query).containsExactly(ana);
        }
        merchant.client().post(merchant.path("participants"), fields("document", "11222333000181")).expect(409);
        assertThat(merchant.client().patch(merchant.path("participants/" + ana), fields("document", "11222333000181")).expect(200).json().get("document").asText())
                .as("its own to take").isEqualTo("11222333000181");
    }

    @Test
    void whoLearnsADocumentThatAnotherHasIsThatOther() {
        Merchant merchant = merchant();
        String ana = person(merchant, "document", CPF, "name", "Ana Souza");
        String other = person(merchant, "email", "ana@exemplo.com.br");
        give(merchant, ana, 100);
        give(merchant, other, 50);

        JsonNode changed = merchant.client().patch(merchant.path("participants/" + other), fields("document", CPF)).expect(200).json();

        assertThat(changed.get("id").asText()).isEqualTo(other);
        assertThat(changed.get("document").asText()).isEqualTo(CPF);
        assertThat(changed.get("balance").asLong()).isEqualTo(150);
        assertThat(merchant.get("participants/" + ana).get("mergedInto").asText()).isEqualTo(other);
    }

    @Test
    void whoWasKnownByEmailAloneIsRegisteredOnceWithTheDocument() {
        Merchant merchant = merchant();
        String ana = person(merchant, "email", "ana@exemplo.com.br");
        give(merchant, ana, 50);

        JsonNode registered = merchant.create("participants", fields("document", CPF, "email", "Ana@exemplo.com.br", "name", "Ana Souza"));

        assertThat(registered.get("id").asText()).isEqualTo(ana);
        assertThat(registered.get("document").asText()).isEqualTo(CPF);
        assertThat(registered.get("name").asText()).isEqualTo("Ana Souza");
        assertThat(registered.get("balance").asLong()).isEqualTo(50);
        merchant.client().post(merchant.path("participants"), fields("email", "ana@exemplo.com.br")).expect(409);
    }

    @Test
    void whatCannotBeMergedIsNamed() {
        Merchant merchant = merchant();
        String path = merchant.path("participants/" + person(merchant, "document", CPF) + "/merge");
        String anothers = person(merchant(), "document", CPF);

        for (Object from : new Object[] {null, "x", 5, UUID.randomUUID().toString(), anothers, path.split("/")[3]}) {
            assertThat(fieldsOf(merchant.client().post(path, fields("from", from)).expect(400).json())).containsExactly("from");
        }
        for (String unknown : unknownIds(false)) {
            merchant.client().post(merchant.path("participants/" + unknown + "/merge"), fields("from", anothers)).expect(404);
        }
    }

    private static String person(Merchant merchant, Object... fields) {
        return merchant.create("participants", fields(fields)).get("id").asText();
    }

    private static void give(Merchant merchant, String participant, long points) {
        merchant.create("participants/" + participant + "/adjustments", fields("points", points, "reason", "Presente"));
    }

    private static JsonNode merge(Merchant merchant, String survivor, String from) {
        return merchant.client().post(merchant.path("participants/" + survivor + "/merge"), fields("from", from)).expect(200).json();
    }
}
