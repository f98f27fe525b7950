package io.loyaltyhub.reward;

import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.poll.LeaseLost;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes a feed's items as rewards, in one transaction, that follows the reading once the feed was fetched: no shop keeps it open.
 * A first feed goes by COPY straight into the rewards. Of any other the keys go into a table of their own, there to be compared
 * with what is known, and then, by COPY too, only what is new or changed. A million items cost no memory and no statement each,
 * and those that are as they were not even a row.
 */
@Component
class CatalogPoster {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogPoster.class);
    private static final int BATCH = 1 << 16;
    private static final int FETCH = 10_000;
    private static final int MOST_UNKNOWN = 100;

    private static final String READ_ITEMS = "CREATE TEMPORARY TABLE read_items (position int, sku text, fingerprint text) ON COMMIT DROP";

    private static final String COPY_KEYS = "COPY read_items (" + ItemSpool.KEY_COLUMNS + ") FROM STDIN";

    /**
     * For this transaction alone: what is joined is as large as the feed, and how large that is nobody has told the planner in a
     * shop's first days. Row by row, a million would be compared with a million.
     */
    private static final List<String> PLANS = List.of("SET LOCAL work_mem = '64MB'", "SET LOCAL enable_nestloop = off");

    /** One after the other: who lost the claim while it waited, finds so here, and else the other finds what this one did. */
    private static final String ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))";

    /** New: without an id. Gone: without a position. Changed: with both. */
    private static final String DIFFERENCES = """
            CREATE TEMPORARY TABLE differences ON COMMIT DROP AS
            SELECT s.position, r.id, r.sku
              FROM read_items s
              FULL JOIN (SELECT id, sku, fingerprint, removed_at IS NULL AS shown FROM rewards WHERE merchant_id = ? AND integration_id = ?) r ON r.sku = s.sku
             WHERE s.position IS NULL AND r.shown OR s.position IS NOT NULL AND (r.shown AND r.fingerprint = s.fingerprint) IS NOT TRUE
            """;

    private static final String COPY_NEW = "COPY rewards (" + ItemSpool.ROW_COLUMNS + ") FROM STDIN";

    private static final String CHANGED_ITEMS = """
            CREATE TEMPORARY TABLE changed_items ON COMMIT DROP AS SELECT %s FROM rewards WITH NO DATA
            """.formatted(ItemSpool.ROW_COLUMNS);

    private static final String COPY_CHANGED = "COPY changed_items (" + ItemSpool.ROW_COLUMNS + ") FROM STDIN";

    private static final String CHANGE = """
            UPDATE rewards r
               SET title = c.title, price = c.price, image_url = c.image_url, link = c.link, group_id = c.group_id, variant = c.variant,
                   available = c.available, fingerprint = c.fingerprint, seen_in = c.seen_in, removed_at = NULL, updated_at = c.updated_at
              FROM changed_items c
             WHERE r.merchant_id = ? AND r.integration_id = ? AND r.sku = c.sku
            """;

    private static final String OWNER = "SELECT id FROM integrations WHERE merchant_id = ? AND id = ? AND deleted_at IS NULL FOR KEY SHARE";

    private static final String EVER_KNOWN = "SELECT count(*) FROM (SELECT FROM rewards WHERE merchant_id = ? AND integration_id = ? LIMIT 1) one";

    private static final String GONE = "SELECT count(*) FROM differences WHERE position IS NULL";

    private static final String WANTED = " AND (cardinality(?::text[]) = 0 OR sku = ANY (?::text[]))";

    private static final String KNOWN = "SELECT count(*) FROM rewards WHERE merchant_id = ? AND integration_id = ? AND removed_at IS NULL" + WANTED;

    private static final String REMOVE = """
            UPDATE rewards SET removed_at = ?, updated_at = ?
             WHERE merchant_id = ? AND id IN (SELECT id FROM differences WHERE position IS NULL AND sku <> ALL (?::text[]))
            """;

    private static final String REMEMBER = """
            UPDATE catalogs SET feed_url = coalesce(?, feed_url), etag = ?, last_modified = ? WHERE merchant_id = ? AND integration_id = ? AND fencing = ?
            """;

    private static final String CLAIM = "SELECT count(*) FROM catalogs WHERE merchant_id = ? AND integration_id = ? AND fencing = ?";

    private static final String END = """
            UPDATE catalog_runs
               SET outcome = ?, finished_at = ?, read = ?, created = ?, updated = ?, unchanged = ?, removed = ?, rejected = ?::jsonb,
                   unknown_skus = ?::text[], warning = ?
             WHERE merchant_id = ? AND id = ?
            """;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final DataSource dataSource;
    private final Clock clock;

    CatalogPoster(JdbcTemplate jdbc, TransactionTemplate transaction, DataSource dataSource, Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.dataSource = dataSource;
        this.clock = clock;
    }

    /** What the shop said to ask with next time. */
    record Validators(String etag, String lastModified) {

        private static final Validators NONE = new Validators(null, null);
    }

    /** The shop says that the feed is as it was. */
    void notModified(CatalogRun run) {
        transaction.executeWithoutResult(status -> {
            remember(run, run.integration().catalogFeedUrl(), new Validators(run.etag(), run.lastModified()));
            end(run, "not-modified", 0, 0, 0, 0, 0, Map.of(), List.of(), null);
        });
    }

    /** @throws FeedRefused, FeedReading.WrongCharset, LeaseLost as soon as the reading comes to that; then nothing is written */
    void post(CatalogRun run, Validators validators, FeedReading reading) {
        transaction.executeWithoutResult(status -> postWithin(run, validators, reading));
    }

    private void postWithin(CatalogRun run, Validators validators, FeedReading reading) {
        Integration integration = run.integration();
        UUID merchant = integration.merchantId();
        ItemSpool items = reading.items();
        // What the lines say of their owner no foreign key looks at; it is held until the commit.
        if (jdbc.queryForList(OWNER, UUID.class, merchant, integration.id()).isEmpty()) {
            throw new FeedRefused("FEED_OF_NOBODY", "a integração foi excluída");
        }
        jdbc.query(ALONE, row -> { }, integration.id().toString());
        if (count(CLAIM, merchant, integration.id(), run.fencing()) == 0) {
            throw lost(run);
        }
        boolean first = count(EVER_KNOWN, merchant, integration.id()) == 0;
        String[] wanted = integration.rewardSkus().toArray(String[]::new);
        Changes changes = first ? new Changes((int) copy(COPY_NEW, items.rows()), 0, 0, 0, 0) : write(items, merchant, integration.id(), wanted);
        FeedReader.Outcome outcome = items.outcome();
        if (items.usable() == 0) {
            throw new FeedRefused("FEED_EMPTY", "o catálogo não tem nenhum item que possa ser usado");
        }
        List<String> warnings = new ArrayList<>();
        if (reading.note() != null) {
            warnings.add(reading.note());
        }
        boolean kept = false;
        if (!outcome.whole()) {
            kept = changes.gone() > 0;
            warnings.add("o arquivo termina no meio; nenhum produto foi retirado");
        } else if (run.sameAddress() && changes.lost() * 2 > changes.known()) {
            // A broken export is likelier than a shop that sold out overnight. Another feed may have other ids altogether.
            kept = true;
            warnings.add("o catálogo perdeu mais da metade dos produtos (" + changes.lost() + " de " + changes.known() + "); nenhum deles foi retirado");
        }
        // Of a whole feed at least those go that nobody wants any more.
        boolean takesAway = kept ? outcome.whole() && wanted.length > 0 : changes.gone() > 0;
        Timestamp now = Timestamp.from(clock.instant());
        int removed = takesAway ? jdbc.update(REMOVE, now, now, merchant, kept ? wanted : new String[0]) : 0;
        List<String> unknown = Stream.of(wanted).distinct().filter(sku -> !items.met().contains(sku)).sorted().limit(MOST_UNKNOWN).toList();
        // What did not come of it yet would not come as long as the shop says that it is as it was.
        boolean done = outcome.whole() && !kept;
        Validators next = done && !outcome.saleToCome() ? validators : Validators.NONE;
        remember(run, done ? integration.catalogFeedUrl() : null, next);
        end(run, kept ? "kept" : "ok", outcome.read(), changes.created(), changes.updated(), items.kept() - changes.created() - changes.updated(), removed,
                outcome.rejected(), unknown, warnings.isEmpty() ? null : String.join("; ", warnings));
        LOG.info("feed of {}: {} items read, {} new, {} changed, {} gone", integration.name(), outcome.read(), changes.created(), changes.updated(), removed);
    }

    /** @param address from which all that is known came; null: not all of it did */
    private void remember(CatalogRun run, String address, Validators validators) {
        Integration integration = run.integration();
        if (jdbc.update(REMEMBER, address, validators.etag(), validators.lastModified(), integration.merchantId(), integration.id(), run.fencing()) == 0) {
            throw lost(run);
        }
    }

    private static LeaseLost lost(CatalogRun run) {
        return new LeaseLost("feed of " + run.integration().name());
    }

    private long count(String sql, Object... parameters) {
        Long count = jdbc.queryForObject(sql, Long.class, parameters);
        return count == null ? 0 : count;
    }

    private void end(CatalogRun run, String outcome, int read, int created, int updated, int unchanged, int removed, Map<String, Integer> rejected,
                     List<String> unknown, String warning) {
        jdbc.update(END, outcome, Timestamp.from(clock.instant()), read, created, updated, unchanged, removed, Json.write(rejected),
                unknown.toArray(String[]::new), warning, run.integration().merchantId(), run.id());
    }

    /**
     * @param created, updated rewards
     * @param gone  that are shown and the feed no longer has
     * @param lost  those of them that are wanted
     * @param known that were shown and are wanted; counted only where some are gone
     */
    private record Changes(int created, int updated, long gone, long lost, long known) {
    }

    private Changes write(ItemSpool items, UUID merchantId, UUID integrationId, String[] wanted) {
        PLANS.forEach(jdbc::execute);
        jdbc.execute(READ_ITEMS);
        copy(COPY_KEYS, items.keys());
        jdbc.execute("ANALYZE read_items");
        jdbc.update(DIFFERENCES, merchantId, integrationId);
        long gone = count(GONE);
        long lost = gone == 0 ? 0 : count(GONE + WANTED, wanted, wanted);
        long known = gone == 0 ? 0 : count(KNOWN, merchantId, integrationId, wanted, wanted);
        return new Changes(create(items), change(items, merchantId, integrationId), gone, lost, known);
    }

    private int create(ItemSpool items) {
        BitSet positions = positions("id IS NULL");
        return positions.isEmpty() ? 0 : (int) copy(COPY_NEW, items.rows(positions));
    }

    private int change(ItemSpool items, UUID merchantId, UUID integrationId) {
        BitSet positions = positions("id IS NOT NULL");
        if (positions.isEmpty()) {
            return 0;
        }
        jdbc.execute(CHANGED_ITEMS);
        copy(COPY_CHANGED, items.rows(positions));
        return jdbc.update(CHANGE, merchantId, integrationId);
    }

    /** Of the differences that the feed has, those of one kind: a bit each, so as not to hold a million numbers. */
    private BitSet positions(String kind) {
        BitSet positions = new BitSet();
        JdbcTemplate rows = new JdbcTemplate(dataSource);
        rows.setFetchSize(FETCH);
        rows.query("SELECT position FROM differences WHERE position IS NOT NULL AND " + kind, (RowCallbackHandler) row -> positions.set(row.getInt(1)));
        return positions;
    }

    private long copy(String sql, InputStream lines) {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try (lines) {
            return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, lines, BATCH);
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("the items could not be written", e);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }
}
