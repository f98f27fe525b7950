package io.loyaltyhub.security;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * What members show after they have logged in: whose it is, since and until when, and a code over that which only the hub's key
 * makes. Nothing is stored, every node knows it, and it ends soon.
 */
@Component
public class MemberTokens {

    private static final String PREFIX = "m1.";
    private static final String PURPOSE = "member";
    private static final int CLAIMS = 4 * Long.BYTES + 2 * Long.BYTES;

    private final Secrets secrets;
    private final Clock clock;
    private final Duration life;

    public MemberTokens(Secrets secrets, Clock clock, @Value("${hub.member.token-life:PT30M}") Duration life) {
        this.secrets = secrets;
        this.clock = clock;
        this.life = life;
    }

    /** @param issuedAt a password that was set later makes it worthless */
    public record Token(UUID merchantId, UUID participantId, Instant issuedAt, Instant expiresAt) {
    }

    public Token issue(UUID merchantId, UUID participantId) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        return new Token(merchantId, participantId, now, now.plus(life));
    }

    public String text(Token token) {
        byte[] claims = ByteBuffer.allocate(CLAIMS)
                .putLong(token.merchantId().getMostSignificantBits()).putLong(token.merchantId().getLeastSignificantBits())
                .putLong(token.participantId().getMostSignificantBits()).putLong(token.participantId().getLeastSignificantBits())
                .putLong(token.issuedAt().toEpochMilli()).putLong(token.expiresAt().toEpochMilli()).array();
        byte[] whole = ByteBuffer.allocate(CLAIMS + Secrets.CODE_BYTES).put(claims).put(secrets.code(PURPOSE, claims)).array();
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    public static boolean looksLikeOne(String text) {
        return text.startsWith(PREFIX);
    }

    /** Empty where this hub made no such token, or it has ended. */
    public Optional<Token> read(String text) {
        if (!looksLikeOne(text)) {
            return Optional.empty();
        }
        byte[] whole;
        try {
            whole = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (whole.length != CLAIMS + Secrets.CODE_BYTES) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(whole);
        byte[] claims = new byte[CLAIMS];
        byte[] code = new byte[Secrets.CODE_BYTES];
        buffer.get(claims).get(code);
        if (!secrets.isCode(PURPOSE, claims, code)) {
            return Optional.empty();
        }
        ByteBuffer read = ByteBuffer.wrap(claims);
        Token token = new Token(new UUID(read.getLong(), read.getLong()), new UUID(read.getLong(), read.getLong()),
                Instant.ofEpochMilli(read.getLong()), Instant.ofEpochMilli(read.getLong()));
        return token.expiresAt().isAfter(clock.instant()) ? Optional.of(token) : Optional.empty();
    }
}
