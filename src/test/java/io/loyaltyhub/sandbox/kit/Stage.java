package io.loyaltyhub.sandbox.kit;

/** Where an order stands, in no platform's words. */
public enum Stage {
    NEW, PAID, SENT, DELIVERED, CANCELLED, RETURNED;

    /** Paid for and not given back: what points are for. */
    public boolean earns() {
        return this == PAID || this == SENT || this == DELIVERED;
    }

    public boolean undone() {
        return this == CANCELLED || this == RETURNED;
    }
}
