package io.loyaltyhub.security;

import io.loyaltyhub.api.Problem;
import java.util.UUID;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Who is calling: the operator, or one merchant.
 *
 * @param merchant null: the operator
 */
public record Caller(UUID merchant) {

    private static final Caller OPERATOR = new Caller(null);

    public static Caller operator() {
        return OPERATOR;
    }

    /** The caller of the request being answered on this thread; a request without a login is a 401. */
    public static Caller current() {
        Authentication login = SecurityContextHolder.getContext().getAuthentication();
        if (login != null && login.isAuthenticated() && login.getPrincipal() instanceof Caller caller) {
            return caller;
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
        if (!isOperator() && !merchant.equals(wanted)) {
            throw Problem.notFound();
        }
    }

    /** As the audit names it. */
    public String name() {
        return isOperator() ? "operator" : "merchant:" + merchant;
    }
}
