package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient.Answer;
import io.loyaltyhub.sandbox.BrazilianDocuments;
import java.sql.Timestamp;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a merchant's accounts, and members, see of the ledger. */
class StatementsApiTest extends ApiOverHttp {

    @Test
    void aMonthIsWhatMovedInItAndWhatWasLeftAtItsEnd() {
        Merchant merchant = merchant();
        String ana = person(merchant, 1);
        String bia = person(merchant, 2);
        long first = entry(merchant, ana, "earn", 1000, null, "2026-02-28T12:00:00-03:00");
        entry(merchant, ana, "earn", 500, null, "2026-03-01T00:00:00-03:00");
        long cancelled = entry(merchant, ana, "earn", 200, null, "2026-03-02T00:00:00-03:00");
        entry(merchant, ana, "reversal", -200, cancelled, "2026-03-10T12:00:00-03:00");
        entry(merchant, ana, "redeem", -300, null, "2026-03-11T12:00:00-03:00");
        long failed = entry(merchant, ana, "redeem", -100, null, "2026-03-11T13:00:00-03:00");
        entry(merchant, ana, "refund", 100, failed, "2026-03-12T12:00:00-03:00");
        entry(merchant, ana, "expire", -50, first, "2026-03-13T12:00:00-03:00");
        entry(merchant, bia, "adjust", -70, null, "2026-03-31T23:59:59-03:00");
        entry(merchant, bia, "adjust", 1000, null, "2026-04-01T00:00:00-03:00");

        JsonNode march = merchant.get("statements/2026-03");

        assertThat(march.toString()).isEqualTo("""
                {"month":"2026-03","earned":700,"reversed":200,"redeemed":400,"refunded":100,"expired":50,"adjusted":-70,"liability":1150}""");
        assertThat(merchant.get("statements/2026-04").get("liability").asLong()).isEqualTo(1150 + 930);
        assertThat(merchant.get("statements/2026-01").get("liability").asLong()).isZero();
        assertThat(merchant().get("statements/2026-03").get("liability").asLong()).as("another's").isZero();
        hub.jdbc().update("UPDATE balances b SET balance = (SELECT sum(points) FROM entries e WHERE e.merchant_id = b.merchant_id AND e.participant_id = b.participant_id)");
    }

    @Test
    void aMonthComesAsAFileToo() {
        Merchant merchant = merchant();
        String expected = "month,earned,reversed,redeemed,refunded,expired,adjusted,liability\r\n2026-03,0,0,0,0,0,0,0\r\n";

        for (Answer file : List.of(merchant.client().get(merchant.path("statements/2026-03?format=csv")),
                merchant.client().send("GET", merchant.path("statements/2026-03"), null, "Accept", "text/csv"))) {
            assertThat(file.status()).isEqualTo(200);
            assertThat(file.text()).isEqualTo(expected);
            assertThat(file.headers().get("content-type").get(0).replace(" ", "")).isEqualToIgnoringCase("text/csv;charset=utf-8");
            assertThat(file.headers().get("content-disposition").get(0)).contains("statement-2026-03.csv");
        }
        assertThat(merchant.client().send("GET", merchant.path("statements/2026-03"), null, "Accept", "application/json, text/csv").json()).isNotNull();
        merchant.client().get(merchant.path("statements/2026-03?format=xml")).expect(400);
    }

    @Test
    void whatIsNoMonthIsNotFound() {
        Merchant merchant = merchant();
        for (String month : List.of("2026-13", "2026-00", "2026-3", "26-03", "2026-03-01", "abc", "%27", "+2026-03")) {
            merchant.client().get(merchant.path("statements/" + month)).expect(404);
        }
    }

    @Test
    void aMembersEntriesComeAsAFileThatNoSpreadsheetExecutes() {
        Merchant merchant = merchant();
        String ana = person(merchant, 1);
        for (String reason : List.of("=HYPERLINK(\"http://mau.exemplo.com\")", "+55 presente", "-1+1", "@SUM(A1)", "Presente, \"com aspas\"", "Duas\nlinhas", "Simples")) {
            merchant.create("participants/" + ana + "/adjustments", fields("points", -7, "reason", reason));
        }

        String file = merchant.client().send("GET", merchant.path("participants/" + ana + "/entries"), null, "Accept", "text/csv").expect(200).text();

        assertThat(file).startsWith("id,createdAt,kind,points,description,");
        assertThat(file).contains(",adjust,-7,Simples,", ",\"'=HYPERLINK(\"\"http://mau.exemplo.com\"\")\",", ",'+55 presente,", ",'-1+1,", ",'@SUM(A1),",
                ",\"Presente, \"\"com aspas\"\"\",", ",\"Duas\nlinhas\",");
        assertThat(file.lines().count()).isEqualTo(1 + 7 + 1);
    }

