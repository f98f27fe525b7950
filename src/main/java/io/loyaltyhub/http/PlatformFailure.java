package io.loyaltyhub.http;

import java.time.Duration;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;

/**
 * A call to a platform that did not give what was asked for. The message is for the merchant, in pt-BR, and names
 * neither secrets nor addresses; {@code detail} is for the engineer.
 */
public class PlatformFailure extends RuntimeException {

    private final ErrorMeaning meaning;
    private final int status;
    private final String detail;
    private final Duration retryAfter;
    private boolean exhausted;

    public PlatformFailure(ErrorMeaning meaning, int status, String message, String detail, Duration retryAfter, Throwable cause) {
        super(message, cause);
        this.meaning = meaning;
        this.status = status;
        this.detail = detail;
        this.retryAfter = retryAfter;
    }

    public PlatformFailure(ErrorMeaning meaning, String message, String detail) {
        this(meaning, 0, message, detail, null, null);
    }

    public ErrorMeaning meaning() {
        return meaning;
    }

    /** HTTP status of the answer; 0 where there was none. */
    public int status() {
        return status;
    }

    public String detail() {
        return detail;
    }

    /** How long the platform asked to be left alone; null where it did not say. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** What an exchange was given up for. Camel wraps what ends a split, and then nobody would know a platform's failure for one. */
    public static Throwable caughtBy(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return caught instanceof CamelExchangeException && caught.getCause() != null ? caught.getCause() : caught;
    }

    /** Whether it was already tried as often as makes sense within one poll. */
    boolean isExhausted() {
        return exhausted;
    }

    void exhaust() {
        exhausted = true;
    }

    /** Whether the failure is about what was asked for, not about the platform: the next order may fare better. */
    public boolean concernsOnlyThisCall() {
        return switch (meaning) {
            case NOT_FOUND, REJECTED, UNAVAILABLE -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return getMessage() + (detail == null ? "" : " [" + detail + "]");
    }
}
