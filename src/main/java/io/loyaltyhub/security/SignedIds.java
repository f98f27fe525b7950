package io.loyaltyhub.security;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Tokens for addresses that are open to whoever has them. A token names a merchant and something of it, and carries a code
 * over both that only the hub's key makes, for one purpose: nothing is stored, nothing can be guessed, and a wrong one
 * costs no query.
 */
@Component
public class SignedIds {

    private static final int LENGTH = 2 * 16 + Secrets.CODE_BYTES;

    private final Secrets secrets;

    public SignedIds(Secrets secrets) {
        this.secrets = secrets;
    }

    /** @param id of what the token is about: an integration, a participant */
    public record Named(UUID merchantId, UUID id) {
    }

    public String token(String purpose, UUID merchant, UUID id) {
        byte[] ids = ids(merchant, id);
        byte[] token = ByteBuffer.allocate(LENGTH).put(ids).put(secrets.code(purpose, ids)).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** What a token was made for; empty where this hub made no such token for this purpose. */
    public Optional<Named> read(String purpose, String token) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length != LENGTH) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        Named named = new Named(new UUID(buffer.getLong(), buffer.getLong()), new UUID(buffer.getLong(), buffer.getLong()));
        byte[] code = new byte[Secrets.CODE_BYTES];
        buffer.get(code);
        return secrets.isCode(purpose, ids(named.merchantId(), named.id()), code) ? Optional.of(named) : Optional.empty();
    }

    private static byte[] ids(UUID merchant, UUID id) {
        return ByteBuffer.allocate(32)
                .putLong(merchant.getMostSignificantBits()).putLong(merchant.getLeastSignificantBits())
                .putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits())
                .array();
    }
}
