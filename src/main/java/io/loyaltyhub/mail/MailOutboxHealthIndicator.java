package io.loyaltyhub.mail;

import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.stereotype.Component;

/** How many mails wait, for the console. A hub that sends none is as healthy as another: it is told, and stays up. */
@Component
class MailOutboxHealthIndicator extends AbstractHealthIndicator {

    private final Outbox outbox;

    MailOutboxHealthIndicator(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        if (outbox.isConfigured()) {
            health.up();
        } else {
            health.unknown().withDetail("smtp", "SPRING_MAIL_HOST is not set");
        }
        health.withDetail("waiting", outbox.waiting());
    }
}
