package io.loyaltyhub.integration;

import io.loyaltyhub.security.Secrets;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The addresses that platforms announce changes to. A token names its merchant and integration and carries a code over
 * both that only the hub's key makes: nothing is stored, nothing can be guessed, and a wrong one costs no query.
 */
@Component
public class HookTokens {

    private static final int LENGTH = 2 * 16 + Secrets.CODE_BYTES;

    private final Secrets secrets;
    private final String publicUrl;

    /** @param publicUrl how the world reaches this hub, {@code https://hub.example.com}; empty: addresses are shown without it */
    public HookTokens(Secrets secrets, @Value("${hub.public-url:}") String publicUrl) {
        this.secrets = secrets;
        this.publicUrl = publicUrl.strip().replaceAll("/+$", "");
    }

    public record Owner(UUID merchantId, UUID integrationId) {
    }

    /** {@code https://hub.example.com/hooks/<platform>/<token>}. */
    String address(Integration integration) {
        byte[] ids = ids(integration.merchantId(), integration.id());
        byte[] token = ByteBuffer.allocate(LENGTH).put(ids).put(secrets.code("hook", ids)).array();
        return publicUrl + "/hooks/" + integration.platform() + "/" + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** Whom a token was made for; empty where this hub made no such token. */
    public Optional<Owner> owner(String token) {
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
        Owner owner = new Owner(new UUID(buffer.getLong(), buffer.getLong()), new UUID(buffer.getLong(), buffer.getLong()));
        byte[] code = new byte[Secrets.CODE_BYTES];
        buffer.get(code);
        return secrets.isCode("hook", ids(owner.merchantId(), owner.integrationId()), code) ? Optional.of(owner) : Optional.empty();
    }

    private static byte[] ids(UUID merchant, UUID integration) {
        return ByteBuffer.allocate(32)
                .putLong(merchant.getMostSignificantBits()).putLong(merchant.getLeastSignificantBits())
                .putLong(integration.getMostSignificantBits()).putLong(integration.getLeastSignificantBits())
                .array();
    }
}
