package io.loyaltyhub.points;

import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Recomputes everything the ledger caches and names whatever does not add up. It never repairs. */
@Component
public class LedgerVerification {

    private static final int MOST_MISMATCHES = 1000;

    private static final String BALANCES = """
            SELECT 'balance of participant ' || coalesce(e.participant_id, b.participant_id) || ' of merchant '
                   || coalesce(e.merchant_id, b.merchant_id) || ' is ' || coalesce(b.balance, 0)
                   || ', its entries add up to ' || coalesce(e.points, 0)
              FROM (SELECT merchant_id, participant_id, sum(points) AS points FROM entries GROUP BY 1, 2) AS e
              FULL JOIN balances b ON b.merchant_id = e.merchant_id AND b.participant_id = e.participant_id
             WHERE coalesce(b.balance, 0) <> coalesce(e.points, 0)
             LIMIT ?
            """;

    private static final String SALES = """
            SELECT 'sale ' || s.id || ' of merchant ' || s.merchant_id || ' counts ' || s.points || ' points in round ' || s.round
                   || ', its entries add up to ' || coalesce(e.points, 0) || ' in round ' || coalesce(e.round, 0)
              FROM sales s
              LEFT JOIN (SELECT merchant_id, sale_id, sum(points) AS points, max(round) AS round
                           FROM entries WHERE sale_id IS NOT NULL GROUP BY 1, 2) AS e
                     ON e.merchant_id = s.merchant_id AND e.sale_id = s.id
             WHERE s.points <> coalesce(e.points, 0) OR s.round <> coalesce(e.round, 0)
             LIMIT ?
            """;

    private static final String REVERSALS = """
            SELECT 'reversal ' || r.id || ' of merchant ' || r.merchant_id || ' takes back ' || -r.points
                   || ' points, the entry it corrects gave ' || coalesce(e.points, 0)
              FROM entries r
              LEFT JOIN entries e ON e.merchant_id = r.merchant_id AND e.id = r.corrects
              LEFT JOIN participants g ON g.merchant_id = e.merchant_id AND g.id = e.participant_id
              LEFT JOIN participants t ON t.merchant_id = r.merchant_id AND t.id = r.participant_id
             WHERE r.kind = 'reversal'
               AND (e.id IS NULL OR e.kind <> 'earn' OR e.points <> -r.points OR coalesce(g.merged_into, g.id) <> coalesce(t.merged_into, t.id)
                    OR e.sale_id IS DISTINCT FROM r.sale_id)
             LIMIT ?
            """;

    private static final String TWICE_PAID = """
            SELECT 'order ' || order_id || ' of merchant ' || merchant_id || ' is paid ' || count(*) || ' times at once'
              FROM entries e
             WHERE kind = 'earn'
               AND NOT EXISTS (SELECT FROM entries r
                                WHERE r.merchant_id = e.merchant_id AND r.corrects = e.id AND r.kind = 'reversal')
             GROUP BY merchant_id, integration_id, order_id
            HAVING count(*) > 1
             LIMIT ?
            """;

    private static final String TWICE_REVERSED = """
            SELECT 'entry ' || corrects || ' of merchant ' || merchant_id || ' is reversed ' || count(*) || ' times'
              FROM entries
             WHERE kind = 'reversal' AND corrects IS NOT NULL
             GROUP BY merchant_id, corrects
            HAVING count(*) > 1
             LIMIT ?
            """;

    private static final String EXPIRED = """
            SELECT 'entry ' || coalesce(c.corrects, 0) || ' of merchant ' || c.merchant_id || ' gave ' || coalesce(e.points, 0) || ' points, and '
                   || -sum(c.points + coalesce(g.points, 0)) || ' of them expired or were reversed'
              FROM entries c
              LEFT JOIN entries e ON e.merchant_id = c.merchant_id AND e.id = c.corrects AND e.points > 0
              LEFT JOIN entries g ON g.merchant_id = c.merchant_id AND g.corrects = c.id
             WHERE c.kind IN ('expire', 'reversal')
             GROUP BY c.merchant_id, c.corrects, e.points
            HAVING bool_or(c.kind = 'expire') AND coalesce(e.points, 0) + sum(c.points + coalesce(g.points, 0)) < 0
             LIMIT ?
            """;

    private static final String MERGED = """
            SELECT 'participant ' || p.id || ' of merchant ' || p.merchant_id || ' was merged into ' || p.merged_into || ' and still has '
                   || coalesce(b.balance, 0) || ' points, ' || count(s.id) || ' sales'
              FROM participants p
              LEFT JOIN balances b ON b.merchant_id = p.merchant_id AND b.participant_id = p.id
              LEFT JOIN sales s ON s.merchant_id = p.merchant_id AND s.participant_id = p.id
             WHERE p.merged_into IS NOT NULL
             GROUP BY p.merchant_id, p.id, b.balance
            HAVING coalesce(b.balance, 0) <> 0 OR count(s.id) > 0
             LIMIT ?
            """;

    private static final String TRANSFERS = """
            SELECT 'transfers of merchant ' || merchant_id || ' add up to ' || sum(points)
              FROM entries WHERE transfer GROUP BY merchant_id HAVING sum(points) <> 0 LIMIT ?
            """;

    private static final String PAID_AS_A_COPY = """
            SELECT 'sale ' || id || ' of merchant ' || merchant_id || ' is ' || decision || ' and counts ' || points || ' points'
              FROM sales
             WHERE decision IN ('duplicate', 'held') AND points <> 0
             LIMIT ?
            """;

    private static final String REDEMPTIONS = """
            SELECT 'refund ' || r.id || ' of merchant ' || r.merchant_id || ' gives back ' || r.points || ' points, the entry it corrects took ' || -coalesce(e.points, 0)
              FROM entries r
              LEFT JOIN entries e ON e.merchant_id = r.merchant_id AND e.id = r.corrects
              LEFT JOIN participants g ON g.merchant_id = e.merchant_id AND g.id = e.participant_id
              LEFT JOIN participants t ON t.merchant_id = r.merchant_id AND t.id = r.participant_id
             WHERE r.kind = 'refund'
               AND (e.id IS NULL OR e.kind <> 'redeem' OR e.points <> -r.points OR coalesce(g.merged_into, g.id) <> coalesce(t.merged_into, t.id)
                    OR e.redemption_id IS DISTINCT FROM r.redemption_id)
             LIMIT ?
            """;

    private final JdbcTemplate jdbc;

    public LedgerVerification(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public record Result(boolean ok, long entries, long participants, List<String> mismatches) {
    }

    public Result verify() {
        List<String> mismatches = new ArrayList<>();
        for (String check : List.of(BALANCES, SALES, REVERSALS, TWICE_PAID, TWICE_REVERSED, REDEMPTIONS, PAID_AS_A_COPY, EXPIRED, MERGED, TRANSFERS)) {
            mismatches.addAll(jdbc.queryForList(check, String.class, MOST_MISMATCHES));
        }
        return new Result(
                mismatches.isEmpty(),
                count("SELECT count(*) FROM entries"),
                count("SELECT count(*) FROM participants"),
                mismatches);
    }

    private long count(String sql) {
        Long count = jdbc.queryForObject(sql, Long.class);
        return count == null ? 0 : count;
    }
}
