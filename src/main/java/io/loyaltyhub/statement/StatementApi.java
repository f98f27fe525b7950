package io.loyaltyhub.statement;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Csv;
import io.loyaltyhub.api.Problem;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What a merchant's accounts need to know of a month: how points moved, and how many members could still use at its end. */
@Component("statementApi")
public class StatementApi {

    /** Every entry until the month's end, since what members have is the sum of all of them. */
    private static final String MONTH = """
            SELECT coalesce(sum(earned), 0) AS earned, coalesce(sum(reversed), 0) AS reversed, coalesce(sum(redeemed), 0) AS redeemed,
                   coalesce(sum(refunded), 0) AS refunded, coalesce(sum(expired), 0) AS expired, coalesce(sum(adjusted), 0) AS adjusted,
                   coalesce(sum(greatest(balance, 0)), 0) AS liability
              FROM (SELECT sum(points) FILTER (WHERE kind = 'earn' AND created_at >= :from) AS earned,
                           -sum(points) FILTER (WHERE kind = 'reversal' AND created_at >= :from) AS reversed,
                           -sum(points) FILTER (WHERE kind = 'redeem' AND created_at >= :from) AS redeemed,
                           sum(points) FILTER (WHERE kind = 'refund' AND created_at >= :from) AS refunded,
                           -sum(points) FILTER (WHERE kind = 'expire' AND created_at >= :from) AS expired,
                           sum(points) FILTER (WHERE kind = 'adjust' AND NOT transfer AND created_at >= :from) AS adjusted,
                           sum(points) AS balance
                      FROM entries
                     WHERE merchant_id = :merchant AND created_at < :to
                     GROUP BY participant_id) AS member
            """;

    private static final List<String> NUMBERS = List.of("earned", "reversed", "redeemed", "refunded", "expired", "adjusted", "liability");

    private final JdbcClient jdbc;

    public StatementApi(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public Object month(ApiRequest request) {
        boolean csv = request.wantsCsv();
        YearMonth month = month(request.path().getOrDefault("month", ""));
        ZoneOffset offset = ZoneOffset.of(jdbc.sql("SELECT timezone FROM merchants WHERE id = ?").param(request.merchant()).query(String.class).single());
        Map<String, Object> statement = new LinkedHashMap<>();
        statement.put("month", month.toString());
        statement.putAll(jdbc.sql(MONTH)
                .param("merchant", request.merchant())
                .param("from", Timestamp.from(month.atDay(1).atStartOfDay().toInstant(offset)))
                .param("to", Timestamp.from(month.plusMonths(1).atDay(1).atStartOfDay().toInstant(offset)))
                .query((row, number) -> {
                    Map<String, Object> numbers = new LinkedHashMap<>();
                    for (String name : NUMBERS) {
                        numbers.put(name, row.getLong(name));
                    }
                    return numbers;
                }).single());
        return csv ? new Csv("statement-" + month, List.copyOf(statement.keySet()), List.of(List.copyOf(statement.values()))) : statement;
    }

    private static YearMonth month(String text) {
        try {
            if (text.matches("\\d{4}-\\d{2}")) {
                return YearMonth.parse(text);
            }
        } catch (DateTimeException e) {
            // falls through
        }
        throw Problem.notFound();
    }
}
