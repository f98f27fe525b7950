package io.loyaltyhub.mail;

import jakarta.mail.Flags;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.search.AndTerm;
import jakarta.mail.search.ComparisonTerm;
import jakarta.mail.search.FlagTerm;
import jakarta.mail.search.HeaderTerm;
import jakarta.mail.search.SearchTerm;
import jakarta.mail.search.SizeTerm;
import java.util.Locale;
import java.util.Properties;
import org.apache.camel.component.mail.MailAuthenticator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The mailbox, as the route's endpoint asks for it: the login is a bean, so that no URI has it. */
@Configuration(value = "bounceMailbox", proxyBeanMethods = false)
public class BounceMailbox {

    /** Reports quote a mail, at most: theirs are small. */
    static final int LARGEST = 1 << 20;
    private static final String REPORT = "delivery-status";

    private final BounceSettings settings;

    BounceMailbox(BounceSettings settings) {
        this.settings = settings;
    }

    public boolean isAwaited() {
        return settings.areAwaited();
    }

    public String uri() {
        return settings.protocol() + ":" + settings.host() + (settings.port() == null ? "" : ":" + settings.port());
    }

    public String folder() {
        return settings.folder();
    }

    public String delay() {
        return Long.toString(settings.interval().toMillis());
    }

    /** Asked of the server, so that nothing else is so much as looked at: people may read the same mailbox. */
    @Bean(defaultCandidate = false)
    SearchTerm unreadReports() {
        return new AndTerm(new SearchTerm[] {
            new FlagTerm(new Flags(Flags.Flag.SEEN), false),
            new HeaderTerm("Content-Type", REPORT),
            new SizeTerm(ComparisonTerm.LT, LARGEST)});
    }

    static boolean isReport(Message mail) throws MessagingException {
        String[] type = mail.getHeader("Content-Type");
        return type != null && type.length > 0 && type[0].toLowerCase(Locale.ROOT).contains("multipart/report") && type[0].toLowerCase(Locale.ROOT).contains(REPORT);
    }

    @Bean(defaultCandidate = false)
    MailAuthenticator bounceLogin() {
        return new MailAuthenticator() {
            @Override
            public PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(settings.username(), settings.password());
            }
        };
    }

    /** As with the SMTP server: a password never goes out unencrypted by mere default, and nobody is waited for for ever. */
    @Bean(defaultCandidate = false)
    Properties bounceConnection() {
        String prefix = "mail." + settings.protocol() + ".";
        Properties properties = new Properties();
        properties.setProperty(prefix + "connectiontimeout", "10000");
        properties.setProperty(prefix + "timeout", "20000");
        properties.setProperty(prefix + "writetimeout", "20000");
        properties.setProperty(prefix + "ssl.checkserveridentity", "true");
        properties.setProperty(prefix + "starttls.enable", "true");
        properties.setProperty(prefix + "starttls.required", Boolean.toString(settings.protocol().equals("imap")));
        properties.putAll(settings.properties());
        return properties;
    }
}
