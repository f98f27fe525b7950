package io.loyaltyhub.ops;

/**
 * The hub cannot or must not start, for a reason that its operator can do something about. It is shown as two
 * sentences, what is wrong and what to do, and without a stack trace.
 */
public class StartupRefused extends RuntimeException {

    private final String action;

    public StartupRefused(String description, String action) {
        this(description, action, null);
    }

    public StartupRefused(String description, String action, Throwable cause) {
        super(description, cause);
        this.action = action;
    }

    public String action() {
        return action;
    }
}
