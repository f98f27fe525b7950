package io.loyaltyhub.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the planner is told of tables that were empty a moment ago. */
class YoungTablesTest {

    private TestDatabase database;
    private JdbcTemplate jdbc;
    private YoungTables tables;

    @BeforeEach
    void createTable() {
        database = TestDatabase.create();
        jdbc = new JdbcTemplate(database.dataSource());
        jdbc.execute("CREATE TABLE \"Purchases\" (id int) WITH (autovacuum_enabled = false)");
        tables = new YoungTables(jdbc);
    }

    @Test
    void aTableIsAnalysedOnceItHasRowsWorthAPlan() {
        insert(500);
        tables.analyze();
        assertThat(knownRows()).as("nobody has looked yet").isEqualTo(-1);

        insert(1);
        tables.analyze();
        assertThat(knownRows()).isEqualTo(501);
    }

    @Test
    void aTableIsAnalysedAgainOnlyAfterItHasDoubled() {
        insert(1000);
        tables.analyze();
        insert(900);
        tables.analyze();
        assertThat(knownRows()).isEqualTo(1000);

        insert(200);
        tables.analyze();
        assertThat(knownRows()).isEqualTo(2100);
        tables.analyze();
        assertThat(jdbc.queryForObject("SELECT analyze_count FROM pg_stat_user_tables WHERE relname = 'Purchases'", Integer.class)).isEqualTo(2);
    }

    @Test
    void aTableThatSomebodyHoldsIsLeftForLaterAndNobodyWaits() throws SQLException {
        insert(1000);
        try (Connection holder = database.dataSource().getConnection(); Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE \"Purchases\" IN SHARE UPDATE EXCLUSIVE MODE");
            tables.analyze();
        }
        assertThat(knownRows()).isEqualTo(-1);

        tables.analyze();
        assertThat(knownRows()).isEqualTo(1000);
    }

    /** A connection that is closed has told its statistics. */
    private void insert(int rows) {
        jdbc.update("INSERT INTO \"Purchases\" SELECT generate_series(1, ?)", rows);
    }

    private int knownRows() {
        Integer rows = jdbc.queryForObject("SELECT reltuples FROM pg_class WHERE relname = 'Purchases'", Integer.class);
        return rows == null ? 0 : rows;
    }
}
