package io.loyaltyhub.points;

import io.loyaltyhub.sale.Sale;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Sales that may earn once their buyer is a participant: kept by document and e-mail for as long as they may be claimed. */
@Component
public class WaitingSales {

    private static final String FIND = """
            SELECT sale_id, document, email FROM waiting_sales
             WHERE merchant_id = (SELECT ?::uuid) AND (document = ANY (?) OR email = ANY (?)) AND since > ?
            """;

    private static final String KEEP = """
            INSERT INTO waiting_sales (merchant_id, sale_id, document, email, since)
            SELECT merchant_id, id, sale #>> '{customer,document}', sale #>> '{customer,email}', ?
              FROM sales
             WHERE merchant_id = (SELECT ?::uuid) AND id = ANY (?) AND coalesce(sale #>> '{customer,document}', sale #>> '{customer,email}') IS NOT NULL
            ON CONFLICT (merchant_id, sale_id) DO UPDATE SET document = excluded.document, email = excluded.email
            """;

    private final JdbcTemplate jdbc;
    private final Clock clock;
    private final Duration window;

    /** @param window how long a sale may be claimed, from when the hub first kept it */
    public WaitingSales(JdbcTemplate jdbc, Clock clock, @Value("${hub.claim-window:P30D}") Duration window) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.window = window;
    }

    /** Those that may be of one of these people, by id, each with whom it names. */
    Map<Long, Sale.Customer> of(UUID merchantId, Collection<Sale.Customer> people) {
        Map<Long, Sale.Customer> waiting = new HashMap<>();
        String[] documents = texts(people.stream().map(Sale.Customer::document));
        String[] emails = texts(people.stream().map(Sale.Customer::email));
        if (documents.length + emails.length > 0) {
            jdbc.query(FIND, row -> {
                waiting.put(row.getLong(1), new Sale.Customer(null, null, row.getString(2), row.getString(3), null, null));
            }, merchantId, documents, emails, Timestamp.from(earliest()));
        }
        return waiting;
    }

    private static String[] texts(Stream<String> values) {
        return values.filter(Objects::nonNull).distinct().toArray(String[]::new);
    }

    private Instant earliest() {
        return clock.instant().minus(window);
    }

    void keep(UUID merchantId, Collection<Long> sales) {
        if (!sales.isEmpty()) {
            jdbc.update(KEEP, Timestamp.from(clock.instant()), merchantId, sales.toArray(Long[]::new));
        }
    }

    void release(UUID merchantId, Collection<Long> sales) {
        if (!sales.isEmpty()) {
            jdbc.update("DELETE FROM waiting_sales WHERE merchant_id = (SELECT ?::uuid) AND sale_id = ANY (?)", merchantId, sales.toArray(Long[]::new));
        }
    }

    @Scheduled(initialDelayString = "PT15M", fixedDelayString = "PT6H")
    void forgetWhatCanBeClaimedNoMore() {
        jdbc.update("DELETE FROM waiting_sales WHERE since <= ?", Timestamp.from(earliest()));
    }
}
