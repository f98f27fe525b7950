package io.loyaltyhub.sandbox.kit;

/** The shop says no, from however deep within its protocol: the reply is what the caller gets. */
public final class Refusal extends RuntimeException {

    private final transient Reply reply;

    public Refusal(Reply reply) {
        super("refused with status " + reply.status(), null, false, false);
        this.reply = reply;
    }

    public Reply reply() {
        return reply;
    }
}
