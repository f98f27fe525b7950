package io.loyaltyhub.security;

import io.loyaltyhub.api.Problem;
import java.time.Instant;
import java.util.UUID;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/**
 * Who is calling: the operator, one merchant, or one member of a merchant's programme.
 *
 * @param merchant null: the operator
 * @param member   the participant; null: not a member
 */
public record Caller(UUID merchant, UUID member) {

    private static final Caller OPERATOR = new Caller(null, null);
    /** Of operations that are open to everybody: it may do nothing else, since no merchant has this id. */
    private static final Caller NOBODY = new Caller(new UUID(0, 0), null);

    public static Caller operator() {
        return OPERATOR;
    }

    public static Caller merchant(UUID merchant) {
        return new Caller(merchant, null);
    }

    /** The caller of the request being answered on this thread; a request without a login is a 401. */
    public static Caller current() {
        Authentication login = SecurityContextHolder.getContext().getAuthentication();
        if (login != null && login.isAuthenticated() && login.getPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw Problem.unauthorized();
    }

    /** Whoever it is: what is open to everybody does not look. */
    public static Caller nobody() {
        return NOBODY;
    }

    /** Where a member's request being answered on this thread comes from, or one of nobody in particular. */
    public static String address() {
        Authentication login = SecurityContextHolder.getContext().getAuthentication();
        return login != null && login.getDetails() instanceof WebAuthenticationDetails details ? details.getRemoteAddress() : "unknown";
    }

    /** When the member who makes the request being answered on this thread logged in. */
    public static Instant tokenIssuedAt() {
        Authentication login = SecurityContextHolder.getContext().getAuthentication();
        if (login != null && login.getCredentials() instanceof MemberTokens.Token token) {
            return token.issuedAt();
        }
        throw Problem.unauthorized();
    }

    public boolean isOperator() {
        return merchant == null;
    }

    /** Refuses (403) anyone else. */
    public void requireOperator() {
        if (!isOperator()) {
            throw Problem.forbidden();
        }
    }

    /** Lets the operator pass for any merchant, and a merchant for itself; what is another's does not exist (404). */
    public void requireMerchant(UUID wanted) {
        if (!isOperator() && (member != null || !merchant.equals(wanted))) {
            throw Problem.notFound();
        }
    }

    /** The participant that is logged in to this merchant's programme; for everybody else it takes a login (401). */
    public UUID requireMember(UUID wanted) {
        if (member == null || !merchant.equals(wanted)) {
            throw Problem.unauthorized();
        }
        return member;
    }

    /** As the audit names it. */
    public String name() {
        return isOperator() ? "operator" : member != null ? "member:" + member : "merchant:" + merchant;
    }
}
