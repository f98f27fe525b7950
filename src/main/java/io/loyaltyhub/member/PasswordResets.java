package io.loyaltyhub.member;

import io.loyaltyhub.api.Problem;
import io.loyaltyhub.mail.MailKind;
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
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A way in for who forgot the password: a link by mail, good for an hour and for one change. The code in it covers the password as
 * it is stored, so that a change makes all older links worthless, and nothing has to be stored for that.
 */
@Component
class PasswordResets implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PasswordResets.class);
    private static final int CLAIMS = 3 * Long.BYTES;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Secrets secrets;
    private final LoginAttempts attempts;
    private final MemberPasswords passwords;
    private final Mails mails;
    private final Clock clock;
    private final String publicUrl;
    /** Few at a time, and not without end; who gets no link asks again. */
    private final ThreadPoolExecutor mailing = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1000),
            new ThreadPoolExecutor.DiscardPolicy());

    PasswordResets(JdbcClient jdbc, TransactionTemplate transaction, Secrets secrets, LoginAttempts attempts, MemberPasswords passwords, Mails mails,
                   Clock clock, @Value("${hub.public-url:}") String publicUrl) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.secrets = secrets;
        this.attempts = attempts;
        this.passwords = passwords;
        this.mails = mails;
        this.clock = clock;
        mailing.allowCoreThreadTimeOut(true);
        this.publicUrl = publicUrl.strip().replaceAll("/+$", "");
    }

    /**
     * In no transaction: it would hold a connection while the attempt is counted on another, and as many callers as there are
     * connections would wait for each other.
     *
     * @return how long to wait, where there were too many requests; empty otherwise, whether or not a mail goes out
     */
    Optional<Duration> request(UUID merchant, String document, String address) {
        String digits = Document.digits(document);
        Optional<Duration> wait = attempts.beginReset(merchant, digits, address);
        if (wait.isPresent()) {
            return wait;
        }
        if (publicUrl.isEmpty()) {
            LOG.warn("a member wants a new password and gets no link: hub.public-url (HUB_PUBLIC_URL) says where the world reaches this hub");
            return Optional.empty();
        }
        // Answered at once: how long it took would say whether there is such a member.
        mailing.execute(() -> mail(merchant, digits));
        return Optional.empty();
    }

    /** To whom it leads: also by a document of somebody they were merged with, as with a login. */
    private void mail(UUID merchant, String digits) {
        try {
            transaction.executeWithoutResult(status -> jdbc.sql("""
                    SELECT coalesce(merged_into, id) FROM participants WHERE merchant_id = ? AND document = ? AND erased_at IS NULL
                    """).params(merchant, digits).query(UUID.class).optional().ifPresent(participant -> mails.passwordReset(merchant, participant,
                    publicUrl + "/widget/senha.html#" + merchant + "/" + token(merchant, participant, clock.instant().plus(MailKind.RESET_LINK_LIFE)))));
        } catch (RuntimeException e) {
            LOG.error("a member who wants a new password gets no link", e);
        }
    }

    @Override
    public void close() {
        mailing.shutdown();
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
        // One change a link: of two at once the second finds the password that the first chose.
        jdbc.sql("SELECT id FROM participants WHERE merchant_id = ? AND id = ? FOR NO KEY UPDATE").params(merchant, participant).query(UUID.class).optional();
        boolean genuine = secrets.isCode("password", covered(merchant, participant, claims), code);
        if (!genuine || Instant.ofEpochMilli(read.getLong()).isBefore(clock.instant())) {
            throw Problem.invalid("token", "member.link-ended");
        }
        passwords.set(merchant, participant, password, false);
        jdbc.sql("SELECT document FROM participants WHERE merchant_id = ? AND id = ? AND document IS NOT NULL").params(merchant, participant).query(String.class)
                .optional().ifPresent(document -> attempts.forget(merchant, document));
        return participant;
    }

    private byte[] covered(UUID merchant, UUID participant, byte[] claims) {
        String stored = jdbc.sql("SELECT hash || set_at FROM member_passwords WHERE merchant_id = ? AND participant_id = ?").params(merchant, participant)
                .query(String.class).optional().orElse("none");
        byte[] text = (merchant + "/" + stored).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(claims.length + text.length).put(claims).put(text).array();
    }
}
