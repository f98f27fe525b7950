package io.loyaltyhub.api;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.BrazilianDocuments;
import io.loyaltyhub.sandbox.BrazilianPeople;
import io.loyaltyhub.sandbox.SandboxCustomer;
import io.loyaltyhub.sandbox.SandboxItem;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.sandbox.TinyV2Shop;
import io.loyaltyhub.support.Programme;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a person may ask for: to see everything, and to be forgotten. */
@OwnHub
class PersonalDataTest extends ApiOverHttp {

    /** Each test has somebody of its own, because the whole database is searched; none is a company, all have two telephones. */
    private static final Iterator<Integer> PEOPLE = List.of(1, 2, 4, 7, 9, 12).iterator();

    private final SandboxCustomer person = BrazilianPeople.person(PEOPLE.next());
    private final String cpf = person.document();
    private final String punctuated = BrazilianDocuments.punctuated(cpf);
    /** However it may be written; lower case. */
    private final List<String> allThatNamesHer = List.of(person.name().toLowerCase(), cpf, punctuated, person.email().toLowerCase(), person.cellphone(), person.phone());
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private SandboxTray shop;
    private Programme programme;
    private long bought;
    private String ana;

    @BeforeEach
    void anaBuysInTwoWaysAndSomethingOfHersCannotBeRead() {
        log.start();
        root().addAppender(log);
        shop = SandboxTray.start();
        bought = shop.place(SandboxOrder.ofHundred().customer(person.withCpf(punctuated)));
        programme = hub.programme(shop, Map.of("importCustomers", true));
        programme.poll();
        programme.importUntil(() -> programme.health().at("/customers/imported").asInt() == 1);
        ana = programme.client().get(programme.path() + "/participants?document=" + cpf).json().at("/items/0/id").asText();
        String byEmail = programme.client().post(programme.path() + "/participants", Map.of("email", "outro." + person.email(), "name", person.name())).expect(201)
                .json().get("id").asText();
        programme.client().post(at("/merge"), Map.of("from", byEmail)).expect(200);
        programme.client().post(at("/adjustments"), Map.of("points", 7, "reason", "Presente de aniversário")).expect(201);
        programme.client().patch(at(""), Map.of("phone", person.phone())).expect(200);
        deadLetter("9001", "{\"cliente\": {\"cpf\": \"" + punctuated + "\", \"rua\": \"Rua das Flores\"}}");
        deadLetter("9002", "{\"cliente\": {\"email\": \"" + person.email().toUpperCase() + "\"}}");
        deadLetter("9003", "{\"cliente\": \"" + person.name().toUpperCase() + "\", \"cpf\": \"" + BrazilianDocuments.cpf(50) + "\", \"fone\": " + person.cellphone() + "}");
        deadLetter("9004", "{\"cliente\": \"Bia\", \"cpf\": \"1" + cpf + "\"}");
    }

    @AfterEach
    void everythingAddsUp() {
        programme.client().post(programme.integrationPath() + "/deactivate", null).expect(200);
        root().detachAppender(log);
        shop.close();
        assertLedgerCoherent(hub);
    }

    @Test
    void allThatIsKeptIsShown() {
        JsonNode export = operator.get(at("/export")).expect(200).json();

        assertThat(export.at("/participant/document").asText()).isEqualTo(cpf);
        assertThat(export.at("/sales/0/sale/customer/name").asText()).isEqualTo(person.name());
        assertThat(each(export.get("entries"), "points")).contains("100", "7");
        assertThat(each(export.get("deadLetters"), "orderKey")).containsExactly("9001", "9002");
        assertThat(each(export.get("imports"), "customerId")).containsExactly(Long.toString(person.id()));
        assertThat(each(export.get("audit"), "action")).contains("participant.merge", "participant.adjust", "participant.update");
    }

    @Test
    void whoIsForgottenIsNowhereAndTheBooksAreAsTheyWere() {
        assertThat(tablesThatNameHer()).as("what is looked for is there before").isNotEmpty();
        JsonNode entries = operator.get(at("/entries")).json();

        operator.delete(at("")).expect(204);

        assertThat(tablesThatNameHer()).isEmpty();
        assertThat(logLinesThatNameHer()).isEmpty();
        assertThat(operator.get(at("/entries")).json()).isEqualTo(entries);
        JsonNode left = operator.get(at("")).expect(200).json();
        assertThat(left.get("balance").asLong()).isEqualTo(107);
        assertThat(left.get("erasedAt").isNull()).isFalse();
        JsonNode sale = programme.sale(bought);
        assertThat(sale.at("/sale/amounts/goods").decimalValue()).isEqualByComparingTo("100");
        assertThat(sale.at("/sale/customer/document").isNull()).isTrue();
        assertThat(each(programme.deadLetters(), "orderKey")).as("what may be somebody else's stays").containsExactlyInAnyOrder("9003", "9004");
        assertThat(programme.deadLetters()).allSatisfy(letter -> assertThat(io.loyaltyhub.json.Json.parse(letter.get("payload").asText()).isObject()).isTrue());
        assertThat(operator.get(programme.path() + "/participants").json().get("items")).isEmpty();
        operator.delete(at("")).expect(204);
        operator.patch(at(""), Map.of("name", "x")).expect(409);
    }

