package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.BrazilianDocuments;
import io.loyaltyhub.sandbox.BrazilianPeople;
import io.loyaltyhub.sandbox.SandboxCustomer;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.support.Programme;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who gets the points: what the shop says of a buyer, and whom the programme takes in. */
class BuyersRouteTest extends ShopAndHub {

    @Test
    void theBuyerOfAPaidOrderBecomesAParticipantWithAllThatIsKnown() {
        Programme programme = open();
        SandboxCustomer buyer = BrazilianPeople.person(1).withCpf(BrazilianDocuments.punctuated(BrazilianDocuments.cpf(1)))
                .withEmail("Marina.Alves@Exemplo.com.br").withPhones("(19) 3222-1000", "(19) 98877-6655").withBirthDate(LocalDate.of(1988, 3, 21));
        buyBy(buyer);

        poll(programme);

        JsonNode participant = participant(programme, "document=" + BrazilianDocuments.cpf(1));
        assertThat(participant.get("name").asText()).isEqualTo(buyer.name());
        assertThat(participant.get("email").asText()).isEqualTo("marina.alves@exemplo.com.br");
        assertThat(participant.get("phone").asText()).isEqualTo("19988776655");
        assertThat(participant.get("birthDate").asText()).isEqualTo("1988-03-21");
        assertThat(participant.get("source").asText()).isEqualTo("integration:" + programme.integration());
        assertThat(participant.get("balance").asLong()).isEqualTo(100);
    }

    @Test
    void aCompanyIsKnownByItsCnpj() {
        Programme programme = open();
        SandboxCustomer company = BrazilianPeople.person(3);
        assertThat(company.company()).isTrue();
        buyBy(company);

        poll(programme);

        JsonNode participant = participant(programme, "document=" + company.cnpj());
        assertThat(participant.get("name").asText()).isEqualTo(company.companyName());
    }

    @Test
    void twoOrdersOfOneBuyerInOnePageAreBothPaidToOneParticipant() {
        Programme programme = open();
        long one = placeHundred(1);
        placeHundred(2);
        long other = placeHundred(1);

        poll(programme);

        assertThat(points(programme.sale(one))).isEqualTo(100);
        assertThat(points(programme.sale(other))).isEqualTo(100);
        assertThat(programme.balances()).containsExactlyInAnyOrderEntriesOf(
                Map.of(BrazilianPeople.person(1).document(), 200L, BrazilianPeople.person(2).document(), 100L));
    }

    @Test
    void aBuyerWithoutDocumentIsKnownByEmailAndLearnsTheDocumentLater() {
        Programme programme = open();
        SandboxCustomer buyer = BrazilianPeople.person(1);
        buyBy(buyer.withCpf(""));
        poll(programme);
        assertThat(participant(programme, "email=" + buyer.email()).get("document").isNull()).isTrue();
        shop.changeCustomer(buyer.id(), known -> known.withCpf(buyer.cpf()));
        placeHundred(1);

        poll(programme);

        JsonNode participant = participant(programme, "email=" + buyer.email());
        assertThat(participant.get("document").asText()).isEqualTo(buyer.document());
        assertThat(participant.get("balance").asLong()).isEqualTo(200);
    }

    @Test
    void anOrderOfABuyerWithNeitherDocumentNorEmailWaitsUnregisteredAndSaysWhy() {
        Programme programme = open();
        long order = buyBy(BrazilianPeople.person(1).withCpf("").withEmail(""));

        JsonNode poll = poll(programme);

        assertThat(poll.get("unregistered").asInt()).isEqualTo(1);
        assertThat(decision(programme.sale(order))).isEqualTo("unregistered");
        assertThat(reason(programme.sale(order))).contains("CPF/CNPJ").contains("e-mail");
        assertThat(points(programme.sale(order))).isZero();
        assertThat(programme.balances()).isEmpty();
    }

    @Test
    void aDocumentWithWrongCheckDigitsIsNoIdentityAndIsSaidSo() {
        Programme programme = open();
        long order = buyBy(BrazilianPeople.person(1).withCpf("52998224726"));

        poll(programme);

        assertThat(programme.sale(order).at("/sale/warnings/0").asText()).isEqualTo("DOCUMENT_INVALID");
        JsonNode participant = participant(programme, "email=" + BrazilianPeople.person(1).email());
        assertThat(participant.get("document").isNull()).isTrue();
        assertThat(participant.get("balance").asLong()).isEqualTo(100);
    }

    @Test
    void whereBuyersAreNotRegisteredOnlyParticipantsEarn() {
        Programme programme = open(Map.of("registerBuyers", false));
        SandboxCustomer member = BrazilianPeople.person(1);
        programme.client().post(programme.path() + "/participants", Map.of("name", member.name(), "document", member.document())).expect(201);
        long ofMember = placeHundred(1);
        long ofStranger = placeHundred(2);

        poll(programme);

        assertThat(points(programme.sale(ofMember))).isEqualTo(100);
        assertThat(decision(programme.sale(ofStranger))).isEqualTo("unregistered");
        assertThat(reason(programme.sale(ofStranger))).contains("não participa");
        assertThat(programme.balances()).containsOnlyKeys(member.document());
    }

    @Test
    void anOrderOfAStrangerIsPaidOnceBuyersAreRegistered() {
        Programme programme = open(Map.of("registerBuyers", false));
        long order = placeHundred(1);
        poll(programme);
        assertThat(decision(programme.sale(order))).isEqualTo("unregistered");
        programme.client().patch(programme.integrationPath(), Map.of("registerBuyers", true)).expect(200);

        poll(programme);

        assertThat(decision(programme.sale(order))).isEqualTo("awarded");
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void whoeverIsRegisteredLaterByTheMerchantIsPaidThen() {
        Programme programme = open(Map.of("registerBuyers", false));
        SandboxCustomer buyer = BrazilianPeople.person(1);
        long order = placeHundred(1);
        long otherOrder = buyBy(BrazilianPeople.person(2).withCpf(""));
        poll(programme);
        String people = programme.path() + "/participants";

        JsonNode created = programme.client().post(people, Map.of("name", buyer.name(), "document", buyer.document())).expect(201).json();
        assertThat(created.get("balance").asLong()).isEqualTo(100);
        assertThat(decision(programme.sale(order))).isEqualTo("awarded");
        assertThat(programme.sale(order).get("participantId")).isEqualTo(created.get("id"));

        JsonNode other = programme.client().post(people, Map.of("document", BrazilianDocuments.cpf(70))).expect(201).json();
        String email = BrazilianPeople.person(2).email();
        JsonNode changed = programme.client().patch(people + "/" + other.get("id").asText(), Map.of("email", email)).expect(200).json();
        assertThat(changed.get("balance").asLong()).isEqualTo(100);
        assertThat(decision(programme.sale(otherOrder))).isEqualTo("awarded");

        poll(programme);
        assertThat(programme.totalOfBalances()).isEqualTo(200);
    }

    private long buyBy(SandboxCustomer buyer) {
        return shop.place(SandboxOrder.ofHundred().customer(buyer));
    }
}
