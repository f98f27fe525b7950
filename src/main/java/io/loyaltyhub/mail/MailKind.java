package io.loyaltyhub.mail;

import java.time.Duration;
import java.util.Locale;

/** What a mail is about; each has its templates, {@code mail/<code>.subject}, {@code .txt} and {@code .html}. */
public enum MailKind {

    WELCOME(false),
    POINTS_EARNED(false),
    POINTS_EXPIRING(false),
    COUPON_ISSUED(true),
    COUPON_FAILED(true),
    PASSWORD_RESET(true);

    /** For how long the link in a mail about a new password is good; mailed later, it would lead nowhere. */
    public static final Duration RESET_LINK_LIFE = Duration.ofHours(1);

    private final boolean asked;

    MailKind(boolean asked) {
        this.asked = asked;
    }

    /** Whether it answers something that the member did: sent first, whether or not the programme is paused, and to those who want no other. */
    public boolean isAsked() {
        return asked;
    }

    /** As it stands in the database, the API and the names of templates. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static MailKind of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
