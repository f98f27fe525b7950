package io.loyaltyhub.reward;

import java.time.Duration;

/**
 * What a feed may cost: {@code hub.feed.*}.
 *
 * @param bytes     of the file, as it comes and unpacked
 * @param items     in it
 * @param itemChars of one item; a longer one is rejected, the rest goes on
 * @param ratio     of unpacked to packed bytes; beyond it a small file is a bomb
 * @param time      to read it in, behind its download
 */
record FeedLimits(long bytes, int items, int itemChars, int ratio, Duration time) {
}
