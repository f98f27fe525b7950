package io.loyaltyhub.coupon;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.http.Answers;
import io.loyaltyhub.http.ErrorMeaning;
import io.loyaltyhub.http.PlatformFailure;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Integrations;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.poll.LeaseLost;
import io.loyaltyhub.poll.Window;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The steps between a redemption and its coupon. A time-out is no refusal: once a shop was asked, it is asked whether it has the
 * code before it is asked to make it again, so that there is one coupon at most. Only a refusal gives the points back.
 */
@Component("coupons")
public class Coupons {

    private static final Logger LOG = LoggerFactory.getLogger(Coupons.class);
    private static final int AT_ONCE = 8;
    private static final Duration LONGEST_DELAY = Duration.ofHours(1);
    /** How long a member waits for a shop that is out of order before the points come back. */
    private static final Duration PATIENCE = Duration.ofHours(24);
    private static final int MOST_PAGES = 1000;

    private final CouponOutbox outbox;
    private final Integrations integrations;
    private final Platforms platforms;
    private final Clock clock;
    private final Duration firstDelay;

    Coupons(CouponOutbox outbox, Integrations integrations, Platforms platforms, Clock clock, @Value("${hub.coupon.retry-delay:PT15S}") Duration firstDelay) {
        this.outbox = outbox;
        this.integrations = integrations;
        this.platforms = platforms;
        this.clock = clock;
        this.firstDelay = firstDelay;
    }

    public List<CouponOrder> claimDue() {
        return outbox.claim(AT_ONCE);
    }

    /** Sets the variables that the platform's own routes read. */
    public void begin(Exchange exchange) {
        CouponOrder coupon = exchange.getMessage().getBody(CouponOrder.class);
        exchange.setVariable("coupon", coupon);
        exchange.setVariable("askedBefore", coupon.asked());
        Optional<Integration> integration = integrations.find(coupon.merchantId(), coupon.integrationId());
        exchange.setVariable("connected", integration.isPresent());
        integration.ifPresent(there -> {
            exchange.setVariable("integration", there);
            exchange.setVariable("settings", there.settings());
            exchange.setVariable("platform", there.platform());
        });
        // What timed out may have worked: no call is repeated before the shop was asked what it has.
        exchange.setVariable("interactive", true);
    }

    /** The code as the body, for the call that looks it up; where it has to be looked for page by page, this is the first. */
    public void look(Exchange exchange) {
        lookAt(exchange, platforms.get(exchange.getVariable("platform", String.class)).polling().firstPage());
        exchange.setVariable("pages", 0);
        exchange.setVariable("looking", true);
    }

