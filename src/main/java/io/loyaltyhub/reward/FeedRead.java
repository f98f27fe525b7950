package io.loyaltyhub.reward;

import java.io.Closeable;
import java.io.IOException;

/**
 * A feed that was read to its end, and what it came to.
 *
 * @param note for the merchant, in pt-BR: what was strange about it; null for nothing
 */
record FeedRead(ItemSpool items, FeedReader.Outcome outcome, String note) implements Closeable {

    @Override
    public void close() throws IOException {
        items.close();
    }
}
