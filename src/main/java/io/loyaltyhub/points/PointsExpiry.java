package io.loyaltyhub.points;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Points that nobody used in time. What is spent is spent of the oldest points; what is left of an award when its days are
 * over is taken by an entry that corrects the award. What the entries say decides, whoever looks and how often: a second run
 * finds nothing left to take. An award that is reversed after it expired gives back what had expired, so that it is not
 * taken twice ({@link LedgerTables#giveBackExpired}). Points that come back keep their age.
 */
@Component("pointsExpiry")
public class PointsExpiry {

    private static final Logger LOG = LoggerFactory.getLogger(PointsExpiry.class);
    private static final int AT_ONCE = 1000;
    private static final int ATTEMPTS = 4;
    private static final UUID BEFORE_ALL = new UUID(0, 0);

    /**
     * What is left of each award: entries together with those that correct them, awards in the order they were made, less
     * what was spent. Participants that were given up for another count with it, and the transfer between them not at all.
     */
    private static final String LEFT = """
            WITH owned AS (
                SELECT id, coalesce(merged_into, id) AS owner FROM participants
                 WHERE merchant_id = (SELECT :merchant::uuid) AND (id = ANY (:owners) OR merged_into = ANY (:owners))),
            own AS (
                SELECT e.id, e.corrects, e.points, e.created_at, o.owner
                  FROM owned o
                  JOIN entries e ON e.merchant_id = (SELECT :merchant::uuid) AND e.participant_id = o.id
                 WHERE NOT e.transfer),
            net AS (
                SELECT e.owner, coalesce(c.corrects, c.id, e.id) AS id, sum(e.points)::bigint AS points
                  FROM own e
                  LEFT JOIN own c ON c.id = e.corrects
                 GROUP BY 1, 2),
            awards AS (
                SELECT n.owner, n.id, n.points, r.created_at,
                       sum(n.points) OVER (PARTITION BY n.owner ORDER BY r.created_at, n.id)::bigint AS up_to
                  FROM net n
                  JOIN own r ON r.id = n.id
                 WHERE r.points > 0 AND n.points > 0),
            spent AS (
                SELECT n.owner, -sum(n.points)::bigint AS points FROM net n JOIN own r ON r.id = n.id WHERE r.points < 0 GROUP BY 1),
            unused AS (
                SELECT a.owner, a.id, a.created_at, least(a.points, a.up_to - coalesce(s.points, 0)) AS points
                  FROM awards a
                  LEFT JOIN spent s ON s.owner = a.owner
                 WHERE a.up_to > coalesce(s.points, 0))
            """;

    private static final String EXPIRE = LEFT + """
            , expired AS (
                INSERT INTO entries (merchant_id, participant_id, kind, points, corrects, description, created_by, created_at)
                SELECT :merchant, owner, 'expire', -points, id,
                       'Pontos de ' || to_char(created_at AT TIME ZONE make_interval(secs => :offset), 'DD/MM/YYYY') || ' expirados', 'expiry', :now
                  FROM unused WHERE created_at < :before ORDER BY owner, id
                RETURNING participant_id, points)
            SELECT participant_id, sum(points)::bigint AS points FROM expired GROUP BY 1
            """;

    private static final String EXPIRING = LEFT + """
            SELECT owner, (created_at AT TIME ZONE make_interval(secs => :offset))::date + :days::int AS expires_on, sum(points)::bigint AS points
              FROM unused WHERE created_at < :before GROUP BY 1, 2 ORDER BY 1, 2
            """;

    private static final String WITH_OLD_POINTS = """
            SELECT b.participant_id FROM balances b
             WHERE b.merchant_id = (SELECT :merchant::uuid) AND b.balance > 0 AND b.participant_id > :after
               AND EXISTS (SELECT FROM participants p
                             JOIN entries e ON e.merchant_id = p.merchant_id AND e.participant_id = p.id
                            WHERE p.merchant_id = b.merchant_id AND (p.id = b.participant_id OR p.merged_into = b.participant_id)
                              AND e.points > 0 AND e.created_at < :before)
             ORDER BY b.participant_id LIMIT :most
            """;

    private final JdbcClient jdbc;
    private final LedgerTables tables;
    private final TransactionTemplate transaction;
    private final Clock clock;

    public PointsExpiry(JdbcClient jdbc, LedgerTables tables, TransactionTemplate transaction, Clock clock) {
        this.jdbc = jdbc;
        this.tables = tables;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** @param expiresOn the last day on which they can be used */
    public record Expiring(UUID participantId, LocalDate expiresOn, long points) {
    }

    /** How long a merchant's points last, and how long before members are to know. */
    private record Terms(ZoneOffset offset, int days, int noticeDays, LocalDate expiredOn) {

        /** Points made before this instant cannot be used on that day. */
        Instant startOfPointsUsableOn(LocalDate day) {
            return day.minusDays(days).atStartOfDay().toInstant(offset);
        }

        LocalDate today(Instant now) {
            return now.atOffset(offset).toLocalDate();
        }
    }

    /** The merchants whose points expire and whose day has not been seen to. */
    public List<UUID> due() {
        return jdbc.sql("SELECT id FROM merchants WHERE points_validity_days IS NOT NULL ORDER BY id").query(UUID.class).list().stream()
                .filter(merchant -> terms(merchant).filter(terms -> !terms.today(clock.instant()).equals(terms.expiredOn())).isPresent())
                .toList();
    }

    /** Takes what is over, a thousand members at a time; whatever stops it, the next night goes on. */
    public void expire(UUID merchantId) {
        Optional<Terms> terms = terms(merchantId);
        if (terms.isEmpty()) {
            return;
        }
        LocalDate today = terms.get().today(clock.instant());
        Instant before = terms.get().startOfPointsUsableOn(today);
        long points = 0;
        List<UUID> some = withOldPoints(merchantId, before, BEFORE_ALL);
        while (!some.isEmpty()) {
            points += expireOf(merchantId, some, before, terms.get().offset());
            some = withOldPoints(merchantId, before, some.get(some.size() - 1));
        }
        jdbc.sql("UPDATE merchants SET points_expired_on = ? WHERE id = ?").params(today, merchantId).update();
        if (points > 0) {
            LOG.info("{} points of merchant {} expired", points, merchantId);
        }
    }

    private long expireOf(UUID merchantId, List<UUID> owners, Instant before, ZoneOffset offset) {
        for (int attempt = 1; ; attempt++) {
            try {
                return Objects.requireNonNull(transaction.execute(status -> expireWithin(merchantId, owners, before, offset)));
            } catch (TransientDataAccessException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private long expireWithin(UUID merchantId, List<UUID> owners, Instant before, ZoneOffset offset) {
        // In the order in which pages take them: nobody spends, and no order is reversed, between looking and taking.
        hold("SELECT 1 FROM participants WHERE merchant_id = (SELECT :merchant::uuid) AND id = ANY (:owners) ORDER BY id FOR KEY SHARE",
                merchantId, owners);
        hold("SELECT 1 FROM balances WHERE merchant_id = (SELECT :merchant::uuid) AND participant_id = ANY (:owners) ORDER BY participant_id FOR UPDATE",
                merchantId, owners);
        List<LedgerTables.Inserted> expired = jdbc.sql(EXPIRE)
                .param("merchant", merchantId).param("owners", owners.toArray(UUID[]::new))
                .param("offset", offset.getTotalSeconds()).param("now", Timestamp.from(clock.instant())).param("before", Timestamp.from(before))
                .query((row, number) -> new LedgerTables.Inserted(row.getObject("participant_id", UUID.class), null, row.getLong("points"))).list();
        tables.addToBalances(merchantId, expired);
        return -expired.stream().mapToLong(LedgerTables.Inserted::points).sum();
    }

    private void hold(String sql, UUID merchantId, List<UUID> owners) {
        jdbc.sql(sql).param("merchant", merchantId).param("owners", owners.toArray(UUID[]::new)).query(Integer.class).list();
    }

    /** When a participant's points will be over, the next first; none where they never are. */
    public List<Expiring> expiring(UUID merchantId, UUID participant) {
        return terms(merchantId).map(terms -> expiring(merchantId, List.of(participant), terms, clock.instant().plus(1, ChronoUnit.DAYS))).orElse(List.of());
    }

    /**
     * Points that will be over within the merchant's notice, of as many members as wanted: what a mail may tell them.
     *
     * @param after the last member of the answer before; null: from the first
     */
    public List<Expiring> expiringSoon(UUID merchantId, UUID after, int members) {
        return terms(merchantId).map(terms -> {
            Instant before = terms.startOfPointsUsableOn(terms.today(clock.instant()).plusDays(terms.noticeDays() + 1L));
            List<UUID> owners = withOldPoints(merchantId, before, after == null ? BEFORE_ALL : after, members);
            return expiring(merchantId, owners, terms, before);
        }).orElse(List.of());
    }

    private List<Expiring> expiring(UUID merchantId, Collection<UUID> owners, Terms terms, Instant before) {
        return jdbc.sql(EXPIRING)
                .param("merchant", merchantId).param("owners", owners.toArray(UUID[]::new))
                .param("offset", terms.offset().getTotalSeconds()).param("days", terms.days()).param("before", Timestamp.from(before))
                .query((row, number) -> new Expiring(row.getObject("owner", UUID.class), row.getObject("expires_on", LocalDate.class), row.getLong("points")))
                .list();
    }

    private List<UUID> withOldPoints(UUID merchantId, Instant before, UUID after) {
        return withOldPoints(merchantId, before, after, AT_ONCE);
    }

    private List<UUID> withOldPoints(UUID merchantId, Instant before, UUID after, int most) {
        return jdbc.sql(WITH_OLD_POINTS).param("merchant", merchantId).param("before", Timestamp.from(before)).param("after", after).param("most", most)
                .query(UUID.class).list();
    }

    private Optional<Terms> terms(UUID merchantId) {
        return jdbc.sql("SELECT timezone, points_validity_days, expiry_notice_days, points_expired_on FROM merchants WHERE id = ? AND points_validity_days IS NOT NULL")
                .param(merchantId)
                .query((row, number) -> new Terms(ZoneOffset.of(row.getString("timezone")), row.getInt("points_validity_days"),
                        row.getInt("expiry_notice_days"), row.getObject("points_expired_on", LocalDate.class))).optional();
    }
}
