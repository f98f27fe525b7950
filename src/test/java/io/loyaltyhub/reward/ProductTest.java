package io.loyaltyhub.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a product is called, and what its variants are, by the titles that shops give them. */
class ProductTest {

    @Test
    void whatTheTitlesHaveInCommonIsTheProductsAndTheRestTheVariants() {
        Product product = product("Camisa Linho (Azul, M)", "Camisa Linho (Azul, G)", "Camisa Linho (Verde, G)");

        assertThat(product.title()).isEqualTo("Camisa Linho");
        assertThat(product.names()).containsExactly("Azul, M", "Azul, G", "Verde, G");
    }

    @Test
    void wordsAreNotCutInTwo() {
        Product sizes = product("Tênis Corrida - 38", "Tênis Corrida - 39", "Tênis Corrida - 40");
        assertThat(sizes.title()).isEqualTo("Tênis Corrida");
        assertThat(sizes.names()).containsExactly("38", "39", "40");

        Product colours = product("Vestido Verde", "Vestido Vermelho");
        assertThat(colours.title()).isEqualTo("Vestido");
        assertThat(colours.names()).containsExactly("Verde", "Vermelho");
    }

    @Test
    void aTitleThatBeginsTheOthersIsItsOwnName() {
        Product product = product("Caneca", "Caneca Azul");

        assertThat(product.title()).isEqualTo("Caneca");
        assertThat(product.names()).containsExactly("Caneca", "Azul");
    }

    @Test
    void titlesWithNothingInCommonStayWhole() {
        Product product = product("Azul - Camisa", "Verde - Camisa");

        assertThat(product.title()).isEqualTo("Azul - Camisa");
        assertThat(product.names()).containsExactly("Azul - Camisa", "Verde - Camisa");
    }

    @Test
    void colourAndSizeTellApartWhatIsCalledTheSameAndTheIdWhateverIsLeft() {
        Product product = product(reward(1, "Bota", "Café, 38"), reward(2, "Bota", "Café, 39"), reward(3, "Bota", "Café, 39"));

        assertThat(product.title()).isEqualTo("Bota");
        assertThat(product.names()).containsExactly("Café, 38", "Café, 39 (S2)", "Café, 39 (S3)");
        assertThat(product(reward(1, "Camisa Azul", "M"), reward(2, "Camisa Verde", "M")).names()).containsExactly("Azul, M", "Verde, M");
    }

    @Test
    void whereThereIsNoChoiceTheRewardIsCalledAllThatItIs() {
        Product alone = product(reward(1, "Bota", "Café, 38"));

        assertThat(alone.variants()).isEmpty();
        assertThat(alone.title()).isEqualTo("Bota (Café, 38)");
    }

    private static Product product(String... titles) {
        List<Reward> rewards = new ArrayList<>();
        for (String title : titles) {
            rewards.add(reward(rewards.size() + 1, title, null));
        }
        return product(rewards.toArray(Reward[]::new));
    }

    private static Product product(Reward... rewards) {
        return new Product(rewards[0], List.of(rewards));
    }

    private static Reward reward(long id, String title, String variant) {
        return new Reward(id, null, "S" + id, title, variant, BigDecimal.TEN, 200, null, null, "G", true);
    }
}