    @Test
    void aShopThatGoesOnNamingHerInAnOldOrderBringsNothingBack() {
        operator.delete(at("")).expect(204);

        shop.changeStatus(bought, SandboxStatus.CANCELADO);
        programme.poll();
        programme.client().post(programme.integrationPath() + "/backfill", Map.of("from", "2020-01-01T00:00:00Z")).expect(202);
        programme.poll();

        assertThat(programme.sale(bought).get("decision").asText()).isEqualTo("reversed");
        assertThat(tablesThatNameHer()).isEmpty();
        assertThat(operator.get(at("")).json().get("balance").asLong()).isEqualTo(7);
    }

    @Test
    void anOldOrderOfHersThatIsEditedRegistersNobodyAndIsKnownByNothingOfHers() {
        try (TinyV2Shop erp = new TinyV2Shop()) {
            String second = programme.client().post(programme.path() + "/integrations", Map.of("platform", "tiny", "name", "ERP", "settings", erp.settings(),
                    "scoringStatuses", erp.scoringStatuses(), "reversalStatuses", erp.reversalStatuses(), "importSales", true)).expect(201).json().get("id").asText();
            programme.client().post(programme.path() + "/integrations/" + second + "/activate", null).expect(200);
            assertThat(tracesOfHer()).as("by what her order is known again in the ERP").isOne();

            operator.delete(at("")).expect(204);
            assertThat(tracesOfHer()).isZero();

            shop.edit(bought, order -> order.items(SandboxItem.of("TROCA", "Item trocado", 1, "150.00")));
            programme.poll();
            assertThat(programme.sale(bought).get("points").asLong()).isEqualTo(150);
            assertThat(programme.sale(bought).get("participantId").asText()).isEqualTo(ana);
            assertThat(operator.get(at("")).json().get("balance").asLong()).isEqualTo(157);
            shop.changeStatus(bought, SandboxStatus.CANCELADO);
            programme.poll();
            shop.changeStatus(bought, SandboxStatus.A_ENVIAR);
            programme.poll();

            assertThat(operator.get(programme.path() + "/participants").json().get("items")).isEmpty();
            assertThat(tracesOfHer()).isZero();
            assertThat(tablesThatNameHer()).isEmpty();
            assertThat(operator.get(at("")).json().get("balance").asLong()).isEqualTo(157);

            shop.place(SandboxOrder.ofHundred().customer(person));
            programme.poll();
            assertThat(operator.get(programme.path() + "/participants").json().get("items")).as("what she buys now is another matter").hasSize(1);
            programme.client().post(programme.path() + "/integrations/" + second + "/deactivate", null).expect(200);
        }
    }

    private long tracesOfHer() {
        Long traces = hub.jdbc().queryForObject("SELECT count(*) FROM sale_traces WHERE buyer = encode(sha256(convert_to(?, 'UTF8')), 'hex')", Long.class, cpf);
        return traces == null ? 0 : traces;
    }

    @Test
    void whatSheBuysAfterwardsIsANewPersons() {
        operator.delete(at("")).expect(204);

        shop.place(SandboxOrder.ofHundred().customer(person));
        programme.poll();

        JsonNode again = operator.get(programme.path() + "/participants?document=" + cpf).json().at("/items/0");
        assertThat(again.get("id").asText()).isNotEqualTo(ana);
        assertThat(again.get("balance").asLong()).isEqualTo(100);
        assertThat(operator.get(programme.path() + "/participants/" + again.get("id").asText() + "/export").json().get("sales")).hasSize(1);
        assertThat(programme.sale(bought).at("/sale/customer/name").isNull()).isTrue();
    }

    @Test
    void aReasonThatNamesHerIsRefusedBecauseItIsForEver() {
        for (String reason : List.of("Para " + person.name().toUpperCase(), "CPF " + punctuated, "de " + person.email(), "ligou de " + person.phone())) {
            assertThat(fieldsOf(operator.post(at("/adjustments"), Map.of("points", 1, "reason", reason)).expect(400).json())).containsExactly("reason");
        }
    }

    private String at(String below) {
        return programme.path() + "/participants/" + ana + below;
    }

    private void deadLetter(String order, String payload) {
        hub.jdbc().update("""
                INSERT INTO dead_letters (merchant_id, integration_id, order_key, step, reason, row, payload, created_at, last_attempt_at)
                VALUES (?, ?, ?, 'mapping', ?, ?, ?, now(), now())
                """, UUID.fromString(programme.merchant()), UUID.fromString(programme.integration()), order, "is not a number: " + payload, payload, payload);
    }

    /** Tables of the whole database in which any of it stands, in whatever case. */
    private List<String> tablesThatNameHer() {
        List<String> found = new ArrayList<>();
        for (String table : hub.jdbc().queryForList("SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'", String.class)) {
            for (String mark : allThatNamesHer) {
                Integer rows = hub.jdbc().queryForObject(
                        "SELECT count(*) FROM " + table + " AS t WHERE regexp_replace(lower(t::text), '1" + cpf + "', '', 'g') LIKE '%' || ? || '%'", Integer.class, mark);
                if (rows != null && rows > 0) {
                    found.add(table + ": " + mark);
                }
            }
        }
        return found;
    }

    private List<String> logLinesThatNameHer() {
        return List.copyOf(log.list).stream().filter(event -> event.getLevel().isGreaterOrEqual(Level.DEBUG)).map(ILoggingEvent::getFormattedMessage)
                .filter(line -> allThatNamesHer.stream().anyMatch(line.toLowerCase()::contains)).toList();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
