package io.loyaltyhub.reward;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * What a feed may cost: {@code hub.feed.*}.
 *
 * @param bytes     of the file, as it comes and unpacked
 * @param items     in it
 * @param itemChars of one item; a longer one is rejected, the rest goes on
 * @param ratio     of unpacked to packed bytes; beyond it a small file is a bomb
 */
@Component
record FeedLimits(
        @Value("${hub.feed.max-bytes:2147483648}") long bytes,
        @Value("${hub.feed.max-items:2000000}") int items,
        @Value("${hub.feed.max-item-chars:262144}") int itemChars,
        @Value("${hub.feed.max-ratio:200}") int ratio) {
}
