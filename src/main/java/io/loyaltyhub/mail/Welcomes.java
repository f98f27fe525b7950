package io.loyaltyhub.mail;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Welcomes whoever was registered by what happened after an integration was activated: a purchase made since, a customer that
 * was not on the shop's list when it was first read, or somebody's call of the API. What was there before is not greeted.
 */
@Component("welcomes")
public class Welcomes {

    /** The first time a merchant's integration is active, it gets its row here; nothing of before that is told. */
    private static final String BEGIN = """
            INSERT INTO mail_digests (merchant_id, through, welcomed_through)
            SELECT merchant_id, min(activated_at), min(activated_at) FROM integrations WHERE active AND deleted_at IS NULL GROUP BY merchant_id
            ON CONFLICT (merchant_id) DO NOTHING
            """;

    /** Looks back a little: who was registered by a page that was still being posted the last time, is found this time. */
    private static final String QUEUE = """
            WITH due AS (
                SELECT d.merchant_id, d.welcomed_through
                  FROM mail_digests d
                 WHERE EXISTS (SELECT FROM integrations i WHERE i.merchant_id = d.merchant_id AND i.active AND i.deleted_at IS NULL)
                 ORDER BY d.welcomed_through
                 LIMIT 500
                   FOR UPDATE OF d SKIP LOCKED),
            moved AS (
                UPDATE mail_digests d SET welcomed_through = now() FROM due WHERE d.merchant_id = due.merchant_id)
            INSERT INTO mails (merchant_id, kind, participant_id, address, data, dedup_key, urgency)
            SELECT p.merchant_id, 'welcome', p.id, p.email, '{}', 'welcome:' || p.id, 1
              FROM due
              JOIN participants p ON p.merchant_id = due.merchant_id AND p.registered_at >= due.welcomed_through - interval '15 minutes'
             WHERE p.email IS NOT NULL AND p.merged_into IS NULL
               AND EXISTS (
                   SELECT FROM integrations i
                    WHERE i.merchant_id = p.merchant_id AND i.active AND i.deleted_at IS NULL AND p.registered_at >= i.activated_at
                      AND (p.source NOT LIKE 'integration:%'
                           OR p.source = 'integration:' || i.id AND (
                               EXISTS (SELECT FROM sales s WHERE s.merchant_id = p.merchant_id AND s.participant_id = p.id
                                                             AND (s.sale ->> 'placedAt')::timestamptz >= i.activated_at)
                               OR EXISTS (SELECT FROM customer_imports c WHERE c.merchant_id = i.merchant_id AND c.integration_id = i.id
                                                                           AND c.listed_at >= i.activated_at AND p.registered_at > c.listed_at)
                                  AND NOT EXISTS (SELECT FROM sales s WHERE s.merchant_id = p.merchant_id AND s.participant_id = p.id
                                                                        AND (s.sale ->> 'placedAt')::timestamptz < i.activated_at))))
             ORDER BY p.merchant_id, p.id
            ON CONFLICT (merchant_id, dedup_key) DO NOTHING
            """;

    private final JdbcTemplate jdbc;

    Welcomes(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Transactional
    public void queue() {
        jdbc.update(BEGIN);
        jdbc.update(QUEUE);
    }
}
