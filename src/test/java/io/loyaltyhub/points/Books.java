package io.loyaltyhub.points;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.loyaltyhub.audit.Audit;
import io.loyaltyhub.participant.Merging;
import io.loyaltyhub.participant.Participants;
import io.loyaltyhub.participant.People;
import io.loyaltyhub.sale.SalesOfParticipants;
import io.loyaltyhub.support.TestDatabase;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A ledger on a database of its own, without the rest of the hub. */
final class Books implements AutoCloseable {

    static final Clock CLOCK = Clock.fixed(Instant.parse("2024-06-01T12:00:00Z"), ZoneOffset.UTC);
    /** As often as the hub itself tries to post a page. */
    private static final int ATTEMPTS = 4;

    private final HikariDataSource connections;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Merging merging;
    private final People people;
    private final PointsExpiry expiry;
    private final Ledger ledger;
    private final Map<UUID, Queue<Posted>> told = new ConcurrentHashMap<>();

    private Books(HikariDataSource connections, Clock clock) {
        this.connections = connections;
        this.jdbc = new JdbcTemplate(connections);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(connections));
        LedgerTables tables = new LedgerTables(jdbc);
        Audit audit = new Audit(JdbcClient.create(jdbc), clock);
        this.merging = new Merging(jdbc, new BalanceTransfer(jdbc, tables, clock), List.of(new SalesOfParticipants(jdbc)), audit);
        this.people = new People(jdbc, List.of(new TracesOfParticipants(jdbc), new SalesOfParticipants(jdbc)), audit, clock);
        this.expiry = new PointsExpiry(JdbcClient.create(jdbc), tables, transaction, clock);
        this.ledger = new Ledger(tables, new Copies(jdbc, Duration.ofHours(72)), new WaitingSales(jdbc, clock, Duration.ofDays(30)),
                new SalesPeriods(jdbc), new Participants(jdbc, merging, clock), List.of(new PostedLog(jdbc), this::remember), clock);
    }

    private void remember(UUID merchant, List<Posted> posted) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                told.computeIfAbsent(merchant, one -> new ConcurrentLinkedQueue<>()).addAll(posted);
            }
        });
    }

    static Books open() {
        return open(CLOCK);
    }

    static Books open(Clock clock) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(TestDatabase.create().dataSource());
        config.setMaximumPoolSize(16);
        config.setMinimumIdle(1);
        HikariDataSource connections = new HikariDataSource(config);
        Flyway.configure().dataSource(connections).load().migrate();
        return new Books(connections, clock);
    }

    JdbcTemplate jdbc() {
        return jdbc;
    }

    PointsExpiry expiry() {
        return expiry;
    }

    LedgerVerification.Result verify() {
        return new LedgerVerification(jdbc).verify();
    }

    <T> T inTransaction(Supplier<T> work) {
        return transaction.execute(status -> work.get());
    }

    /** What comes of work that leaves no trace. */
    <T> T rolledBack(Supplier<T> work) {
        return transaction.execute(status -> {
            status.setRollbackOnly();
            return work.get();
        });
    }

    /** A new merchant with one shop that reports its orders. */
    Shop newShop() {
        UUID merchant = UUID.randomUUID();
        jdbc.update("INSERT INTO merchants (id, name, created_at) VALUES (?, 'Loja de Teste', now())", merchant);
        return new Shop(new Source(merchant, newIntegration(merchant), "shop", false));
    }

    private UUID newIntegration(UUID merchant) {
        UUID integration = UUID.randomUUID();
        jdbc.update("""
                INSERT INTO integrations (merchant_id, id, platform, name, settings, secrets, poll_interval, timezone, created_at, updated_at)
                VALUES (?, ?, 'none', 'Loja', '{}', '', interval '1 hour', '-03:00', now(), now())
                """, merchant, integration);
        return integration;
    }

    @Override
    public void close() {
        connections.close();
    }

    record Entry(long id, String kind, long points, Integer round, Long corrects, UUID participantId, String by, String description) {
    }

    record SaleRow(long id, long points, int round, BigDecimal paidBase, String statusId, String decision, String reason, UUID participantId,
                   Long linkedSaleId) {
    }

    /** One integration of one merchant, as the ledger sees it. */
    final class Shop {

        private final UUID merchant;
        private final UUID integration;
        private final Source source;

        private Shop(Source source) {
            this.merchant = source.merchantId();
            this.integration = source.integrationId();
            this.source = source;
        }

        UUID merchant() {
            return merchant;
        }

        /** Another integration of the same merchant: other orders, the same people. */
        Shop anotherOfTheSameMerchant() {
            return new Shop(new Source(merchant, newIntegration(merchant), "shop", source.shared()));
        }

        /** The same shop, of a merchant who has further sources. */
        Shop amongOthers() {
            return new Shop(new Source(merchant, integration, source.kind(), true));
        }

        /** The ERP of the same merchant, which reports sales too. */
        Shop erp() {
            return new Shop(new Source(merchant, newIntegration(merchant), "erp", true));
        }

        /** Its sales count from so many hours after orders are usually placed here; those before, in other sources. */
        void countsFrom(int hours) {
            jdbc.update("UPDATE integrations SET sales_from = ? WHERE id = ?", Version.DAY.plusHours(hours), integration);
        }

        Ledger ledger() {
            return ledger;
        }

        /** Posts a page as the hub does: in one transaction, again where two pages waited for each other. */
        List<Posted> post(List<Verdict> page) {
            return again(() -> inTransaction(() -> ledger.post(source, page)));
        }

        private static <T> T again(Supplier<T> work) {
            for (int attempt = 1; ; attempt++) {
                try {
                    return work.get();
                } catch (TransientDataAccessException e) {
                    if (attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            }
        }

        List<Posted> post(Verdict... page) {
            return post(List.of(page));
        }

        Posted postOne(Verdict verdict) {
            List<Posted> posted = post(verdict);
            if (posted.size() != 1) {
                throw new AssertionError("one order was posted, " + posted.size() + " were reported");
            }
            return posted.get(0);
        }

        Ledger.Adjusted adjust(UUID participant, long points, String reason, String by) {
            return inTransaction(() -> ledger.adjust(merchant, participant, points, reason, by));
        }

        /** As whoever calls the API does: the merchant is held before the two are. */
        void merge(UUID survivor, UUID from) {
            again(() -> inTransaction(() -> {
                holdMerchant();
                merging.merge(merchant, survivor, from, "test");
                return null;
            }));
        }

        private void holdMerchant() {
            jdbc.queryForList("SELECT id FROM merchants WHERE id = ? FOR NO KEY UPDATE", merchant);
        }

        /** As whoever calls the API does, too. */
        void forget(Buyer buyer) {
            inTransaction(() -> {
                holdMerchant();
                people.erase(merchant, record(buyer).orElseThrow(), "test");
                return null;
            });
        }

        SaleRow sale(String order) {
            return jdbc.queryForObject("""
                    SELECT points, round, paid_base, status_id, decision, reason, participant_id, id, linked_sale_id FROM sales
                     WHERE merchant_id = ? AND integration_id = ? AND order_id = ?
                    """, (row, number) -> new SaleRow(row.getLong(8), row.getLong(1), row.getInt(2), row.getBigDecimal(3), row.getString(4),
                    row.getString(5), row.getString(6), row.getObject(7, UUID.class), row.getObject(9, Long.class)), merchant, integration, order);
        }

        /** What an order paid, entry by entry, oldest first. */
        List<Entry> entries(String order) {
            return jdbc.query("SELECT * FROM entries WHERE merchant_id = ? AND integration_id = ? AND order_id = ? ORDER BY id",
                    (row, number) -> entry(row), merchant, integration, order);
        }

        List<Long> movements(String order) {
            return entries(order).stream().map(Entry::points).toList();
        }

        /** All entries of the merchant, of whatever integration. */
        List<Entry> entries() {
            return jdbc.query("SELECT * FROM entries WHERE merchant_id = ? ORDER BY id", (row, number) -> entry(row), merchant);
        }

        private static Entry entry(java.sql.ResultSet row) throws java.sql.SQLException {
            return new Entry(row.getLong("id"), row.getString("kind"), row.getLong("points"), row.getObject("round", Integer.class),
                    row.getObject("corrects", Long.class), row.getObject("participant_id", UUID.class), row.getString("created_by"),
                    row.getString("description"));
        }

        long balance(Buyer buyer) {
            Long balance = jdbc.queryForObject("""
                    SELECT coalesce(sum(b.balance), 0) FROM balances b JOIN participants p ON p.merchant_id = b.merchant_id AND p.id = b.participant_id
                     WHERE p.merchant_id = ? AND (p.document = ? OR p.email = ?)
                    """, Long.class, merchant, buyer.document(), buyer.email());
            return balance == null ? 0 : balance;
        }

        /** Whom somebody is known as, be it through a record that was given up for another. */
        Optional<UUID> record(Buyer buyer) {
            return jdbc.queryForList("SELECT coalesce(merged_into, id) FROM participants WHERE merchant_id = ? AND (document = ? OR email = ?) ORDER BY 1",
                    UUID.class, merchant, buyer.document(), buyer.email()).stream().findFirst();
        }

        /** Of all that these are known as, each once. */
        long balanceOfRecords(Buyer... buyers) {
            return Stream.of(buyers).map(this::record).flatMap(Optional::stream).distinct()
                    .mapToLong(id -> jdbc.queryForObject("SELECT coalesce(sum(balance), 0) FROM balances WHERE participant_id = ?", Long.class, id)).sum();
        }

        long totalOfBalances() {
            Long total = jdbc.queryForObject("SELECT coalesce(sum(balance), 0) FROM balances WHERE merchant_id = ?", Long.class, merchant);
            return total == null ? 0 : total;
        }

        List<Map<String, Object>> participants() {
            return jdbc.queryForList("SELECT id, document, email, name, source FROM participants WHERE merchant_id = ? AND merged_into IS NULL ORDER BY registered_at, id", merchant);
        }

        /** What those who want to know were told of, since they were asked last, where points moved: {@code order +points}. */
        List<String> told() {
            return whatWasTold().filter(one -> one.points() != 0).map(one -> one.sale().id() + (one.points() > 0 ? " +" : " ") + one.points()).toList();
        }

        long pointsTold() {
            return whatWasTold().mapToLong(Posted::points).sum();
        }

        private Stream<Posted> whatWasTold() {
            Queue<Posted> all = told.remove(merchant);
            return all == null ? Stream.empty() : all.stream();
        }

        Ledger.Ruled rule(long sale, Ruling ruling, String by) {
            return inTransaction(() -> ledger.rule(merchant, sale, ruling, by));
        }

        /** Becomes a participant as the API does it: with all that waited for this. */
        UUID join(Buyer buyer) {
            return inTransaction(() -> {
                UUID id = register(buyer);
                ledger.claim(merchant, "maria", List.of(buyer.customer()));
                return id;
            });
        }

        UUID register(Buyer buyer) {
            UUID id = UUID.randomUUID();
            jdbc.update("INSERT INTO participants (merchant_id, id, document, email, source, registered_at) VALUES (?, ?, ?, ?, 'test', now())",
                    merchant, id, buyer.document(), buyer.email());
            return id;
        }
    }
}
