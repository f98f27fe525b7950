package io.loyaltyhub.merchant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loyaltyhub.api.Problem;
import io.loyaltyhub.merchant.ApiKeys.IssuedKey;
import io.loyaltyhub.security.HubOverHttp;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ApiKeysTest extends HubOverHttp {

    @Test
    void aKeyNamesItsMerchantAndItsSecretIsNotStored() {
        UUID merchant = aMerchant();

        IssuedKey key = keys.issue(merchant);

        assertThat(key.text()).matches("lhk_[0-9a-f]{32}_[0-9a-f]{32}_[A-Za-z0-9_-]{43}");
        assertThat(keys.merchantOf(key.text())).contains(merchant);
        assertThat(key.toString()).doesNotContain("lhk_");
        String row = jdbc.sql("SELECT api_keys::text FROM api_keys WHERE id = :id").param("id", key.id()).query(String.class).single();
        assertThat(row).doesNotContain(key.text().substring(key.text().length() - 43));
    }

    @Test
    void aKeyThatDiffersInItsSecretItsIdOrItsMerchantIsNobodys() {
        UUID merchant = aMerchant();
        String key = keys.issue(merchant).text();
        String another = keys.issue(aMerchant()).text();

        assertThat(keys.merchantOf(key.substring(0, key.length() - 43) + "A".repeat(43))).isEmpty();
        assertThat(keys.merchantOf(another.substring(0, 37) + key.substring(37))).isEmpty();
        assertThat(keys.merchantOf("lhk_x")).isEmpty();
        assertThat(keys.merchantOf("")).isEmpty();
    }

    @Test
    void aRevokedKeyStaysInTheListAndTheOthersStayValid() {
        UUID merchant = aMerchant();
        IssuedKey old = keys.issue(merchant);
        IssuedKey current = keys.issue(merchant);

        keys.revoke(merchant, old.id());
        keys.revoke(merchant, old.id());

        assertThat(keys.merchantOf(old.text())).isEmpty();
        assertThat(keys.merchantOf(current.text())).contains(merchant);
        assertThat(keys.list(merchant)).hasSize(2)
                .anySatisfy(key -> {
                    assertThat(key.id()).isEqualTo(old.id());
                    assertThat(key.revokedAt()).isNotNull();
                    assertThat(old.text()).endsWith(key.hint());
                })
                .anySatisfy(key -> assertThat(key.revokedAt()).isNull());
    }

    @Test
    void aMerchantCannotRevokeAnothersKey() {
        IssuedKey key = keys.issue(aMerchant());

        assertThatThrownBy(() -> keys.revoke(aMerchant(), key.id())).isInstanceOfSatisfying(Problem.class,
                problem -> assertThat(problem.status()).isEqualTo(404));
        assertThat(keys.merchantOf(key.text())).isPresent();
    }
}
