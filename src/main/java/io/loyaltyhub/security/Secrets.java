package io.loyaltyhub.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
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
    public static final int CODE_BYTES = 16;

    private final Aead aead;
    private final SecretKeySpec fingerprintKey;
    private final SecretKeySpec codeKey;

    public Secrets(EncryptionKey key) {
        try {
            this.aead = new AesGcmJce(key.bytes());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no AES-256-GCM", e);
        }
        this.fingerprintKey = new SecretKeySpec(key.derived("fingerprints"), "HmacSHA256");
        this.codeKey = new SecretKeySpec(key.derived("codes"), "HmacSHA256");
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
        return HexFormat.of().formatHex(mac(fingerprintKey, secret.getBytes(StandardCharsets.UTF_8)), 0, FINGERPRINT_BYTES);
    }

    /** A code over some bytes that proves that the hub has seen them, for this purpose. */
    public byte[] code(String purpose, byte[] bytes) {
        byte[] named = purpose.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(mac(codeKey, ByteBuffer.allocate(named.length + 1 + bytes.length).put(named).put((byte) 0).put(bytes).array()), CODE_BYTES);
    }

    /** In the same time, whatever the code looks like. */
    public boolean isCode(String purpose, byte[] bytes, byte[] code) {
        return MessageDigest.isEqual(code(purpose, bytes), code);
    }

    private static byte[] mac(SecretKeySpec key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(bytes);
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
