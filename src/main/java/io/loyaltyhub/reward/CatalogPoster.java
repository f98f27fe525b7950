package io.loyaltyhub.reward;

import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.json.Json;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes a feed's items as rewards, in one transaction: all of them by COPY into a table of their own, then what is new, what
 * changed and what is gone by three statements. A million items cost no memory and no statement each.
 */
@Component
class CatalogPoster {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogPoster.class);
    private static final int BATCH = 1 << 16;
    private static final int MOST_UNKNOWN = 100;

    private static final String STAGE = """
            CREATE TEMPORARY TABLE staged_rewards (
                position int, sku text, title text, price numeric(14, 2), image_url text, link text, group_id text, variant text, available boolean,
                fingerprint text
            ) ON COMMIT DROP
            """;

    private static final String COPY = "COPY staged_rewards FROM STDIN";

    /** Of items with one id the first counts; with {@code reward_skus} only those that are wanted. */
    private static final String MERGE = """
            WITH wanted AS (
                SELECT DISTINCT ON (s.sku) s.* FROM staged_rewards s
                 WHERE cardinality(?::text[]) = 0 OR s.sku = ANY (?::text[])
                 ORDER BY s.sku, s.position),
            written AS (
                INSERT INTO rewards AS r (merchant_id, integration_id, sku, title, price, image_url, link, group_id, variant, available, fingerprint, seen_in, updated_at)
                SELECT ?, ?, w.sku, w.title, w.price, w.image_url, w.link, w.group_id, w.variant, w.available, w.fingerprint, ?, ? FROM wanted w
                    ON CONFLICT (merchant_id, integration_id, sku) WHERE integration_id IS NOT NULL DO UPDATE
                   SET title = excluded.title, price = excluded.price, image_url = excluded.image_url, link = excluded.link,
                       group_id = excluded.group_id, variant = excluded.variant, available = excluded.available,
                       fingerprint = excluded.fingerprint, seen_in = excluded.seen_in, removed_at = NULL, updated_at = excluded.updated_at
                 WHERE r.fingerprint <> excluded.fingerprint OR r.removed_at IS NOT NULL
                RETURNING xmax = 0 AS is_new)
            SELECT (SELECT count(*) FROM wanted) AS usable, count(*) FILTER (WHERE is_new) AS created, count(*) FILTER (WHERE NOT is_new) AS updated
              FROM written
            """;

    private static final String KNOWN = "SELECT count(*) FROM rewards WHERE merchant_id = ? AND integration_id = ? AND removed_at IS NULL";

    private static final String GONE = """
            FROM rewards r
             WHERE r.merchant_id = ? AND r.integration_id = ? AND r.removed_at IS NULL
               AND (cardinality(?::text[]) > 0 AND NOT r.sku = ANY (?::text[])
                    OR NOT EXISTS (SELECT FROM staged_rewards s WHERE s.sku = r.sku))
            """;

    private static final String UNKNOWN_SKUS = """
            SELECT sku FROM unnest(?::text[]) AS sku WHERE NOT EXISTS (SELECT FROM staged_rewards s WHERE s.sku = sku.sku) ORDER BY sku LIMIT ?
            """;

    private static final String REMEMBER = """
            UPDATE catalogs SET feed_url = ?, etag = ?, last_modified = ? WHERE merchant_id = ? AND integration_id = ? AND fencing = ?
            """;

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
    }

    /** The shop says that the feed is as it was. */
    void notModified(CatalogRun run) {
        end(run, "not-modified", 0, 0, 0, 0, 0, Map.of(), List.of(), null);
    }

    /** @param reading gives each usable item to the consumer, and says what it met */
    void post(CatalogRun run, Validators validators, String note, Function<Consumer<FeedItem>, FeedReader.Outcome> reading) {
        transaction.executeWithoutResult(status -> postWithin(run, validators, note, reading));
    }

    private void postWithin(CatalogRun run, Validators validators, String note, Function<Consumer<FeedItem>, FeedReader.Outcome> reading) {
        Integration integration = run.integration();
        String[] skus = integration.rewardSkus().toArray(String[]::new);
        jdbc.execute(STAGE);
        Staged staged = stage(reading);
        if (staged.usable() == 0) {
            throw new FeedRefused("FEED_EMPTY", "o catálogo não tem nenhum item que possa ser usado");
        }
        jdbc.execute("CREATE INDEX ON staged_rewards (sku)");
        jdbc.execute("ANALYZE staged_rewards");
        UUID merchant = integration.merchantId();
        long known = count(KNOWN, merchant, integration.id());
        long gone = count("SELECT count(*) " + GONE, merchant, integration.id(), skus, skus);
        Timestamp now = Timestamp.from(clock.instant());
        int[] counts = jdbc.queryForObject(MERGE, (row, number) -> new int[] {row.getInt("usable"), row.getInt("created"), row.getInt("updated")},
                skus, skus, merchant, integration.id(), run.id(), now);
        List<String> warnings = new ArrayList<>();
        if (note != null) {
            warnings.add(note);
        }
        boolean kept = false;
        if (!staged.outcome().whole()) {
            kept = gone > 0;
            warnings.add("o arquivo termina no meio; nenhum produto foi retirado");
        } else if (gone * 2 > known && skus.length == 0) {
            // A broken export is likelier than a shop that sold out overnight.
            kept = true;
            warnings.add("o catálogo perdeu mais da metade dos produtos (" + gone + " de " + known + "); nenhum foi retirado");
        }
        int removed = kept || gone == 0 ? 0 : jdbc.update("UPDATE rewards SET removed_at = ?, updated_at = ? WHERE merchant_id = ? AND id IN (SELECT r.id " + GONE + ")",
                now, now, merchant, merchant, integration.id(), skus, skus);
        List<String> unknown = skus.length == 0 ? List.of() : jdbc.queryForList(UNKNOWN_SKUS, String.class, skus, MOST_UNKNOWN);
        jdbc.update(REMEMBER, integration.catalogFeedUrl(), validators.etag(), validators.lastModified(), merchant, integration.id(), run.fencing());
        end(run, kept ? "kept" : "ok", staged.outcome().read(), counts[1], counts[2], counts[0] - counts[1] - counts[2], removed,
                staged.outcome().rejected(), unknown, warnings.isEmpty() ? null : String.join("; ", warnings));
        LOG.info("feed of {}: {} items read, {} new, {} changed, {} gone", integration.name(), staged.outcome().read(), counts[1], counts[2], removed);
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

    // --- COPY

    private record Staged(FeedReader.Outcome outcome, int usable) {
    }

    private Staged stage(Function<Consumer<FeedItem>, FeedReader.Outcome> reading) {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
            Rows rows = new Rows(copy);
            try {
                FeedReader.Outcome outcome = reading.apply(rows);
                rows.flush();
                copy.endCopy();
                return new Staged(outcome, rows.count);
            } finally {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the items could not be written", e);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    /** Items as lines of COPY's text format. */
    private static final class Rows implements Consumer<FeedItem> {

        private final CopyIn copy;
        private final StringBuilder lines = new StringBuilder(BATCH + (1 << 14));
        private int count;

        Rows(CopyIn copy) {
            this.copy = copy;
        }

        @Override
        public void accept(FeedItem item) {
            lines.append(++count).append('\t');
            text(item.sku()).append('\t');
            text(item.title()).append('\t');
            lines.append(item.price().toPlainString()).append('\t');
            text(item.imageUrl()).append('\t');
            text(item.link()).append('\t');
            text(item.groupId()).append('\t');
            text(item.variant()).append('\t');
            lines.append(item.available() ? 't' : 'f').append('\t').append(item.fingerprint()).append('\n');
            if (lines.length() > BATCH) {
                flush();
            }
        }

        private StringBuilder text(String value) {
            if (value == null) {
                return lines.append("\\N");
            }
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                switch (c) {
                    case '\\' -> lines.append("\\\\");
                    case '\t' -> lines.append("\\t");
                    case '\n' -> lines.append("\\n");
                    case '\r' -> lines.append("\\r");
                    default -> lines.append(c);
                }
            }
            return lines;
        }

        void flush() {
            byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
            lines.setLength(0);
            try {
                copy.writeToCopy(bytes, 0, bytes.length);
            } catch (SQLException e) {
                throw new IllegalStateException("the items could not be written", e);
            }
        }
    }
}
