package io.loyaltyhub.points;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Moves a whole balance, below zero or above, from one participant to another by a pair of entries that add up to nothing. */
@Component
public class BalanceTransfer {

    private static final String HOLD = """
            SELECT participant_id, balance FROM balances WHERE merchant_id = ? AND participant_id IN (?, ?) ORDER BY participant_id FOR UPDATE
            """;

    private static final String INSERT = """
            INSERT INTO entries (merchant_id, participant_id, kind, points, description, created_by, created_at, transfer)
            VALUES (?, ?, 'adjust', ?, ?, ?, ?, true)
            """;

    private final JdbcTemplate jdbc;
    private final LedgerTables tables;
    private final Clock clock;

    public BalanceTransfer(JdbcTemplate jdbc, LedgerTables tables, Clock clock) {
        this.jdbc = jdbc;
        this.tables = tables;
        this.clock = clock;
    }

    /** The caller keeps everybody else from posting to either. Answers what was moved. */
    @Transactional(propagation = Propagation.MANDATORY)
    public long move(UUID merchantId, UUID from, UUID to, String by) {
        long balance = jdbc.query(HOLD, (row, number) -> row.getObject(1, UUID.class).equals(from) ? row.getLong(2) : 0L, merchantId, from, to)
                .stream().mapToLong(Long::longValue).sum();
        if (balance != 0) {
            Timestamp now = Timestamp.from(clock.instant());
            jdbc.update(INSERT, merchantId, from, -balance, "Cadastros unificados: saldo levado ao outro cadastro", by, now);
            jdbc.update(INSERT, merchantId, to, balance, "Cadastros unificados: saldo do outro cadastro", by, now);
            tables.addToBalances(merchantId, List.of(new LedgerTables.Inserted(from, null, -balance), new LedgerTables.Inserted(to, null, balance)));
        }
        return balance;
    }
}
