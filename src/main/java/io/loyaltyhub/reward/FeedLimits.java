package io.loyaltyhub.reward;

/**
 * What a feed may cost: {@code hub.feed.*}.
 *
 * @param bytes     of the file, as it comes and unpacked
 * @param items     in it
 * @param itemChars of one item; a longer one is rejected, the rest goes on
 * @param ratio     of unpacked to packed bytes; beyond it a small file is a bomb
 */
record FeedLimits(long bytes, int items, int itemChars, int ratio) {
}
