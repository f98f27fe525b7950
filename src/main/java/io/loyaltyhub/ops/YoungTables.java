package io.loyaltyhub.ops;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Tells PostgreSQL's planner of tables that have more than doubled since it last looked. Autovacuum does so too, but a minute or
 * more later, and until then every connection keeps plans made for empty tables: a merchant's first orders are the whole table, and
 * a plan that looks through one merchant's rows for each foreign key gets slower with each page.
 */
@Component
class YoungTables {

    private static final Logger LOG = LoggerFactory.getLogger(YoungTables.class);

    /** Of tables smaller than this any plan is good. What has grown large grows slowly, and autovacuum keeps up. */
    private static final String DOUBLED = """
            SELECT quote_ident(c.relname)
              FROM pg_stat_user_tables t
              JOIN pg_class c ON c.oid = t.relid
             WHERE t.schemaname = current_schema() AND c.relpersistence = 'p' AND t.n_mod_since_analyze > greatest(500, c.reltuples)
             ORDER BY c.relname
            """;

    private final JdbcTemplate jdbc;

    YoungTables(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Scheduled(initialDelayString = "${hub.database.statistics-interval:PT3S}", fixedDelayString = "${hub.database.statistics-interval:PT3S}")
    void analyze() {
        try {
            for (String table : jdbc.queryForList(DOUBLED, String.class)) {
                // Who holds the table may be looking at it for the same reason.
                jdbc.execute("ANALYZE (SKIP_LOCKED) " + table);
                LOG.debug("{} has grown and was analysed", table);
            }
        } catch (DataAccessException e) {
            LOG.debug("no statistics this time", e);
        }
    }
}
