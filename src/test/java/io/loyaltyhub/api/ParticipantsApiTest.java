package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient.Answer;
import io.loyaltyhub.sandbox.BrazilianDocuments;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ParticipantsApiTest extends ApiOverHttp {

    private static final Map<String, Object> MARINA = Map.of("name", "Marina Alves Teixeira", "document", "529.982.247-25",
            "email", "Marina.Teixeira@Exemplo.com.br", "phone", "(11) 98888-7777", "birthDate", "1988-03-21");

    @Test
    void aPersonIsRegisteredWithPunctuationAndShownWithout() {
        Merchant merchant = merchant();
        JsonNode created = merchant.create("participants", MARINA);

        assertThat(created.get("name").asText()).isEqualTo("Marina Alves Teixeira");
        assertThat(created.get("document").asText()).isEqualTo("52998224725");
        assertThat(created.get("email").asText()).isEqualTo("marina.teixeira@exemplo.com.br");
        assertThat(created.get("phone").asText()).isEqualTo("11988887777");
        assertThat(created.get("birthDate").asText()).isEqualTo("1988-03-21");
        assertThat(created.get("balance").asLong()).isZero();
        assertThat(created.get("source").asText()).isNotBlank();
        assertThat(merchant.get("participants/" + created.get("id").asText())).isEqualTo(created);
        assertThat(merchant.create("participants", fields("document", "11.222.333/0001-81")).get("document").asText()).isEqualTo("11222333000181");
    }

    @Test
    void thePersonIsFoundByDocumentAndByEmailHoweverWritten() {
        Merchant merchant = merchant();
        String id = merchant.create("participants", MARINA).get("id").asText();
        merchant.create("participants", fields("document", BrazilianDocuments.cpf(1), "email", "outra@exemplo.com.br"));

        for (String query : List.of("document=52998224725", "document=529.982.247-25", "email=marina.teixeira@exemplo.com.br",
                "email=" + URLEncoder.encode("MARINA.TEIXEIRA@EXEMPLO.COM.BR", StandardCharsets.UTF_8),
                "document=529.982.247-25&email=marina.teixeira@exemplo.com.br")) {
            assertThat(each(merchant.get("participants?" + query).get("items"), "id")).as(query).containsExactly(id);
        }
        for (String query : List.of("document=11144477735", "document=abc", "email=marina", "email=%25", "document=52998224725&email=outra@exemplo.com.br")) {
            assertThat(merchant.get("participants?" + query).get("items")).as(query).isEmpty();
        }
    }

    @Test
    void theSamePersonIsNotRegisteredTwice() {
        Merchant merchant = merchant();
        merchant.create("participants", MARINA);
        merchant.create("participants", fields("email", "so-email@exemplo.com.br"));

        JsonNode conflict = merchant.client().post(merchant.path("participants"), fields("document", "52998224725")).expect(409).json();
        assertThat(conflict.get("detail").asText()).contains("CPF");
        merchant.client().post(merchant.path("participants"), fields("email", "SO-EMAIL@exemplo.com.br")).expect(409);
        // What is taken in one programme is free in another.
        merchant().create("participants", MARINA);
    }

    @Test
    void ofManyRegistrationsAtOnceOneWins() {
        Merchant merchant = merchant();

        List<Integer> statuses = java.util.stream.IntStream.range(0, 12)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> merchant.client().post(merchant.path("participants"), MARINA).status()))
                .toList().stream().map(CompletableFuture::join).toList();

        assertThat(statuses).containsOnlyOnce(201);
        assertThat(statuses).filteredOn(status -> status != 201).hasSize(11).containsOnly(409);
    }

    @Test
    void inAChangeWhatIsAbsentStaysAndNullClears() {
        Merchant merchant = merchant();
        JsonNode created = merchant.create("participants", MARINA);
        String path = merchant.path("participants/" + created.get("id").asText());

        JsonNode changed = merchant.client().patch(path, fields("name", "Marina Teixeira", "phone", null)).expect(200).json();
        assertThat(changed.get("name").asText()).isEqualTo("Marina Teixeira");
        assertThat(changed.get("phone").isNull()).isTrue();
        assertThat(changed.get("document")).isEqualTo(created.get("document"));
        assertThat(changed.get("email")).isEqualTo(created.get("email"));
        assertThat(changed.get("birthDate")).isEqualTo(created.get("birthDate"));
        assertThat(merchant.client().patch(path, fields("birthDate", null)).expect(200).json().get("birthDate").isNull()).isTrue();
        assertThat(merchant.client().patch(path, fields("document", "111.444.777-35")).expect(200).json().get("document").asText())
                .isEqualTo("11144477735");

        merchant.create("participants", fields("document", BrazilianDocuments.cpf(7)));
        merchant.client().patch(path, fields("document", BrazilianDocuments.cpf(7))).expect(409);
    }

    @Test
    void theParticipantsAreListedPageByPage() {
        Merchant merchant = merchant();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            ids.add(merchant.create("participants", fields("document", BrazilianDocuments.cpf(i), "name", "Pessoa " + i)).get("id").asText());
        }

        assertPaged(merchant.client(), merchant.path("participants"), ids);
    }

    @Test
    void anAdjustmentMovesTheBalanceAndStandsAmongTheEntries() {
        Merchant merchant = merchant();
        String path = merchant.path("participants/" + merchant.create("participants", MARINA).get("id").asText());

        JsonNode given = merchant.client().post(path + "/adjustments", fields("points", 150, "reason", "Compra por telefone")).expect(201).json();
        assertThat(given.get("kind").asText()).isEqualTo("adjust");
        assertThat(given.get("points").asLong()).isEqualTo(150);
        assertThat(given.get("description").asText()).isEqualTo("Compra por telefone");
        assertThat(given.get("saleId").isNull()).isTrue();
        operator.post(path + "/adjustments", fields("points", -40, "reason", "Engano")).expect(201);

        assertThat(merchant.client().get(path).json().get("balance").asLong()).isEqualTo(110);
        JsonNode entries = merchant.client().get(path + "/entries").expect(200).json().get("items");
        assertThat(each(entries, "points")).containsExactly("-40", "150");
        assertThat(each(entries, "description")).containsExactly("Engano", "Compra por telefone");
        assertThat(entries.get(1).get("id")).isEqualTo(given.get("id"));
        assertThat(each(operator.get("audit?merchant=" + merchant.id()).json().get("items"), "action"))
                .filteredOn("participant.adjust"::equals).hasSize(2);
    }

    @Test
    void adjustmentsAtOnceAllCount() {
        Merchant merchant = merchant();
        String path = merchant.path("participants/" + merchant.create("participants", MARINA).get("id").asText());

        List<CompletableFuture<Answer>> adjustments = java.util.stream.IntStream.rangeClosed(1, 20).mapToObj(i -> CompletableFuture.supplyAsync(
                () -> merchant.client().post(path + "/adjustments", fields("points", i, "reason", "Número " + i)))).toList();

        assertThat(adjustments).allSatisfy(one -> assertThat(one.join().status()).isEqualTo(201));
        assertThat(merchant.client().get(path).json().get("balance").asLong()).isEqualTo(210);
        assertThat(adjustments).extracting(one -> one.join().json().get("balance").asLong()).doesNotHaveDuplicates().contains(210L);
    }

    @Test
    void theEntriesAreListedPageByPageTheNewestFirst() {
        Merchant merchant = merchant();
        String path = merchant.path("participants/" + merchant.create("participants", MARINA).get("id").asText());
        List<String> ids = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            ids.add(0, merchant.client().post(path + "/adjustments", fields("points", i, "reason", "Número " + i)).json().get("id").asText());
        }

        assertPaged(merchant.client(), path + "/entries", ids);
        assertThat(walk(merchant.client(), path + "/entries", 2)).extracting(entry -> entry.get("id").asText()).isEqualTo(ids);
    }

    @Test
    void whatAPersonCannotBeIsNamed() {
        Merchant merchant = merchant();
        Object[][] wrong = {
            {"document", "529.982.247-26"}, {"document", "00000000000"}, {"document", "111.111.111-11"}, {"document", "123"}, {"document", 52998224725L},
            {"document", "52998224725 "}, {"document", ""}, {"document", "5299822472O"}, {"document", "11.222.333/0001-82"}, {"document", "５２９９８２２４７２５"},
            {"email", "marina"}, {"email", ""}, {"email", 5}, {"email", "a b@c.com"}, {"email", "x".repeat(250) + "@exemplo.com.br"}, {"email", "a\u0000@b.com.br"},
            {"phone", "abc"}, {"phone", 11988887777L}, {"phone", "1"}, {"birthDate", "21/03/1988"}, {"birthDate", "1988-02-30"}, {"birthDate", 1988},
            {"birthDate", "1988-03-21T00:00:00Z"}, {"name", ""}, {"name", " "}, {"name", List.of()}, {"name", "x".repeat(201)}, {"name", "\u0000"},
            {"balance", 1000}, {"id", "x"}, {"source", "x"}};
        String existing = merchant.path("participants/" + merchant.create("participants", MARINA).get("id").asText());
        JsonNode before = merchant.client().get(existing).json();
        for (Object[] one : wrong) {
            Answer created = merchant.client().post(merchant.path("participants"), withIdentity(one));
            Answer changed = merchant.client().patch(existing, fields(one));
            for (Answer answer : List.of(created, changed)) {
                assertThat(answer.status()).as(java.util.Arrays.toString(one) + " " + answer.text()).isEqualTo(400);
                assertThat(fieldsOf(answer.json())).as(answer.text()).containsExactly((String) one[0]);
            }
        }
        assertThat(merchant.client().get(existing).json()).isEqualTo(before);
        merchant.client().post(merchant.path("participants"), fields("name", "Sem documento nem e-mail")).expect(400);
        assertThat(merchant.get("participants").get("items")).hasSize(1);
    }

    @Test
    void whatAnAdjustmentCannotBeIsNamed() {
        Merchant merchant = merchant();
        String path = merchant.path("participants/" + merchant.create("participants", MARINA).get("id").asText()) + "/adjustments";
        Object[][] wrong = {{"points", 0}, {"points", "10"}, {"points", 1.5}, {"points", null}, {"points", 1_000_000_001L}, {"points", true},
            {"points", new java.math.BigInteger("99999999999999999999")}, {"reason", ""}, {"reason", "  x"}, {"reason", "     "}, {"reason", 5},
            {"reason", "x".repeat(501)}, {"reason", "com \u0000 nulo"}, {"balance", 5}};
        for (Object[] one : wrong) {
            Map<String, Object> body = fields("points", 10, "reason", "Motivo");
            body.put((String) one[0], one[1]);
            Answer answer = merchant.client().post(path, body);
            assertThat(answer.status()).as(java.util.Arrays.toString(one) + " " + answer.text()).isEqualTo(400);
            assertThat(fieldsOf(answer.json())).containsExactly((String) one[0]);
        }
        assertThat(fieldsOf(merchant.client().post(path, fields()).expect(400).json())).containsExactlyInAnyOrder("points", "reason");
        assertThat(merchant.client().get(path.replace("/adjustments", "/entries")).json().get("items")).isEmpty();
    }

    @Test
    void unknownPersonsAreNotFound() {
        Merchant merchant = merchant();
        for (String unknown : unknownIds(false)) {
            String path = merchant.path("participants/" + unknown);
            merchant.client().get(path).expect(404);
            merchant.client().patch(path, fields("name", "x")).expect(404);
            merchant.client().get(path + "/entries").expect(404);
            merchant.client().post(path + "/adjustments", fields("points", 1, "reason", "Motivo")).expect(404);
        }
    }

    private static Map<String, Object> withIdentity(Object... differing) {
        Map<String, Object> body = fields("document", BrazilianDocuments.cpf(99));
        if (differing[0].equals("document")) {
            body.put("email", "alguem@exemplo.com.br");
        }
        body.put((String) differing[0], differing[1]);
        return body;
    }
}
