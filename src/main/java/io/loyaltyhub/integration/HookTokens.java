package io.loyaltyhub.integration;

import io.loyaltyhub.security.SignedIds;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The addresses that platforms announce changes to, each with a token that names its integration. */
@Component
public class HookTokens {

    private static final String PURPOSE = "hook";

    private final SignedIds tokens;
    private final String publicUrl;

    /** @param publicUrl how the world reaches this hub, {@code https://hub.example.com}; empty: addresses are shown without it */
    public HookTokens(SignedIds tokens, @Value("${hub.public-url:}") String publicUrl) {
        this.tokens = tokens;
        this.publicUrl = publicUrl.strip().replaceAll("/+$", "");
    }

    /** {@code https://hub.example.com/hooks/<platform>/<token>}. */
    String address(Integration integration) {
        return publicUrl + "/hooks/" + integration.platform() + "/" + tokens.token(PURPOSE, integration.merchantId(), integration.id());
    }

    /** The integration that a token was made for; empty where this hub made no such token. */
    public Optional<SignedIds.Named> owner(String token) {
        return tokens.read(PURPOSE, token);
    }
}
