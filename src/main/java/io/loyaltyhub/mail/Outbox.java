package io.loyaltyhub.mail;

import com.fasterxml.jackson.core.type.TypeReference;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.poll.Node;
import io.loyaltyhub.security.Secrets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.component.mail.DefaultJavaMailSender;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The steps of the outbox route. A mail is claimed for a while, sent, and marked as sent, each by itself: no transaction
 * waits for an SMTP server. Who dies in between leaves a mail that is sent once more, under the same Message-ID.
 */
@Component("outbox")
public class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final int BATCH = 40;
    /** Longer than an SMTP server may take for one mail, by the time-outs of its connection. */
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Duration HELD = Duration.ofMinutes(10);
    private static final Duration LONGEST_DELAY = Duration.ofHours(1);

    static final String LINK_ENDED = "(m.kind = 'password-reset' AND m.created_at < now() - interval '%d seconds')"
            .formatted(MailKind.RESET_LINK_LIFE.toSeconds());

    private static final String CLAIM = """
            WITH due AS (
                SELECT m.merchant_id, m.id,
                       CASE WHEN %1$s OR m.queued_at < now() - make_interval(secs => ?) THEN 'failed'
                            WHEN m.urgency = 0 OR EXISTS (SELECT FROM integrations i WHERE i.merchant_id = m.merchant_id AND i.active AND i.deleted_at IS NULL)
                            THEN 'sending'
                            ELSE 'queued' END AS state
                  FROM mails m
                 WHERE m.state IN ('queued', 'sending') AND m.next_attempt_at <= now()
                 ORDER BY m.urgency, m.next_attempt_at
                 LIMIT ?
                   FOR UPDATE OF m SKIP LOCKED)
            UPDATE mails m
               SET state = due.state, node = ?, attempts = m.attempts + (due.state = 'sending')::int,
                   next_attempt_at = now() + make_interval(secs => CASE due.state WHEN 'queued' THEN ? ELSE ? END),
                   error = CASE due.state WHEN 'failed' THEN CASE WHEN %1$s THEN 'o link para uma nova senha venceu antes do envio'
                                                                     ELSE coalesce(m.error, 'não foi enviado a tempo') END
                                          WHEN 'queued' THEN 'espera: nenhuma integração da loja está ativa'
                                          ELSE m.error END
              FROM due
             WHERE m.merchant_id = due.merchant_id AND m.id = due.id
            RETURNING m.merchant_id, m.id, m.attempts, m.state
            """.formatted(LINK_ENDED);

    private static final String OURS = " WHERE merchant_id = ? AND id = ? AND state = 'sending' AND node = ? AND attempts = ?";

    private static final String RENEW = "UPDATE mails SET next_attempt_at = now() + make_interval(secs => ?)" + OURS;

    private static final String READ = """
            SELECT m.kind, m.participant_id, m.address, m.data, m.secret, p.name AS member, p.email IS NULL AS unreachable, coalesce(b.balance, 0) AS balance,
                   s.name, s.mail_from, coalesce(s.site_url, i.site_url) AS site_url, coalesce(s.signup_url, i.signup_url) AS signup_url,
                   c.unsubscribed_at IS NOT NULL AS unsubscribed, coalesce(c.bounced_address = m.address, false) AS bounced
              FROM mails m
              JOIN merchants s ON s.id = m.merchant_id
              JOIN participants p ON p.merchant_id = m.merchant_id AND p.id = m.participant_id
              LEFT JOIN balances b ON b.merchant_id = m.merchant_id AND b.participant_id = m.participant_id
              LEFT JOIN mail_consents c ON c.merchant_id = m.merchant_id AND c.participant_id = m.participant_id
              LEFT JOIN LATERAL (
                  SELECT min(site_url) AS site_url, min(signup_url) AS signup_url FROM integrations
                   WHERE merchant_id = m.merchant_id AND active AND deleted_at IS NULL) i ON true
             WHERE m.merchant_id = ? AND m.id = ?
            """;

    /** While it may come back, what it says is kept: it may have to be sent anew. */
    private static final String SENT = "UPDATE mails SET state = 'sent', sent_at = now(), error = NULL, secret = CASE WHEN ? THEN secret END" + OURS;
    private static final String SETTLED = "UPDATE mails SET state = ?, error = ?" + OURS;
    private static final String LATER = "UPDATE mails SET state = 'queued', error = ?, next_attempt_at = now() + make_interval(secs => ?)" + OURS;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Secrets secrets;
    private final MailConsents consents;
    private final MailSettings settings;
    private final BounceSettings bounces;
    private final DefaultJavaMailSender smtp;
    private final Node node;
    private final Clock clock;
    private final AtomicBoolean saidThatNothingIsSent = new AtomicBoolean();
    /** Until when this node leaves the SMTP server alone, and for how long it did the last time. */
    private volatile Instant quietUntil = Instant.EPOCH;
    private volatile Duration quiet = Duration.ZERO;

    Outbox(JdbcTemplate jdbc, TransactionTemplate transaction, Secrets secrets, MailConsents consents, MailSettings settings, BounceSettings bounces,
           DefaultJavaMailSender smtp, Node node, Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.secrets = secrets;
        this.consents = consents;
        this.settings = settings;
        this.bounces = bounces;
        this.smtp = smtp;
        this.node = node;
        this.clock = clock;
    }

    /** @param attempt grows with each claim; a claim that another has followed marks nothing any more */
    record Claimed(UUID merchantId, long id, int attempt) {
    }

    /** Those that are due, the urgent ones first; what a merchant that is paused has not been asked for waits. */
    public List<Claimed> claimDue() {
        if (!isConfigured()) {
            sayThatNothingIsSent();
            return List.of();
        }
        if (clock.instant().isBefore(quietUntil)) {
            return List.of();
        }
        record Row(Claimed mail, String state) {
        }
        return jdbc.query(CLAIM, (row, number) -> new Row(new Claimed(row.getObject(1, UUID.class), row.getLong(2), row.getInt(3)), row.getString(4)),
                        seconds(settings.giveUp()), BATCH, node.name(), seconds(HELD), seconds(LEASE)).stream()
                .filter(row -> row.state().equals("sending")).map(Row::mail).toList();
    }

    boolean isConfigured() {
        return smtp.getHost() != null && !smtp.getHost().isBlank();
    }

    private void sayThatNothingIsSent() {
        if (!saidThatNothingIsSent.get() && waiting() > 0 && saidThatNothingIsSent.compareAndSet(false, true)) {
            LOG.warn("mails wait in the outbox: SPRING_MAIL_HOST is not set, so none is sent");
        }
    }

    long waiting() {
        Long waiting = jdbc.queryForObject("SELECT count(*) FROM (SELECT FROM mails WHERE state IN ('queued', 'sending') LIMIT 10000) AS waiting", Long.class);
        return waiting == null ? 0 : waiting;
    }

    /** A claimed mail → what is to be sent, as {@code letter}; the body stays null where nothing is. */
    public void take(Exchange exchange) {
        Claimed mail = exchange.getMessage().getBody(Claimed.class);
        exchange.getMessage().setBody(null);
        exchange.setVariable("claimed", mail);
        if (jdbc.update(RENEW, seconds(LEASE), mail.merchantId(), mail.id(), node.name(), mail.attempt()) == 0) {
            return;
        }
        record Found(Letter letter, String objection) {
        }
        Found found = jdbc.queryForObject(READ, (row, number) -> new Found(letter(mail, row), objection(row)), mail.merchantId(), mail.id());
        if (found.objection() != null) {
            settle(mail, "suppressed", found.objection());
        } else {
            exchange.setVariable("letter", found.letter());
            exchange.getMessage().setBody(found.letter());
        }
    }

    private static String objection(ResultSet row) throws SQLException {
        if (row.getBoolean("unreachable")) {
            return "o participante não tem mais e-mail";
        }
        if (row.getBoolean("bounced")) {
            return "o endereço recusou um e-mail anterior";
        }
        return row.getBoolean("unsubscribed") && !MailKind.of(row.getString("kind")).isAsked() ? "o participante não quer receber e-mails do programa" : null;
    }

    private Letter letter(Claimed mail, ResultSet row) throws SQLException {
        UUID participant = row.getObject("participant_id", UUID.class);
        Map<String, Object> data = new LinkedHashMap<>(fields(row.getString("data")));
        byte[] secret = row.getBytes("secret");
        if (secret != null) {
            data.putAll(fields(secrets.open(mail.merchantId(), secret)));
        }
        return new Letter(mail.merchantId(), mail.id(), MailKind.of(row.getString("kind")), participant, row.getString("address"), data,
                row.getString("member"), row.getLong("balance"),
                new Letter.Shop(row.getString("name"), row.getString("site_url"), row.getString("signup_url")),
                row.getString("mail_from"));
    }

    private static Map<String, Object> fields(String json) {
        return Json.mapper().convertValue(Json.parse(json), new TypeReference<>() { });
    }

    /** The SMTP server has it: from here on it is only a matter of saying so. */
    public void sent(Exchange exchange) {
        exchange.setVariable("handedOver", true);
        quiet = Duration.ZERO;
        markSent(exchange.getVariable("claimed", Claimed.class));
    }

    private void markSent(Claimed mail) {
        jdbc.update(SENT, bounces.areAwaited(), mail.merchantId(), mail.id(), node.name(), mail.attempt());
    }

    /** What becomes of a mail that could not be sent: never again to this address, or later, or not through this server for a while. */
    public void failed(Exchange exchange) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Claimed mail = exchange.getVariable("claimed", Claimed.class);
        if (exchange.getVariable("handedOver") != null) {
            // Only the database did not hear of it.
            markSent(mail);
            return;
        }
        Refusal refusal = Refusal.of(cause);
        LOG.warn("mail {} of merchant {} was not sent, attempt {}: {}", mail.id(), mail.merchantId(), mail.attempt(), refusal.detail());
        switch (refusal.meaning()) {
            case OF_THE_ADDRESS -> transaction.executeWithoutResult(status -> {
                Letter letter = exchange.getVariable("letter", Letter.class);
                if (settle(mail, "bounced", refusal.message())) {
                    consents.bounced(letter.merchantId(), letter.address());
                }
            });
            case OF_THE_SERVER -> {
                leaveTheServerAlone();
                later(mail, refusal, quiet);
            }
            default -> later(mail, refusal, delay(mail.attempt()));
        }
    }

    private boolean settle(Claimed mail, String state, String why) {
        return jdbc.update(SETTLED, state, why, mail.merchantId(), mail.id(), node.name(), mail.attempt()) > 0;
    }

    private void later(Claimed mail, Refusal refusal, Duration delay) {
        jdbc.update(LATER, refusal.message(), seconds(delay), mail.merchantId(), mail.id(), node.name(), mail.attempt());
    }

    /** Every mail would fail alike. */
    private synchronized void leaveTheServerAlone() {
        Instant now = clock.instant();
        if (!now.isBefore(quietUntil)) {
            quiet = quiet.isZero() ? settings.retryDelay() : shorter(quiet.multipliedBy(2), LONGEST_DELAY.dividedBy(12));
            quietUntil = now.plus(quiet);
        }
    }

    private Duration delay(int attempt) {
        return shorter(settings.retryDelay().multipliedBy(1L << Math.min(attempt - 1, 20)), LONGEST_DELAY);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
