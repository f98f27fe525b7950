package io.loyaltyhub.deadletter;

/**
 * An order that could not be read or posted.
 *
 * @param orderKey the order's id, or a fingerprint of its row where it has none
 * @param step     where it failed: {@code mapping}, {@code detail}, {@code posting} …
 * @param reason   in words
 * @param row      the order as the list gave it: what a replay begins with
 * @param payload  what could not be read or posted, as the platform sent it
 */
public record DeadLetter(String orderKey, String step, String reason, String row, String payload) {
}
