package io.loyaltyhub.member;

import io.loyaltyhub.api.Problem;
import io.loyaltyhub.mail.Mails;
import io.loyaltyhub.sale.Document;
import io.loyaltyhub.security.Secrets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * A way in for who forgot the password: a link by mail, good for an hour and for one change. The code in it covers the password as
 * it is stored, so that a change makes all older links worthless, and nothing has to be stored for that.
 */
@Component
class PasswordResets {

    private static final Logger LOG = LoggerFactory.getLogger(PasswordResets.class);
    private static final Duration LIFE = Duration.ofHours(1);
    private static final int CLAIMS = 3 * Long.BYTES;

    private final JdbcClient jdbc;
    private final Secrets secrets;
    private final LoginAttempts attempts;
    private final MemberPasswords passwords;
    private final Mails mails;
    private final Clock clock;
    private final String publicUrl;

    PasswordResets(JdbcClient jdbc, Secrets secrets, LoginAttempts attempts, MemberPasswords passwords, Mails mails, Clock clock,
                   @Value("${hub.public-url:}") String publicUrl) {
        this.jdbc = jdbc;
        this.secrets = secrets;
        this.attempts = attempts;
        this.passwords = passwords;
        this.mails = mails;
        this.clock = clock;
        this.publicUrl = publicUrl.strip().replaceAll("/+$", "");
    }

    /** @return how long to wait, where there were too many requests; empty otherwise, whether or not a mail goes out */
    @Transactional
    Optional<Duration> request(UUID merchant, String document, String address) {
        String digits = Document.digits(document);
        Optional<Duration> wait = attempts.begin(merchant, digits, address);
        if (wait.isPresent()) {
            return wait;
        }
        if (publicUrl.isEmpty()) {
            LOG.warn("a member wants a new password and gets no link: hub.public-url (HUB_PUBLIC_URL) says where the world reaches this hub");
            return Optional.empty();
        }
        jdbc.sql("SELECT id FROM participants WHERE merchant_id = ? AND document = ? AND merged_into IS NULL AND erased_at IS NULL").params(merchant, digits)
                .query(UUID.class).optional().ifPresent(participant -> mails.passwordReset(merchant, participant,
                        publicUrl + "/widget/senha.html#" + merchant + "/" + token(merchant, participant, clock.instant().plus(LIFE))));
        return Optional.empty();
    }

    private String token(UUID merchant, UUID participant, Instant until) {
        byte[] claims = ByteBuffer.allocate(CLAIMS).putLong(participant.getMostSignificantBits()).putLong(participant.getLeastSignificantBits())
                .putLong(until.toEpochMilli()).array();
        byte[] whole = ByteBuffer.allocate(CLAIMS + Secrets.CODE_BYTES).put(claims).put(secrets.code("password", covered(merchant, participant, claims))).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    /** @return whose new password it is */
    @Transactional
    UUID redeem(UUID merchant, String token, String password) {
        byte[] whole;
        try {
            whole = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("token", "member.link-ended");
        }
        if (whole.length != CLAIMS + Secrets.CODE_BYTES) {
            throw Problem.invalid("token", "member.link-ended");
        }
        byte[] claims = new byte[CLAIMS];
        byte[] code = new byte[Secrets.CODE_BYTES];
        ByteBuffer.wrap(whole).get(claims).get(code);
        ByteBuffer read = ByteBuffer.wrap(claims);
        UUID participant = new UUID(read.getLong(), read.getLong());
        boolean genuine = secrets.isCode("password", covered(merchant, participant, claims), code);
        if (!genuine || Instant.ofEpochMilli(read.getLong()).isBefore(clock.instant())) {
            throw Problem.invalid("token", "member.link-ended");
        }
        passwords.set(merchant, participant, password, false);
        return participant;
    }

    private byte[] covered(UUID merchant, UUID participant, byte[] claims) {
        String stored = jdbc.sql("SELECT hash || set_at FROM member_passwords WHERE merchant_id = ? AND participant_id = ?").params(merchant, participant)
                .query(String.class).optional().orElse("none");
        byte[] text = (merchant + "/" + stored).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(claims.length + text.length).put(claims).put(text).array();
    }
}