    @Test
    void aPageOfEntriesReadsItsRowsFromOneIndexInTheirOrder() {
        Merchant merchant = merchant();
        String ana = person(merchant, 1);
        UUID id = UUID.fromString(merchant.id());
        hub.jdbc().update("""
                INSERT INTO participants (merchant_id, id, email, source, registered_at)
                SELECT ?, gen_random_uuid(), 'pessoa' || n || '@exemplo.com.br', 'test', now() FROM generate_series(1, 40) AS n
                """, id);
        hub.jdbc().update("""
                INSERT INTO entries (merchant_id, participant_id, kind, points, description, created_by, created_at)
                SELECT ?, p.id, 'adjust', 1, 'Presente', 'test', now() FROM generate_series(1, 100), participants p WHERE p.merchant_id = ?
                """, id, id);
        hub.jdbc().update("INSERT INTO balances (merchant_id, participant_id, balance) SELECT merchant_id, id, 100 FROM participants WHERE merchant_id = ?", id);
        hub.jdbc().execute("ANALYZE entries");

        String plan = String.join("\n", hub.jdbc().queryForList("EXPLAIN " + io.loyaltyhub.points.EntriesOfParticipants.PAGE, String.class,
                id, UUID.fromString(ana), Long.MAX_VALUE, 50));

        assertThat(plan).contains("Index Scan using entries_of_participant").doesNotContain("Sort", "Seq Scan", "Filter");
        assertThat(merchant.get("participants/" + ana + "/entries?limit=50").get("items")).hasSize(50);
    }

    @Test
    void whenPointsWillBeOverIsTold() {
        Merchant merchant = merchant();
        String ana = person(merchant, 1);
        merchant.create("participants/" + ana + "/adjustments", fields("points", 30, "reason", "Presente"));
        assertThat(merchant.get("participants/" + ana + "/expiring")).isEmpty();

        JsonNode changed = merchant.client().patch(merchant.path(""), fields("pointsValidityDays", 90, "expiryNoticeDays", 7)).expect(200).json();

        assertThat(changed.get("pointsValidityDays").asInt()).isEqualTo(90);
        assertThat(changed.get("expiryNoticeDays").asInt()).isEqualTo(7);
        JsonNode expiring = merchant.get("participants/" + ana + "/expiring");
        assertThat(expiring).hasSize(1);
        assertThat(expiring.at("/0/points").asLong()).isEqualTo(30);
        assertThat(merchant.client().patch(merchant.path(""), fields("pointsValidityDays", null)).expect(200).json().get("pointsValidityDays").isNull()).isTrue();
        for (Object wrong : new Object[] {0, -1, 3651, 1.5, "90"}) {
            merchant.client().patch(merchant.path(""), fields("pointsValidityDays", wrong)).expect(400);
        }
        merchant.client().get(merchant.path("participants/" + UUID.randomUUID() + "/expiring")).expect(404);
    }

    @Test
    void theNightlyRouteTakesWhatIsOver() {
        Merchant merchant = merchant();
        String ana = person(merchant, 1);
        entry(merchant, ana, "earn", 100, null, "2020-01-01T00:00:00Z");
        merchant.create("participants/" + ana + "/adjustments", fields("points", 30, "reason", "Presente"));
        hub.jdbc().update("UPDATE balances SET balance = 130 WHERE participant_id = ?", UUID.fromString(ana));
        merchant.client().patch(merchant.path(""), fields("pointsValidityDays", 90)).expect(200);

        hub.run("points-expiry");

        assertThat(merchant.get("participants/" + ana).get("balance").asLong()).isEqualTo(30);
        assertThat(each(merchant.get("participants/" + ana + "/entries").get("items"), "kind")).containsExactly("expire", "adjust", "earn");
    }

    private static String person(Merchant merchant, int number) {
        return merchant.create("participants", fields("document", BrazilianDocuments.cpf(number))).get("id").asText();
    }

    /** As if it had been made then; answers its id. */
    private static long entry(Merchant merchant, String participant, String kind, long points, Long corrects, String at) {
        hub.jdbc().update("INSERT INTO balances (merchant_id, participant_id, balance) VALUES (?, ?, 0) ON CONFLICT DO NOTHING",
                UUID.fromString(merchant.id()), UUID.fromString(participant));
        return hub.jdbc().queryForObject("""
                INSERT INTO entries (merchant_id, participant_id, kind, points, corrects, order_id, description, created_by, created_at)
                VALUES (?, ?, ?, ?, ?, ?, '-', 'test', ?) RETURNING id
                """, Long.class, UUID.fromString(merchant.id()), UUID.fromString(participant), kind, points, corrects, at,
                Timestamp.from(java.time.OffsetDateTime.parse(at).toInstant()));
    }
}
