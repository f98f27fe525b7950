package io.loyaltyhub.http;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Whether a failed call is tried again within the same poll, and after how long: soon and a few times where it may be a
 * hiccup, at once where only the token was old, as the platform asked where it asked. Everything else, and
 * what still fails then, is for the next poll.
 */
@Component("retries")
public class Retries {

    private static final int ATTEMPTS = 3;

    private final Duration firstDelay;
    private final Duration longestWait;

    public Retries(@Value("${hub.http.retry-delay:PT0.5S}") Duration firstDelay,
                   @Value("${hub.http.longest-wait:PT30S}") Duration longestWait) {
        this.firstDelay = firstDelay;
        this.longestWait = longestWait;
    }

    /** Called after each failed attempt; the delay travels in the header that Camel looks for. */
    public boolean again(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        PlatformFailure failure = caught instanceof PlatformFailure known ? known : null;
        if (failure == null || failure.isExhausted()) {
            return false;
        }
        // Camel counts before it asks: 1 says that the first attempt has failed.
        int attempt = exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, 1, Integer.class);
        // Somebody who waits for the answer rather hears about the failure soon.
        boolean interactive = exchange.getVariable("interactive", false, Boolean.class);
        Duration delay = interactive && failure.meaning() == ErrorMeaning.UNAVAILABLE ? null : delay(failure, attempt);
        if (delay == null || delay.compareTo(longestWait) > 0) {
            failure.exhaust();
            return false;
        }
        exchange.getMessage().setHeader(Exchange.REDELIVERY_DELAY, Math.max(1, delay.toMillis()));
        return true;
    }

    private Duration delay(PlatformFailure failure, int attempt) {
        return switch (failure.meaning()) {
            case TOKEN_EXPIRED, REAUTHORISE -> attempt < ATTEMPTS ? Duration.ZERO : null;
            case UNAVAILABLE -> attempt < ATTEMPTS ? backoff(attempt) : null;
            case RATE_LIMITED -> attempt < ATTEMPTS ? (failure.retryAfter() == null ? backoff(attempt + 2) : failure.retryAfter()) : null;
            default -> null;
        };
    }

    private Duration backoff(int attempt) {
        long millis = firstDelay.toMillis() << (attempt - 1);
        return Duration.ofMillis(millis + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }

    /** What went wrong below HTTP, in the words of {@link PlatformFailure}. */
    public void connectionFailed(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (caught instanceof PlatformFailure failure) {
            throw failure;
        }
        String detail = caught.getClass().getSimpleName() + ": " + Answers.masked(String.valueOf(caught.getMessage()));
        if (caught instanceof AddressGuard.PrivateAddress) {
            throw new PlatformFailure(ErrorMeaning.REJECTED, 0, "o endereço informado aponta para uma rede privada e não pode ser usado", detail, null, null);
        }
        String say = caught instanceof java.net.UnknownHostException ? "o endereço da plataforma não existe; confira o endereço informado"
                : caught instanceof InterruptedIOException ? "a plataforma demorou demais para responder"
                : "não foi possível conectar à plataforma";
        throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, 0, say, detail, null, caught);
    }
}
