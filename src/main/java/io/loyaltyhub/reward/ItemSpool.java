package io.loyaltyhub.reward;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * A feed's items as lines of COPY's text format, on disk between the thread that reads the feed and the one that writes to the
 * database, which may follow while items still come. By the keys it is found out which of the items are to be written.
 */
final class ItemSpool implements Consumer<FeedItem>, Closeable {

    /** The columns of {@link #keys()}: a number from 0, in the feed's order. */
    static final String KEY_COLUMNS = "position, sku, fingerprint";
    /** The columns of {@link #rows}. */
    static final String ROW_COLUMNS = "merchant_id, integration_id, sku, title, price, image_url, link, group_id, variant, available, fingerprint, seen_in, updated_at";

    private static final int BATCH = 1 << 16;

    private final Set<String> wanted;
    private final Set<String> met = new HashSet<>();
    private final SkusMet once = new SkusMet();
    private final CompletableFuture<FeedReader.Outcome> outcome = new CompletableFuture<>();
    private final String begin;
    private final String end;
    private final Lines keys;
    private final Lines rows;
    private int usable;
    private int kept;

    /**
     * @param run    that sees the items
     * @param now    when it does
     * @param wanted the ids to keep; none for all
     * @param directory where there is room for some hundred bytes an item
     */
    ItemSpool(UUID merchantId, UUID integrationId, long run, Instant now, Set<String> wanted, Path directory) throws IOException {
        this.wanted = wanted;
        this.begin = merchantId + "\t" + integrationId + "\t";
        this.end = "\t" + run + "\t" + now + "\n";
        this.keys = new Lines(directory);
        this.rows = new Lines(directory);
    }

    @Override
    public void accept(FeedItem item) {
        usable++;
        if (!wanted.isEmpty()) {
            if (!wanted.contains(item.sku())) {
                return;
            }
            met.add(item.sku());
        }
        // Of items with one id the first counts.
        if (!once.add(item.sku())) {
            return;
        }
        String fingerprint = item.fingerprint();
        keys.text.append(kept++).append('\t');
        keys.value(item.sku()).append('\t').append(fingerprint).append('\n');
        keys.flushIfFull();
        rows.text.append(begin);
        rows.value(item.sku()).append('\t');
        rows.value(item.title()).append('\t').append(item.price().toPlainString()).append('\t');
        rows.value(item.imageUrl()).append('\t');
        rows.value(item.link()).append('\t');
        rows.value(item.groupId()).append('\t');
        rows.value(item.variant()).append('\t').append(item.available() ? 't' : 'f').append('\t').append(fingerprint).append(end);
        rows.flushIfFull();
    }

    /** The feed has no more. */
    void end(FeedReader.Outcome reading) {
        keys.end();
        rows.end();
        outcome.complete(reading);
    }

    /** The feed cannot be read on; so whoever is to write it is told. */
    void fail(RuntimeException why) {
        keys.file.fail(why);
        rows.file.fail(why);
        outcome.completeExceptionally(why);
    }

    /** Why the feed could not be read to its end, if that is known by now. */
    Optional<RuntimeException> failure() {
        return outcome.isCompletedExceptionally() ? Optional.of(outcome.handle((reading, why) -> (RuntimeException) why).join()) : Optional.empty();
    }

