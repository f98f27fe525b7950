package io.loyaltyhub.mail;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.component.mail.MailMessage;
import org.apache.camel.support.DefaultMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The step of the route that reads the mailbox: mails that came back after a server had taken them. */
@Component("bounces")
public class Bounces {

    private static final Logger LOG = LoggerFactory.getLogger(Bounces.class);

    /** What was tried again meanwhile, and to another address, is another mail. */
    private static final String CAME_BACK = """
            UPDATE mails SET state = ?, error = ? WHERE merchant_id = ? AND id = ? AND address = ? AND state IN ('sending', 'sent')
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final ReturnTokens tokens;
    private final MailConsents consents;
    private final MeterRegistry meters;

    Bounces(JdbcClient jdbc, TransactionTemplate transaction, ReturnTokens tokens, MailConsents consents, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.tokens = tokens;
        this.consents = consents;
        this.meters = meters;
    }

    /** What became of a report. */
    enum Outcome {
        /** The address gets no further mail. */
        BOUNCED,
        /** It speaks of this mail or of the hub, not of the address. */
        FAILED,
        /** For now, or for longer than that server tries: nothing that is said for ever. */
        TEMPORARY,
        DELIVERED,
        /** Known already, or tried again meanwhile. */
        STALE,
        /** Of no mail of this hub's, or made up. */
        FOREIGN,
        UNREADABLE
    }

    /** The mail is not marked as read: the next look into the mailbox finds it again. No frames: the mail component logs it. */
    static final class LeftUnread extends RuntimeException {

        LeftUnread(String why) {
            super(why, null, false, false);
        }
    }

    private record Returned(UUID merchantId, long id, String address) {
    }

    public void read(Exchange exchange) {
        Message mail = exchange.getIn(MailMessage.class).getOriginalMessage();
        // Or else the mail component would delete, copy or move it as the mail's own headers say.
        exchange.setIn(new DefaultMessage(exchange));
        Outcome outcome;
        try {
            outcome = of(bytes(mail));
        } catch (MessagingException | IOException e) {
            throw new LeftUnread("the mailbox did not give the mail: " + e.getClass().getSimpleName());
        } catch (LeftUnread e) {
            throw e;
        } catch (RuntimeException e) {
            throw new LeftUnread("a delivery report was not dealt with: " + e.getClass().getSimpleName());
        }
        meters.counter("hub.mail.bounces", "outcome", outcome.name().toLowerCase(Locale.ROOT)).increment();
    }

    /** Whatever a server made of the search: what is no report, or too large for one, stays as it is. */
    private static byte[] bytes(Message mail) throws MessagingException, IOException {
        if (mail.getSize() > BounceMailbox.LARGEST || !BounceMailbox.isReport(mail)) {
            throw new LeftUnread("not a delivery report");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        mail.writeTo(new FilterOutputStream(bytes) {
            @Override
            public void write(int b) throws IOException {
                if (bytes.size() >= BounceMailbox.LARGEST) {
                    throw new IOException("larger than the mailbox said");
                }
                bytes.write(b);
            }
        });
        return bytes.toByteArray();
    }

    Outcome of(byte[] mail) {
        DeliveryReport report;
        try {
            report = DeliveryReport.read(mail);
        } catch (DeliveryReport.Unreadable e) {
            LOG.warn("a delivery report could not be read: {}", e.getMessage());
            return Outcome.UNREADABLE;
        }
        Optional<Returned> returned = report.tokens().stream().map(this::find).flatMap(Optional::stream).findFirst();
        return returned.map(mine -> record(mine, report)).orElse(Outcome.FOREIGN);
    }

    private Optional<Returned> find(String token) {
        long id = ReturnTokens.mailOf(token);
        return id < 0 ? Optional.empty() : jdbc.sql("SELECT merchant_id, id, address FROM mails WHERE id = ?").param(id)
                .query((row, number) -> new Returned(row.getObject(1, UUID.class), row.getLong(2), row.getString(3))).optional()
                .filter(mail -> tokens.isOf(token, mail.id(), mail.address()));
    }

    private Outcome record(Returned mail, DeliveryReport report) {
        return switch (report.fate()) {
            case NONE -> Outcome.UNREADABLE;
            case DELIVERED -> Outcome.DELIVERED;
            case LATE -> Outcome.TEMPORARY;
            case REFUSED -> record(mail, Refusal.reported(report.status(), report.said()));
        };
    }

    private Outcome record(Returned mail, Refusal refusal) {
        boolean ofTheAddress = refusal.meaning() == Refusal.Meaning.OF_THE_ADDRESS;
        Boolean changed = transaction.execute(status -> {
            boolean first = jdbc.sql(CAME_BACK).params(ofTheAddress ? "bounced" : "failed", refusal.message(), mail.merchantId(), mail.id(), mail.address()).update() > 0;
            if (first && ofTheAddress) {
                consents.bounced(mail.merchantId(), mail.address());
            }
            return first;
        });
        if (!Boolean.TRUE.equals(changed)) {
            return Outcome.STALE;
        }
        LOG.warn("mail {} of merchant {} came back: {}", mail.id(), mail.merchantId(), refusal.detail());
        return ofTheAddress ? Outcome.BOUNCED : Outcome.FAILED;
    }
}