    /** What the shop said: {@code {"id": …}}, {@code {"next": …}} where a further page may have it, or nothing. */
    public void found(Exchange exchange) {
        CouponOrder coupon = coupon(exchange);
        String id = text(exchange, "id");
        String next = text(exchange, "next");
        exchange.setVariable("looking", id == null && next != null);
        if (id == null && next != null) {
            int pages = exchange.getVariable("pages", Integer.class) + 1;
            if (pages == MOST_PAGES || next.equals(exchange.getVariable("window", Window.class).page())) {
                throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, "a lista de cupons da loja não acaba", "page " + pages + " of the coupons is followed by " + next);
            }
            exchange.setVariable("pages", pages);
            outbox.hold(coupon);
            lookAt(exchange, next);
        } else {
            exchange.setVariable("coupon", id == null ? outbox.unmade(coupon) : outbox.made(coupon, id));
        }
    }

    private void lookAt(Exchange exchange, String page) {
        Integration integration = exchange.getVariable("integration", Integration.class);
        Instant now = clock.instant();
        int size = platforms.get(integration.platform()).polling().pageSize();
        exchange.setVariable("window", new Window(now, now, now, integration.timezone(), page, size, false));
        prepare(exchange, coupon(exchange));
    }

    public void ask(Exchange exchange) {
        CouponOrder waiting = coupon(exchange);
        // It was asked for, and once more it is certain that nothing came of it.
        if (waiting.attempts() > 1 && isLate(waiting)) {
            throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, "a loja não fez o cupom em " + PATIENCE.toHours() + " horas", "asked " + waiting.attempts() + " times in vain");
        }
        CouponOrder coupon = outbox.asking(waiting);
        exchange.setVariable("coupon", coupon);
        prepare(exchange, coupon);
    }

    /** The shop made it: {@code {"id": …}}. Whoever does not say so is asked, later, whether it has the code. */
    public void made(Exchange exchange) {
        String id = text(exchange, "id");
        if (id == null) {
            throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, "a loja não disse se fez o cupom", "the answer has no id of a coupon");
        }
        exchange.setVariable("coupon", outbox.made(coupon(exchange), id));
    }

    /** A code that is taken may be ours, of a call that came to no end: it is refused only if the shop has none of it now. */
    public void refusedUnlessMade(Exchange exchange) {
        if (!coupon(exchange).made()) {
            throw new PlatformFailure(ErrorMeaning.REJECTED, "a loja recusou o cupom", "refused, and the shop does not have it");
        }
    }

    /** Until it is tied to its member a coupon is good for everybody who has the code. */
    public void tie(Exchange exchange) {
        CouponOrder coupon = coupon(exchange);
        exchange.setVariable("couponIdInPath", URLEncoder.encode(coupon.couponId(), StandardCharsets.UTF_8).replace("+", "%20"));
        prepare(exchange, coupon);
    }

    /** The shop took it back. */
    public void undone(Exchange exchange) {
        exchange.setVariable("coupon", outbox.unmade(coupon(exchange)));
        throw new PlatformFailure(ErrorMeaning.REJECTED, "a loja não aceitou o cupom para este cliente", "the coupon could not be tied to its customer");
    }

    /** Whether what was caught is the shop's refusal, and no failure that may pass. */
    public boolean isRefusal(Exchange exchange) {
        return exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof PlatformFailure failure && refuses(failure);
    }

    public void issue(Exchange exchange) {
        outbox.issue(coupon(exchange));
    }

    public void takeFromPool(Exchange exchange) {
        CouponOrder coupon = coupon(exchange);
        if (!outbox.issueFromPool(coupon, "não há mais cupons deste valor; seus pontos voltaram")) {
            LOG.warn("the pool of integration {} has no coupon of {} left", coupon.integrationId(), coupon.value());
        }
    }

    /** The shop is no longer connected: nobody can make the coupon. */
    public void giveUp(Exchange exchange) {
        outbox.fail(coupon(exchange), "a loja não está mais ligada ao programa; seus pontos voltaram");
    }

    public void fail(Exchange exchange) {
        CouponOrder coupon = coupon(exchange);
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (cause instanceof LeaseLost) {
            LOG.info("{} is another node's now", coupon);
            return;
        }
        String reason;
        if (cause instanceof PlatformFailure failure) {
            LOG.warn("{}: {}", coupon, failure.toString());
            reason = failure.getMessage();
        } else {
            String reference = UUID.randomUUID().toString().substring(0, 8);
            LOG.error("{} failed in an unforeseen way, reference {}: {}", coupon, reference, Answers.masked(String.valueOf(cause)), cause);
            reason = "erro interno, referência " + reference;
        }
        if (coupon.made() && cause instanceof PlatformFailure failure && failure.meaning() == ErrorMeaning.NOT_FOUND) {
            // Taken back without a word of it, or removed in the shop's panel: the next attempt looks for it.
            outbox.doubt(coupon);
        }
        // A shop that refuses to be asked says nothing about what it has.
        boolean looking = exchange.getVariable("looking", false, Boolean.class);
        boolean refused = cause instanceof PlatformFailure failure && refuses(failure) && !coupon.made() && !looking;
        boolean tooLate = !coupon.asked() && isLate(coupon);
        if (refused || tooLate) {
            outbox.fail(coupon, reason + "; seus pontos voltaram");
        } else {
            outbox.postpone(coupon, delay(coupon, cause), reason);
        }
    }

    public void returnExpired() {
        int returned = outbox.returnExpired();
        if (returned > 0) {
            LOG.info("{} coupons expired without being used; their points went back", returned);
        }
    }

    private Duration delay(CouponOrder coupon, Throwable cause) {
        Duration wanted = cause instanceof PlatformFailure failure ? failure.retryAfter() : null;
        Duration backoff = firstDelay.multipliedBy(1L << Math.min(coupon.attempts() - 1, 12));
        Duration delay = wanted != null && wanted.compareTo(backoff) > 0 ? wanted : backoff;
        return delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
    }

    private boolean isLate(CouponOrder coupon) {
        return coupon.createdAt().plus(PATIENCE).isBefore(clock.instant());
    }

    private static boolean refuses(PlatformFailure failure) {
        return switch (failure.meaning()) {
            case REJECTED, NOT_FOUND, NO_PERMISSION, SUSPENDED -> true;
            default -> false;
        };
    }

    private static CouponOrder coupon(Exchange exchange) {
        return exchange.getVariable("coupon", CouponOrder.class);
    }

    private static void prepare(Exchange exchange, CouponOrder coupon) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(coupon.json());
        exchange.setVariable("wanted", coupon.json());
    }

    private static String text(Exchange exchange, String field) {
        JsonNode answer = exchange.getMessage().getBody() instanceof JsonNode json ? json : null;
        String text = answer == null ? null : answer.path(field).asText(null);
        return text == null || text.isBlank() ? null : text;
    }
}
