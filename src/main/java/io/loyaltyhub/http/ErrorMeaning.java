package io.loyaltyhub.http;

/** What a platform's error answer means to the hub; {@code platform.yaml} uses these words, in lower case with dashes. */
public enum ErrorMeaning {

    /** The access token is no longer good; a new one may be had with the refresh token. */
    TOKEN_EXPIRED,
    /** The tokens are worthless; new ones may be had with the credentials themselves. */
    REAUTHORISE,
    /** The credentials are wrong. */
    CREDENTIALS,
    /** The platform has shut this account out; people have to talk to people. */
    SUSPENDED,
    /** The credentials are right and do not allow this call. */
    NO_PERMISSION,
    NOT_FOUND,
    /** Too many calls; later. */
    RATE_LIMITED,
    /** Out of order, unreachable, too slow, or not making sense; may well work next time. */
    UNAVAILABLE,
    /** The platform understood and said no to what was sent. */
    REJECTED;

    static ErrorMeaning parse(String text) {
        return valueOf(text.toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
    }

    /** The same word as in {@code platform.yaml}. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** What an HTTP status means where the platform's descriptor says nothing about it. */
    public static ErrorMeaning ofStatus(int status) {
        return switch (status) {
            case 401, 403 -> CREDENTIALS;
            case 404, 410 -> NOT_FOUND;
            case 405 -> NO_PERMISSION;
            case 429 -> RATE_LIMITED;
            case 408, 425 -> UNAVAILABLE;
            default -> status >= 400 && status < 500 ? REJECTED : UNAVAILABLE;
        };
    }
}
