package io.loyaltyhub.mail;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How mails are made and sent, below {@code hub.mail.*}. The SMTP server itself is {@code spring.mail.*}.
 *
 * @param from         the sender of merchants that have none of their own; null: theirs must have
 * @param templatesDir where merchants' own templates are, {@code <merchant id>/<kind>.html}; null: there are none
 * @param workers      mails that one node sends at a time
 * @param retryDelay   before the second attempt; doubled with each further one, up to an hour
 * @param giveUp       a mail that could not be sent for so long is given up
 * @param keep         mails that are done with are forgotten after this
 * @param digestAt     when, by the merchant's clock, members are told of what they earned the day before
 * @param settle       how old an entry must be before it is told of: whatever was posted before it must be there, too
 */
@ConfigurationProperties("hub.mail")
public record MailSettings(
        String from,
        Path templatesDir,
        @DefaultValue("4") int workers,
        @DefaultValue("PT30S") Duration retryDelay,
        @DefaultValue("P3D") Duration giveUp,
        @DefaultValue("P180D") Duration keep,
        @DefaultValue("08:00") LocalTime digestAt,
        @DefaultValue("PT1M") Duration settle) {

    public MailSettings {
        from = from == null || from.isBlank() ? null : from.strip();
        templatesDir = templatesDir == null || templatesDir.toString().isBlank() ? null : templatesDir.toAbsolutePath().normalize();
    }
}
