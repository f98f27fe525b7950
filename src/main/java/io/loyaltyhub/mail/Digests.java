package io.loyaltyhub.mail;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Tells members what they earned: once a day for the day before, or each purchase soon after it, as the merchant likes. Only of
 * orders placed since their integration was activated: what a backfill pays, nobody is told of.
 */
@Component("digests")
public class Digests {

    private static final String ACTIVE = """
            EXISTS (SELECT FROM integrations i WHERE i.merchant_id = d.merchant_id AND i.active AND i.deleted_at IS NULL)
            """;

    private static final String CANDIDATES = """
            SELECT d.merchant_id, d.through, m.mail_points_earned AS wanted, m.timezone
              FROM mail_digests d JOIN merchants m ON m.id = d.merchant_id
             WHERE
            """ + ACTIVE;

    /**
     * A purchase that is told of by itself is not told of twice, so that those just before may be looked at again, for as long as
     * a posting may take; but not those that a digest told of.
     */
    private static final String LOCK = """
            SELECT CASE WHEN :each THEN greatest(d.through - interval '15 minutes', d.by_the_day_through) ELSE d.through END AS begin, d.entry
              FROM mail_digests d WHERE d.merchant_id = :merchant AND d.through = :seen AND
            """ + ACTIVE + " FOR UPDATE SKIP LOCKED";

    /**
     * As in the ledger, the merchant is asked for by a subquery, lest one that the planner's statistics do not know is taken to have nothing.
     * Of what an order moved in one posting, what counts is what it comes to: a copy's points that give way to the shop's are no
     * news. The mail is known by what was paid, because which sale is whose copy may be learnt later.
     */
    private static final String QUEUE = """
            WITH moved AS (
                SELECT e.id, coalesce(o.merged_into, o.id) AS participant_id, e.points, e.description,
                       CASE WHEN :each THEN e.sale_id || '@' || extract(epoch FROM e.created_at) ELSE :day END AS known_by,
                       CASE WHEN :each THEN coalesce(s.linked_sale_id, e.sale_id) || '@' || extract(epoch FROM e.created_at) ELSE :day END AS occasion
                  FROM entries e
                  JOIN participants o ON o.merchant_id = e.merchant_id AND o.id = e.participant_id
                  JOIN sales s ON s.merchant_id = e.merchant_id AND s.id = e.sale_id
                  JOIN integrations i ON i.merchant_id = e.merchant_id AND i.id = e.integration_id
                 WHERE e.merchant_id = (SELECT :merchant::uuid) AND e.id > :entry AND e.created_at >= :from AND e.created_at < :to
                   AND e.kind IN ('earn', 'reversal')
                   AND i.active AND i.deleted_at IS NULL AND (s.sale ->> 'placedAt')::timestamptz >= i.activated_at),
            numbered AS (
                SELECT *, row_number() OVER (PARTITION BY participant_id, occasion ORDER BY id) AS place FROM moved),
            told AS (
                SELECT participant_id, min(known_by) FILTER (WHERE points > 0) AS known_by, sum(points) AS points, count(*) AS lines,
                       jsonb_agg(jsonb_build_object('description', description, 'points', points) ORDER BY id) FILTER (WHERE place <= 20) AS first_lines
                  FROM numbered
                 GROUP BY participant_id, occasion
                HAVING sum(points) > 0)
            INSERT INTO mails (merchant_id, kind, participant_id, address, data, dedup_key, urgency)
            SELECT :merchant, 'points-earned', p.id, p.email,
                   jsonb_build_object('points', t.points, 'lines', t.first_lines, 'more', greatest(t.lines - 20, 0)),
                   'points-earned:' || p.id || ':' || t.known_by, 1
              FROM told t
              JOIN participants p ON p.merchant_id = (SELECT :merchant::uuid) AND p.id = t.participant_id AND p.email IS NOT NULL
              LEFT JOIN mail_consents c ON c.merchant_id = (SELECT :merchant::uuid) AND c.participant_id = p.id
             WHERE c.unsubscribed_at IS NULL AND c.bounced_address IS DISTINCT FROM p.email
             ORDER BY p.id
            ON CONFLICT (merchant_id, dedup_key) DO NOTHING
            """;

