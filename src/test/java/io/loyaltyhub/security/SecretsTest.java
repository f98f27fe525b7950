package io.loyaltyhub.security;

import java.util.UUID;

import io.loyaltyhub.ops.StartupRefused;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SecretsTest {

    private static final String HEX = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private static final String BASE64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private final UUID owner = UUID.fromString("6b3c3f0e-0d55-4d0a-9a44-1e0f8f2f9a10");
    private final Secrets secrets = new Secrets(EncryptionKey.of("a passphrase of some length"));

    @Test
    void theOwnerGetsItsSecretBack() {
        byte[] sealed = secrets.seal(owner, "chave secreta – çãé");
        assertThat(secrets.open(owner, sealed)).isEqualTo("chave secreta – çãé");
        assertThat(secrets.seal(owner, "chave secreta – çãé")).isNotEqualTo(sealed);
    }

    @Test
    void anotherOwnerAnotherKeyOrAChangedByteOpensNothingAndTellsNothing() {
        byte[] sealed = secrets.seal(owner, "hush");
        byte[] changed = sealed.clone();
        changed[changed.length - 1] ^= 1;
        Secrets otherKey = new Secrets(EncryptionKey.of("another passphrase of some length"));

        assertDoesNotOpen(secrets, UUID.randomUUID(), sealed);
        assertDoesNotOpen(otherKey, owner, sealed);
        assertDoesNotOpen(secrets, owner, changed);
        assertDoesNotOpen(secrets, owner, new byte[3]);
    }

    private static void assertDoesNotOpen(Secrets secrets, UUID owner, byte[] sealed) {
        assertThatThrownBy(() -> secrets.open(owner, sealed))
                .isInstanceOf(Secrets.SecretDoesNotOpen.class).hasNoCause()
                .hasMessageContaining(owner.toString()).hasMessageNotContaining("hush");
    }

    @Test
    void aKeyMayBeWrittenInHexadecimalOrInBase64() {
        byte[] sealed = new Secrets(EncryptionKey.of(HEX)).seal(owner, "hush");
        for (String sameKey : new String[] {BASE64, BASE64.replace("=", ""), " " + BASE64 + "\n", HEX.toUpperCase()}) {
            assertThat(new Secrets(EncryptionKey.of(sameKey)).open(owner, sealed)).isEqualTo("hush");
        }
    }

    @Test
    void aTextShorterThanSixteenCharactersIsNoKey() {
        assertThat(EncryptionKey.of("sixteen letters.").bytes()).hasSize(32);
        assertThatThrownBy(() -> EncryptionKey.of("fifteen letters"))
                .isInstanceOf(StartupRefused.class).hasMessageContaining("16").hasMessageNotContaining("fifteen");
    }

    @Test
    void aFingerprintIsTheSameForTheSameSecretAndKeyAlone() {
        assertThat(secrets.fingerprint("hush")).matches("[0-9a-f]{8}").isEqualTo(secrets.fingerprint("hush"))
                .isNotEqualTo(secrets.fingerprint("hush!"))
                .isNotEqualTo(new Secrets(EncryptionKey.of(HEX)).fingerprint("hush"));
    }

    @Test
    void aMaskTellsNotEvenALength() {
        assertThat(Secrets.mask("a")).isEqualTo(Secrets.mask("a long secret")).isEqualTo("********");
        assertThat(Secrets.mask(null)).isNull();
    }
}
