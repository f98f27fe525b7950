package io.loyaltyhub.fault;

import static org.awaitility.Awaitility.await;

import io.loyaltyhub.support.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Stops a hub's transaction where it is wanted, kills the hub, and lets PostgreSQL go on with what it has. */
final class DatabaseTrap {

    private static final int LOCK = 20_240_514;

    private final TestDatabase database;

    DatabaseTrap(TestDatabase database) {
        this.database = database;
    }

    /** Makes commits of entries wait for whoever holds the lock. The schema must be there. */
    void lay() {
        try (Connection connection = database.dataSource().getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE FUNCTION pass_the_trap() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                        PERFORM pg_advisory_xact_lock_shared(%d);
                        RETURN NULL;
                    END $$;
                    CREATE CONSTRAINT TRIGGER trap AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED
                        FOR EACH ROW EXECUTE FUNCTION pass_the_trap();
                    """.formatted(LOCK));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Entries are written, balances are not. */
    void springWhilePosting(ForkedHub hub) {
        spring(hub, "LOCK TABLE balances IN EXCLUSIVE MODE", "relation");
    }

    /** COMMIT was sent, and will be done; nobody will hear the answer. */
    void springWhileCommitting(ForkedHub hub) {
        spring(hub, "SELECT pg_advisory_xact_lock(" + LOCK + ")", "advisory");
    }

    /**
     * A claim on getting new tokens outlives its hub by a minute and a half, as the claim on the integration does by two
     * minutes; in these tests that one is short, so this one must be over too.
     */
    void letClaimsOnTokensEnd() {
        try (Connection connection = database.dataSource().getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("UPDATE tokens SET refresher_until = now() - interval '1 second' WHERE refresher IS NOT NULL");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void spring(ForkedHub hub, String hold, String kindOfLock) {
        // Within one transaction PostgreSQL would show the same sessions for ever: one to hold, another one to look.
        try (Connection holder = database.dataSource().getConnection(); Statement holding = holder.createStatement();
             Connection looker = database.dataSource().getConnection(); Statement look = looker.createStatement()) {
            holder.setAutoCommit(false);
            holding.execute(hold);
            await().atMost(ForkedHub.PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> isCaught(look, hub, kindOfLock));
            hub.kill();
            holder.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isCaught(Statement statement, ForkedHub hub, String kindOfLock) throws SQLException {
        try (ResultSet row = statement.executeQuery("""
                SELECT FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
                 WHERE NOT l.granted AND l.locktype = '%s' AND a.application_name = '%s'
                """.formatted(kindOfLock, hub.name()))) {
            return row.next();
        }
    }
}
