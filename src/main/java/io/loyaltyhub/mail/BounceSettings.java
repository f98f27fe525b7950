package io.loyaltyhub.mail;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The IMAP mailbox in which mails that come back end up, below {@code hub.mail.bounces.*}.
 *
 * @param host       null: there is none, and nothing is read
 * @param protocol   {@code imaps}, or {@code imap} with STARTTLS
 * @param port       null: the protocol's own
 * @param folder     in which they lie
 * @param address    the mailbox's own: mails are sent from it, with what they are known by behind a {@code +}; null: from their
 *                   sender, who then must be this mailbox
 * @param interval   at which the mailbox is looked into
 * @param properties more of the mail library, {@code mail.imap.…}
 */
@ConfigurationProperties("hub.mail.bounces")
public record BounceSettings(
        String host,
        @DefaultValue("imaps") String protocol,
        Integer port,
        String username,
        String password,
        @DefaultValue("INBOX") String folder,
        String address,
        @DefaultValue("PT1M") Duration interval,
        @DefaultValue Map<String, String> properties) {

    /** With what stands behind the {@code +}, a local part has 64 characters at most (RFC 5321). */
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._-]{1,30}@[A-Za-z0-9.-]+");

    public BounceSettings {
        host = blankToNull(host);
        protocol = protocol.strip().toLowerCase(Locale.ROOT);
        address = blankToNull(address);
        if (!Set.of("imap", "imaps").contains(protocol)) {
            throw new IllegalArgumentException("hub.mail.bounces.protocol is imaps or imap: without flags on the server, as with POP3, mails read would have to be deleted");
        }
        if (address != null && !ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException("hub.mail.bounces.address is a plain address with at most 30 characters, and no +, before the @");
        }
    }

    boolean areAwaited() {
        return host != null;
    }

    private static String blankToNull(String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    /** Without the login. */
    @Override
    public String toString() {
        return protocol + "://" + host + "/" + folder;
    }
}
