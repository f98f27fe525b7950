package io.loyaltyhub.bench;

/**
 * What became of a pass's orders.
 *
 * @param points the sum of all entries
 */
record Outcome(long awarded, long reversed, long ignored, long points) {

    long orders() {
        return awarded + reversed + ignored;
    }
}
