package io.loyaltyhub.poll;

/** The claim on an integration went to another node, or was taken away by a change of its configuration. */
public class LeaseLost extends RuntimeException {

    public LeaseLost(String poll) {
        super("the claim is gone: " + poll);
    }
}
