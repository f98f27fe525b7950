package io.loyaltyhub.poll;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.json.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * What is asked of a platform: whatever changed since an instant, page by page. Routes read it as
 * {@code ${variable.window.sinceDay}} and so on; each platform has its own idea of how a time is written.
 *
 * @param since       the beginning of the window, the platform's look-back included
 * @param now         when the window was begun
 * @param asked       when this page of it is asked for: days later, where a call budget or a pause stretches the reading
 * @param zone        of the integration, for platforms that know no other
 * @param page        what the platform calls the page that is asked for
 * @param newestFirst for a preview: the newest ones, whatever the window
 * @param tree        what mappings see of it: {@code since} and {@code now} as {@link #sinceUtc}, {@code page},
 *                    {@code pageSize}, {@code newestFirst}
 */
public record Window(Instant since, Instant now, Instant asked, ZoneOffset zone, String page, int pageSize, boolean newestFirst, JsonNode tree) {

    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");
    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final DateTimeFormatter INSTANT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'");
    private static final DateTimeFormatter BRAZILIAN = DateTimeFormatter.ofPattern("dd/MM/uuuu HH:mm:ss");
    private static final DateTimeFormatter BRAZILIAN_DAY = DateTimeFormatter.ofPattern("dd/MM/uuuu");

    public Window(Instant since, Instant now, Instant asked, ZoneOffset zone, String page, int pageSize, boolean newestFirst) {
        this(since, now, asked, zone, page, pageSize, newestFirst, tree(since, now, page, pageSize, newestFirst));
    }

    private static ObjectNode tree(Instant since, Instant now, String page, int pageSize, boolean newestFirst) {
        return Json.mapper().createObjectNode()
                .put("since", UTC.format(since.atOffset(ZoneOffset.UTC)))
                .put("now", UTC.format(now.atOffset(ZoneOffset.UTC)))
                .put("page", page)
                .put("pageSize", pageSize)
                .put("newestFirst", newestFirst);
    }

    /** The day the window begins, {@code 2024-05-14}. */
    public String sinceDay() {
        return since.atOffset(zone).toLocalDate().toString();
    }

    /** Local and without offset, {@code 2024-05-14T16:03:27}. */
    public String sinceLocal() {
        return LOCAL.format(since.atOffset(zone));
    }

    /** In UTC and without saying so, {@code 2024-05-14 19:03:27}. */
    public String sinceUtc() {
        return UTC.format(since.atOffset(ZoneOffset.UTC));
    }

    /** In UTC, {@code 2024-05-14T19:03:27Z}, never with fractions of a second. */
    public String sinceInstant() {
        return INSTANT.format(since.atOffset(ZoneOffset.UTC));
    }

    /** Local, {@code 14/05/2024 16:03:27}. */
    public String sinceBrazilian() {
        return BRAZILIAN.format(since.atOffset(zone));
    }

    /** Local, {@code 14/05/2024}. */
    public String sinceBrazilianDay() {
        return BRAZILIAN_DAY.format(since.atOffset(zone));
    }

    /**
     * A day that no order can have been changed after, however long the reading takes. Were it that of the window's beginning, orders
     * would leave a list that is read page by page, and those behind them move onto pages that were read.
     */
    public String untilDay() {
        return asked.atOffset(zone).toLocalDate().plusDays(1).toString();
    }
}