    /** An hour is longer than any page is being posted: whatever has no lower id and is not among those told of is still to come. */
    private static final String MOVE = """
            UPDATE mail_digests d
               SET through = :to,
                   by_the_day_through = CASE WHEN :each THEN d.by_the_day_through ELSE :to END,
                   entry = coalesce((SELECT max(e.id) FROM entries e WHERE e.merchant_id = :merchant AND e.id > d.entry AND e.created_at < :surely), d.entry)
             WHERE d.merchant_id = :merchant
            """;

    private final NamedParameterJdbcTemplate jdbc;
    private final MailSettings settings;
    private final Clock clock;

    Digests(NamedParameterJdbcTemplate jdbc, MailSettings settings, Clock clock) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * A merchant whose members are to be told of what was posted from one instant up to another.
     *
     * @param wanted {@code digest}, {@code each}, or {@code none}: then it is only noted that the time has passed
     */
    record Due(UUID merchantId, Instant through, Instant to, ZoneOffset timezone, String wanted) {

        boolean each() {
            return wanted.equals("each");
        }
    }

    public List<Due> due() {
        return dueAt(clock.instant());
    }

    List<Due> dueAt(Instant now) {
        return jdbc.query(CANDIDATES, (row, number) -> {
            ZoneOffset timezone = ZoneOffset.of(row.getString("timezone"));
            String wanted = row.getString("wanted");
            return new Due(row.getObject("merchant_id", UUID.class), row.getTimestamp("through").toInstant(),
                    wanted.equals("each") ? now.minus(settings.settle()) : midnight(now, timezone), timezone, wanted);
        }).stream().filter(due -> due.through().isBefore(due.to()) && (due.each() || isTime(now, due.to()))).toList();
    }

    private boolean isTime(Instant now, Instant midnight) {
        return !now.isBefore(midnight.plusSeconds(settings.digestAt().toSecondOfDay()));
    }

    private static Instant midnight(Instant now, ZoneOffset timezone) {
        return now.atOffset(timezone).toLocalDate().atStartOfDay().toInstant(timezone);
    }

    /** In one transaction, and by one node: who comes second finds that it is done. */
    @Transactional
    public void write(Due due) {
        MapSqlParameterSource about = new MapSqlParameterSource("merchant", due.merchantId()).addValue("seen", Timestamp.from(due.through()))
                .addValue("each", due.each());
        record At(Timestamp begin, long entry) {
        }
        List<At> locked = jdbc.query(LOCK, about, (row, number) -> new At(row.getTimestamp("begin"), row.getLong("entry")));
        for (At at : locked) {
            about.addValue("from", at.begin())
                    .addValue("to", Timestamp.from(due.to()))
                    .addValue("entry", at.entry())
                    .addValue("day", OffsetDateTime.ofInstant(due.to(), due.timezone()).toLocalDate().toString())
                    .addValue("surely", Timestamp.from(due.to().minus(Duration.ofHours(1))));
            if (!due.wanted().equals("none")) {
                jdbc.update(QUEUE, about);
            }
            jdbc.update(MOVE, about);
        }
    }

    /** Mails long done with, and the secrets of those that will not come back any more. The welcome stays, so that nobody is welcomed twice. */
    @Transactional
    public void forgetOld() {
        jdbc.update("UPDATE mails SET secret = NULL WHERE state = 'sent' AND secret IS NOT NULL AND sent_at < now() - interval '7 days'", Map.of());
        jdbc.update("DELETE FROM mails WHERE state NOT IN ('queued', 'sending') AND kind <> 'welcome' AND queued_at < now() - make_interval(secs => :keep)",
                new MapSqlParameterSource("keep", (double) settings.keep().toSeconds()));
    }
}
