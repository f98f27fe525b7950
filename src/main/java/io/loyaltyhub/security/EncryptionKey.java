package io.loyaltyhub.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

import com.google.crypto.tink.subtle.Hkdf;
import io.loyaltyhub.ops.HubProperties;
import io.loyaltyhub.ops.PrivateFiles;
import io.loyaltyhub.ops.StartupRefused;

/**
 * The 256-bit key that secrets are sealed with: configured as {@code hub.encryption-key}, or else made once in the data
 * directory. All hubs on one database need the same.
 */
public final class EncryptionKey {

    private static final int BYTES = 32;
    private static final int SHORTEST_TEXT = 16;
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{" + 2 * BYTES + "}");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{43}=?");

    private final byte[] bytes;
    private final String place;
    private final Path madeNow;

    private EncryptionKey(byte[] bytes, String place, Path madeNow) {
        this.bytes = bytes;
        this.place = place;
        this.madeNow = madeNow;
    }

    /** @throws StartupRefused if what is configured is too short for a key, or the file cannot be read or made */
    public static EncryptionKey of(HubProperties hub) {
        if (hub.encryptionKey() != null) {
            return of(hub.encryptionKey(), "HUB_ENCRYPTION_KEY", null);
        }
        Path file = PrivateFiles.directory(hub.dataDir()).resolve("encryption.key");
        boolean absent = Files.notExists(file);
        return of(PrivateFiles.readOrCreate(file, EncryptionKey::newKey), file.toString(), absent ? file : null);
    }

    /** Base64 of 32 bytes, 64 hexadecimal digits, or any text of at least 16 characters, which a key is derived from. */
    public static EncryptionKey of(String text) {
        return of(text, "the given text", null);
    }

    private static EncryptionKey of(String text, String place, Path madeNow) {
        return new EncryptionKey(read(text.strip(), place), place, madeNow);
    }

    private static byte[] read(String text, String place) {
        if (HEX.matcher(text).matches()) {
            return HexFormat.of().parseHex(text);
        }
        if (BASE64.matcher(text).matches()) {
            return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        }
        if (text.codePointCount(0, text.length()) < SHORTEST_TEXT) {
            throw new StartupRefused("The encryption key in " + place + " is shorter than " + SHORTEST_TEXT
                    + " characters.", "Put 32 random bytes there, as base64 (openssl rand -base64 32) or as hexadecimal "
                    + "digits, or a longer text.");
        }
        return derive(text.getBytes(StandardCharsets.UTF_8), "encryption key of a text");
    }

    /** A key for one purpose that tells nothing about the key itself. */
    byte[] derived(String purpose) {
        return derive(bytes, purpose);
    }

    private static byte[] derive(byte[] from, String purpose) {
        try {
            byte[] info = ("loyalty-hub: " + purpose).getBytes(StandardCharsets.UTF_8);
            return Hkdf.computeHkdf("HMACSHA256", from, new byte[0], info, BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no HMAC-SHA256", e);
        }
    }

    private static String newKey() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getEncoder().encodeToString(random);
    }

    byte[] bytes() {
        return bytes;
    }

    /** Where the key came from, for messages. */
    String place() {
        return place;
    }

    /** The file, if this start has made it. */
    Optional<Path> madeNow() {
        return Optional.ofNullable(madeNow);
    }

    /** Takes back a key made by this start, so that the next one does not take it for the one it was given. */
    void discardIfMadeNow() {
        try {
            if (madeNow != null) {
                Files.deleteIfExists(madeNow);
            }
        } catch (IOException e) {
            // then the next start finds it and is refused in the same way
        }
    }

    @Override
    public String toString() {
        return "EncryptionKey[" + place + "]";
    }
}
