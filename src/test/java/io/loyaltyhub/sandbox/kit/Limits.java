package io.loyaltyhub.sandbox.kit;

/** How many calls a platform documents that it takes in any second, minute and day; 0 where it says nothing. */
public record Limits(int perSecond, int perMinute, int perDay) {

    public static Limits none() {
        return new Limits(0, 0, 0);
    }

    public static Limits perSecond(int calls) {
        return new Limits(calls, 0, 0);
    }

    public static Limits perMinute(int calls) {
        return new Limits(0, calls, 0);
    }

    public static Limits perDay(int calls) {
        return new Limits(0, 0, calls);
    }

    /** {@code perMinute(180).and(perDay(10_000))}. */
    public Limits and(Limits other) {
        return new Limits(Math.max(perSecond, other.perSecond), Math.max(perMinute, other.perMinute), Math.max(perDay, other.perDay));
    }
}
