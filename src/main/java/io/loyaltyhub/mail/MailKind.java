package io.loyaltyhub.mail;

import java.util.Locale;

/** What a mail is about; each has its templates, {@code mail/<code>.subject}, {@code .txt} and {@code .html}. */
public enum MailKind {

    WELCOME(false),
    POINTS_EARNED(false),
    POINTS_EXPIRING(false),
    COUPON_ISSUED(true),
    COUPON_FAILED(true),
    PASSWORD_RESET(true);

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
