package io.loyaltyhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SandboxTradeTest {

    @Test
    void twelveRegularsOrderAndTheirOrdersMoveOnOrAreCancelled() {
        try (SandboxTray shop = SandboxTray.start(); SandboxTrade trade = new SandboxTrade(shop, 7)) {
            IntStream.range(0, 400).forEach(beat -> trade.beat());

            Map<SandboxStatus, Integer> standing = new HashMap<>();
            shop.orderIds().forEach(id -> standing.merge(shop.status(id), 1, Integer::sum));
            assertThat(shop.orderIds()).hasSize(400);
            assertThat(standing.get(SandboxStatus.CANCELADO)).isBetween(20, 65);
            assertThat(standing.get(SandboxStatus.FINALIZADO)).isGreaterThan(300);
            assertThat(standing).containsKeys(SandboxStatus.AGUARDANDO_PAGAMENTO, SandboxStatus.A_ENVIAR, SandboxStatus.ENVIADO);
            assertThat(shop.orderIds().stream().map(id -> shop.order(id).customer().id()).distinct()).hasSize(SandboxTrade.REGULARS);
            assertThat(shop.orderIds().stream().filter(id -> !shop.order(id).couponCode().isEmpty())).isNotEmpty();
        }
    }

    @Test
    void theSameSeedTradesTheSame() {
        assertThat(aDayOfTrade(7)).isEqualTo(aDayOfTrade(7)).isNotEqualTo(aDayOfTrade(8));
    }

    @Test
    void everyPersonHasAValidDocumentAndNoTwoShareOne() {
        List<SandboxCustomer> people = IntStream.range(0, 5_000).mapToObj(BrazilianPeople::person).toList();

        assertThat(people).allMatch(person -> person.company()
                ? BrazilianDocuments.isCnpj(person.document()) : BrazilianDocuments.isCpf(person.document()));
        assertThat(people.stream().map(SandboxCustomer::document).distinct()).hasSize(5_000);
        assertThat(people.stream().map(SandboxCustomer::email).distinct()).hasSize(5_000);
        assertThat(people).anyMatch(SandboxCustomer::company).anyMatch(person -> person.cpf().contains("."));
        assertThat(BrazilianDocuments.isCpf("52998224725")).isTrue();
        assertThat(BrazilianDocuments.isCpf("52998224724")).isFalse();
        assertThat(BrazilianDocuments.isCnpj("11222333000181")).isTrue();
    }

    private static List<String> aDayOfTrade(long seed) {
        try (SandboxTray shop = SandboxTray.start(); SandboxTrade trade = new SandboxTrade(shop, seed)) {
            IntStream.range(0, 50).forEach(beat -> trade.beat());
            return shop.orderIds().stream()
                    .map(id -> shop.order(id).customer().id() + " " + shop.order(id).total() + " " + shop.status(id).name()).toList();
        }
    }
}
