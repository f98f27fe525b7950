package io.loyaltyhub.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.support.Coherence;
import io.loyaltyhub.support.Programme;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.jdbc.core.JdbcTemplate;

/** Holds the ledger of a programme against the shop that it stems from. */
final class Books {

    private Books() {
    }

    /**
     * Polls through the hub that the programme is seen through, until all the shop has is read; the shop must rest. The first poll that
     * succeeds may end what another hub had begun to read before the shop rested, and does not look again at the pages that one read;
     * the next one reads from the beginning.
     */
    static void close(Programme programme) {
        int succeeded = 0;
        for (int attempt = 0; attempt < 20; attempt++) {
            if (programme.poll().get("outcome").asText().equals("ok") && ++succeeded == 2) {
                return;
            }
        }
        throw new AssertionError("no poll succeeds: " + programme.client().get(programme.integrationPath() + "/polls").text());
    }

    /** What hubs of this JVM think went wrong with themselves, as opposed to the platform. */
    static List<String> errorsIn(CapturedOutput output) {
        return output.getAll().lines().filter(line -> line.contains(" ERROR ")).toList();
    }

    static void assertMatch(BusyShop shop, Programme programme, JdbcTemplate jdbc) {
        UUID merchant = UUID.fromString(programme.merchant());
        assertSame("status", asMap(jdbc, "SELECT order_id, status_id FROM sales WHERE merchant_id = ?", merchant), shop.statuses());
        assertSame("points", asMap(jdbc, """
                SELECT s.order_id, coalesce(sum(e.points), 0)::bigint
                  FROM sales s LEFT JOIN entries e ON e.merchant_id = s.merchant_id AND e.sale_id = s.id
                 WHERE s.merchant_id = ? GROUP BY 1
                """, merchant), shop.points());
        assertSame("balance", asMap(jdbc, """
                SELECT p.document, b.balance
                  FROM balances b JOIN participants p ON p.merchant_id = b.merchant_id AND p.id = b.participant_id
                 WHERE b.merchant_id = ? AND b.balance <> 0
                """, merchant), shop.balances());
        assertThat(jdbc.queryForList("SELECT order_key || ' ' || step || ': ' || reason FROM dead_letters", String.class)).isEmpty();
        Coherence.assertLedgerCoherent(jdbc);
    }

    /** Names only what differs, for there are hundreds. */
    private static void assertSame(String what, Map<String, ?> hub, Map<String, ?> shop) {
        Set<String> all = new TreeSet<>(hub.keySet());
        all.addAll(shop.keySet());
        assertThat(all.stream().filter(key -> !Objects.equals(hub.get(key), shop.get(key)))
                .map(key -> key + ": " + what + " in the hub " + hub.get(key) + ", by the shop " + shop.get(key))).isEmpty();
        assertThat(hub).isNotEmpty();
    }

    private static Map<String, Object> asMap(JdbcTemplate jdbc, String sql, Object merchant) {
        Map<String, Object> map = new TreeMap<>();
        jdbc.query(sql, row -> {
            map.put(row.getString(1), row.getObject(2));
        }, merchant);
        return map;
    }
}
