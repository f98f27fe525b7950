package io.loyaltyhub.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.UUID;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;

/**
 * Seals secrets before they are stored: AES-256-GCM, bound to the id of the row they belong to, so that a sealed secret
 * copied to another row does not open there.
 */
public class Secrets {

    private static final String MASK = "********";
    private static final int FINGERPRINT_BYTES = 4;

    private final Aead aead;
    private final SecretKeySpec fingerprintKey;

    public Secrets(EncryptionKey key) {
        try {
            this.aead = new AesGcmJce(key.bytes());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no AES-256-GCM", e);
        }
        this.fingerprintKey = new SecretKeySpec(key.derived("fingerprints"), "HmacSHA256");
    }

    /** The sealed text, different each time; {@link #open} takes it back with the same owner. */
    public byte[] seal(UUID owner, String plaintext) {
        try {
            return aead.encrypt(plaintext.getBytes(StandardCharsets.UTF_8), bytes(owner));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot seal a secret", e);
        }
    }

    /** @throws SecretDoesNotOpen if it was sealed for another owner, with another key, or changed since */
    public String open(UUID owner, byte[] sealed) {
        try {
            return new String(aead.decrypt(sealed, bytes(owner)), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new SecretDoesNotOpen(owner);
        }
    }

    /** Eight hexadecimal digits that tell one secret from another, without telling the secret. For the audit trail. */
    public String fingerprint(String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(fingerprintKey);
            byte[] digest = mac.doFinal(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, FINGERPRINT_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no HMAC-SHA256", e);
        }
    }

    /** What is shown in a secret's place: the same for every secret, null where there is none. */
    public static String mask(String secret) {
        return secret == null ? null : MASK;
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    /** A sealed secret is not this owner's, or not of this key. Nothing in the message is secret. */
    public static class SecretDoesNotOpen extends RuntimeException {

        SecretDoesNotOpen(UUID owner) {
            super("The sealed secret of " + owner + " does not open: it was sealed for another owner or with another "
                    + "key, or it was changed");
        }
    }
}
