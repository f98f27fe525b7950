package io.loyaltyhub.reward;

/**
 * A feed that is none, or not a whole one: nothing of it is taken. The message is for the merchant, in pt-BR; the code tells
 * one cause from another.
 */
public class FeedRefused extends RuntimeException {

    private final String code;

    FeedRefused(String code, String message) {
        super(message);
        this.code = code;
    }

    public String code() {
        return code;
    }
}
