package io.loyaltyhub.reward;

import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.json.Json;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * Writes a feed's items as rewards, in one transaction: those that are wanted by COPY into a table of their own, then what
 * changed, what is new and what is gone, by a statement each. A million items cost no memory and no statement each.
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

    /**
     * For this transaction alone: what is joined is as large as the feed, and how large that is nobody has told the planner in a
     * shop's first days. Row by row, a million would be compared with a million.
     */
    private static final List<String> PLANS = List.of("SET LOCAL work_mem = '64MB'", "SET LOCAL enable_nestloop = off");

    /** Of items with one id the first counts. */
    private static final String DUPLICATES = """
            DELETE FROM staged_rewards s
             USING (SELECT sku, min(position) AS position FROM staged_rewards GROUP BY sku HAVING count(*) > 1) first
             WHERE s.sku = first.sku AND s.position > first.position
            """;

    /** A node that lost its claim while it read may still write: one after the other, so that the second finds what the first did. */
    private static final String ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))";

    private static final String CHANGED = """
            UPDATE rewards r
               SET title = s.title, price = s.price, image_url = s.image_url, link = s.link, group_id = s.group_id, variant = s.variant,
                   available = s.available, fingerprint = s.fingerprint, seen_in = ?, removed_at = NULL, updated_at = ?
              FROM staged_rewards s
             WHERE r.merchant_id = ? AND r.integration_id = ? AND r.sku = s.sku AND (r.fingerprint <> s.fingerprint OR r.removed_at IS NOT NULL)
            """;

    private static final String NEW = """
            INSERT INTO rewards (merchant_id, integration_id, sku, title, price, image_url, link, group_id, variant, available, fingerprint, seen_in, updated_at)
            SELECT ?, ?, s.sku, s.title, s.price, s.image_url, s.link, s.group_id, s.variant, s.available, s.fingerprint, ?, ?
              FROM staged_rewards s
             WHERE NOT EXISTS (SELECT FROM rewards r WHERE r.merchant_id = ? AND r.integration_id = ? AND r.sku = s.sku)
            """;

    private static final String KNOWN = "SELECT count(*) FROM rewards WHERE merchant_id = ? AND integration_id = ? AND removed_at IS NULL";

    private static final String GONE = """
            FROM rewards r
             WHERE r.merchant_id = ? AND r.integration_id = ? AND r.removed_at IS NULL
               AND NOT EXISTS (SELECT FROM staged_rewards s WHERE s.sku = r.sku)
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
        Set<String> wanted = Set.copyOf(integration.rewardSkus());
        PLANS.forEach(jdbc::execute);
        jdbc.execute(STAGE);
        Staged staged = stage(wanted, reading);
        if (staged.usable() == 0) {
            throw new FeedRefused("FEED_EMPTY", "o catálogo não tem nenhum item que possa ser usado");
        }
        jdbc.execute("ANALYZE staged_rewards");
        int once = staged.kept() - jdbc.update(DUPLICATES);
        UUID merchant = integration.merchantId();
        jdbc.query(ALONE, row -> { }, integration.id().toString());
        long known = count(KNOWN, merchant, integration.id());
        long gone = count("SELECT count(*) " + GONE, merchant, integration.id());
        Timestamp now = Timestamp.from(clock.instant());
        int updated = jdbc.update(CHANGED, run.id(), now, merchant, integration.id());
        int created = jdbc.update(NEW, merchant, integration.id(), run.id(), now, merchant, integration.id());
        List<String> warnings = new ArrayList<>();
        if (note != null) {
            warnings.add(note);
        }
        boolean kept = false;
        if (!staged.outcome().whole()) {
            kept = gone > 0;
            warnings.add("o arquivo termina no meio; nenhum produto foi retirado");
        } else if (gone * 2 > known && wanted.isEmpty()) {
            // A broken export is likelier than a shop that sold out overnight.
            kept = true;
            warnings.add("o catálogo perdeu mais da metade dos produtos (" + gone + " de " + known + "); nenhum foi retirado");
        }
        int removed = kept || gone == 0 ? 0 : jdbc.update("UPDATE rewards SET removed_at = ?, updated_at = ? WHERE merchant_id = ? AND id IN (SELECT r.id " + GONE + ")",
                now, now, merchant, merchant, integration.id());
        List<String> unknown = wanted.stream().filter(sku -> !staged.met().contains(sku)).sorted().limit(MOST_UNKNOWN).toList();
        jdbc.update(REMEMBER, integration.catalogFeedUrl(), validators.etag(), validators.lastModified(), merchant, integration.id(), run.fencing());
        end(run, kept ? "kept" : "ok", staged.outcome().read(), created, updated, once - created - updated, removed,
                staged.outcome().rejected(), unknown, warnings.isEmpty() ? null : String.join("; ", warnings));
        LOG.info("feed of {}: {} items read, {} new, {} changed, {} gone", integration.name(), staged.outcome().read(), created, updated, removed);
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

    /**
     * @param usable items, whether or not they are wanted
     * @param kept   of them
     * @param met    the ids that are wanted and were there; empty where all are wanted
     */
    private record Staged(FeedReader.Outcome outcome, int usable, int kept, Set<String> met) {
    }

    private Staged stage(Set<String> wanted, Function<Consumer<FeedItem>, FeedReader.Outcome> reading) {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
            Rows rows = new Rows(copy, wanted);
            try {
                FeedReader.Outcome outcome = reading.apply(rows);
                rows.flush();
                copy.endCopy();
                return new Staged(outcome, rows.usable, rows.kept, rows.met);
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
        private final Set<String> wanted;
        private final Set<String> met = new HashSet<>();
        private final StringBuilder lines = new StringBuilder(BATCH + (1 << 14));
        private int usable;
        private int kept;

        /** @param wanted the ids to keep; none for all */
        Rows(CopyIn copy, Set<String> wanted) {
            this.copy = copy;
            this.wanted = wanted;
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
            lines.append(++kept).append('\t');
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
                    lines.append(value, from, i).append(escaped);
                    from = i + 1;
                }
            }
            // As a rule there is nothing to escape, and a text is appended faster than its characters.
            lines.append(from == 0 ? value : value.substring(from));
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