    /** What the whole feed came to; waits for its end. */
    FeedReader.Outcome outcome() {
        try {
            return outcome.join();
        } catch (CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    /** Items that can be used, whether or not they are wanted. All of them only after {@link #outcome()}, as with what follows. */
    int usable() {
        return usable;
    }

    /** Those that are wanted, each id once. */
    int kept() {
        return kept;
    }

    /** The ids that are wanted and were there; empty where all are wanted. */
    Set<String> met() {
        return met;
    }

    /** One line an item, from the first to the last: this ends when the feed does. */
    InputStream keys() {
        return keys.file.open();
    }

    /** The items themselves, in the same way. */
    InputStream rows() {
        return rows.file.open();
    }

    /** The items at these positions. */
    InputStream rows(BitSet positions) {
        return new ChosenLines(rows(), positions);
    }

    @Override
    public void close() throws IOException {
        try (Lines first = keys; Lines second = rows) {
            fail(new IllegalStateException("nobody wants the items any more"));
        }
    }

    /**
     * Ids by a hash of 64 bits, since a million texts are too many for memory: 8 to 16 bytes an id. In a feed of a million items one
     * would be taken for another's double once in about thirty million readings.
     */
    private static final class SkusMet {

        private static final long FNV_OFFSET = 0xcbf29ce484222325L;
        private static final long FNV_PRIME = 0x100000001b3L;

        private long[] hashes = new long[1 << 10];
        private int count;

        boolean add(String sku) {
            if (++count * 2 > hashes.length) {
                long[] before = hashes;
                hashes = new long[before.length * 2];
                for (long hash : before) {
                    if (hash != 0) {
                        hashes[place(hash)] = hash;
                    }
                }
            }
            long hash = hash(sku);
            int place = place(hash);
            boolean isNew = hashes[place] == 0;
            hashes[place] = hash;
            return isNew;
        }

        /** Where it is, or would be. */
        private int place(long hash) {
            int place = (int) (hash >>> 32) & hashes.length - 1;
            while (hashes[place] != 0 && hashes[place] != hash) {
                place = place + 1 & hashes.length - 1;
            }
            return place;
        }

        /** FNV-1a, never 0, which stands for none. */
        private static long hash(String sku) {
            long hash = FNV_OFFSET;
            for (int i = 0; i < sku.length(); i++) {
                hash = (hash ^ sku.charAt(i)) * FNV_PRIME;
            }
            hash ^= hash >>> 29;
            return hash == 0 ? 1 : hash;
        }
    }

    private static final class Lines implements Closeable {

        private final ScratchFile file;
        private final StringBuilder text = new StringBuilder(BATCH + (1 << 14));

        Lines(Path directory) throws IOException {
            file = ScratchFile.create(directory);
        }

        StringBuilder value(String value) {
            if (value == null) {
                return text.append("\\N");
            }
            int from = 0;
            for (int i = 0; i < value.length(); i++) {
                String escaped = switch (value.charAt(i)) {
                    case '\\' -> "\\\\";
                    case '\t' -> "\\t";
                    case '\n' -> "\\n";
                    case '\r' -> "\\r";
                    default -> null;
                };
                if (escaped != null) {
                    text.append(value, from, i).append(escaped);
                    from = i + 1;
                }
            }
            // As a rule there is nothing to escape, and a text is appended faster than its characters.
            return text.append(from == 0 ? value : value.substring(from));
        }

        void flushIfFull() {
            if (text.length() > BATCH) {
                flush();
            }
        }

        private void flush() {
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            text.setLength(0);
            try {
                file.append(bytes, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void end() {
            flush();
            file.end();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Of lines, those that are chosen by their number. */
    private static final class ChosenLines extends InputStream {

        private final InputStream lines;
        private final BitSet chosen;
        private final byte[] read = new byte[BATCH];
        private int at;
        private int length;
        private int line;

        ChosenLines(InputStream lines, BitSet chosen) {
            this.lines = lines;
            this.chosen = chosen;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            Objects.checkFromIndexSize(offset, count, into.length);
            int given = 0;
            while (given < count) {
                if (at == length) {
                    if (given > 0) {
                        break;
                    }
                    length = lines.read(read, 0, read.length);
                    at = 0;
                    if (length < 0) {
                        length = 0;
                        return count == 0 ? 0 : -1;
                    }
                }
                given += pass(into, offset + given, count - given);
            }
            return given;
        }

        /** The rest of the line, as far as it was read and there is room for it; how many bytes of it were given. */
        private int pass(byte[] into, int offset, int room) {
            boolean given = chosen.get(line);
            int end = Math.min(length, given ? at + room : length);
            int to = at;
            while (to < end && read[to] != '\n') {
                to++;
            }
            if (to < end) {
                to++;
                line++;
            }
            int count = to - at;
            if (given) {
                System.arraycopy(read, at, into, offset, count);
            }
            at = to;
            return given ? count : 0;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
