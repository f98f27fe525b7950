package io.loyaltyhub.reward;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reading of one feed, in a thread of its own: behind the one that brings the feed into a file, and before the one that writes
 * its items to the database. From the file it can be read a second time, where its bytes are not what it calls itself.
 */
final class FeedReading implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(FeedReading.class);
    private static final Charset WINDOWS = Charset.forName("windows-1252");

    private final CatalogRun run;
    private final String charset;
    private final Instant now;
    private final FeedLimits limits;
    private final Executor threads;
    private final Path directory;
    private final ScratchFile file;
    private ItemSpool items;
    private String note;

    /**
     * @param charset as the answer named it; null where it did not
     * @param now     which sale prices hold
     * @param directory where there is room for the feed as it comes, and half of that for its items
     */
    FeedReading(CatalogRun run, String charset, Instant now, FeedLimits limits, Path directory, Executor threads) {
        this.run = run;
        this.charset = charset;
        this.now = now;
        this.limits = limits;
        this.threads = threads;
        this.directory = directory;
        try {
            this.file = ScratchFile.create(directory);
        } catch (IOException e) {
            throw ofTheHub(e);
        }
    }

    /** No IOException, nor caused by one: the route would say of the shop that it could not be reached. */
    private static RuntimeException ofTheHub(Exception e) {
        return new IllegalStateException("the files of a feed could not be written: " + e);
    }

    /** The bytes are not what the feed calls them. */
    static final class WrongCharset extends RuntimeException {
    }

    void begin() {
        read(null);
    }

    /** Once more, as Windows-1252, which such feeds are. */
    void beginAgain() throws IOException {
        items.close();
        note = "o arquivo não está na codificação que declara; foi lido como Windows-1252";
        read(WINDOWS);
    }

    private void read(Charset forced) {
        ItemSpool spool;
        try {
            spool = new ItemSpool(run.integration().merchantId(), run.integration().id(), run.id(), now, Set.copyOf(run.integration().rewardSkus()), directory);
        } catch (IOException e) {
            throw ofTheHub(e);
        }
        items = spool;
        threads.execute(() -> read(forced, spool));
    }

    private void read(Charset forced, ItemSpool spool) {
        try (Reader reader = FeedStream.open(file.open(), charset, forced, limits)) {
            spool.end(new FeedReader(limits, now, run.integration().timezone(), run.integration().siteUrl()).read(reader, spool));
        } catch (CharacterCodingException e) {
            spool.fail(new WrongCharset());
        } catch (IOException e) {
            spool.fail(new FeedRefused("FEED_NOT_UNDERSTOOD", "o arquivo do catálogo não pôde ser aberto"));
        } catch (UncheckedIOException e) {
            spool.fail(ofTheHub(e));
        } catch (RuntimeException e) {
            spool.fail(e);
        } catch (Error e) {
            spool.fail(new IllegalStateException("the feed could not be read", e));
            throw e;
        }
    }

    /** The feed as it comes. */
    void append(byte[] bytes, int count) {
        // Of what is no feed no more is fetched.
        if (items.failure().isPresent() && !(items.failure().get() instanceof WrongCharset)) {
            throw items.failure().get();
        }
        try {
            file.append(bytes, count);
        } catch (IOException e) {
            throw ofTheHub(e);
        }
    }

    /** All of it is here. */
    void end() {
        file.end();
    }

    ItemSpool items() {
        return items;
    }

    /** For the merchant, in pt-BR: what was strange about the feed; null for nothing. */
    String note() {
        return note;
    }

    /** Also ends the thread that reads, if it still does. */
    @Override
    public void close() {
        try (ScratchFile feed = file; ItemSpool spool = items) {
            LOG.trace("done with {} and {}", feed, spool);
        } catch (IOException e) {
            LOG.debug("a scratch file could not be closed", e);
        }
    }
}
