package io.loyaltyhub.integration;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Messages;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.audit.Audit;
import io.loyaltyhub.http.Budget;
import io.loyaltyhub.http.SiteProbe;
import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.points.PointsRules;
import io.loyaltyhub.sale.Sale;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Running an integration: whether it is ready, switching it on and off, polling it, and how it fares. */
@Component("operationApi")
@Transactional
public class OperationApi {

    private static final String STATUSES_SEEN = """
            SELECT status_id, max(name) AS name, count(*) AS orders
              FROM (SELECT status_id, sale #>> '{status,name}' AS name
                      FROM sales WHERE merchant_id = ? AND integration_id = ? AND status_id IS NOT NULL ORDER BY id DESC LIMIT 5000) AS latest
             GROUP BY status_id ORDER BY count(*) DESC, status_id LIMIT 50
            """;

    private final Integrations integrations;
    private final SalesSources sources;
    private final Platforms platforms;
    private final PointsRules rules;
    private final SiteProbe sites;
    private final Budget budget;
    private final List<Remarks> features;
    private final JdbcClient jdbc;
    private final Audit audit;
    private final Clock clock;

    public OperationApi(Integrations integrations, SalesSources sources, Platforms platforms, PointsRules rules, SiteProbe sites, Budget budget,
                        List<Remarks> features, JdbcClient jdbc, Audit audit, Clock clock) {
        this.integrations = integrations;
        this.sources = sources;
        this.platforms = platforms;
        this.rules = rules;
        this.sites = sites;
        this.budget = budget;
        this.features = features;
        this.jdbc = jdbc;
        this.audit = audit;
        this.clock = clock;
    }

    /** Something that stands in the way of activation, or that a merchant should know before it. */
    public record Remark(String code, String message) {
    }

    public record Readiness(boolean ready, List<Remark> blockers, List<Remark> warnings) {
    }

    /** Looks whether the shop's site is there, too; the database does not wait for that. */
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    public Readiness readiness(ApiRequest request) {
        Integration integration = find(request);
        Readiness readiness = readiness(integration, request.locale());
        siteOf(integration).filter(address -> !sites.answers(address))
                .ifPresent(address -> readiness.warnings().add(remark("SITE_URL_UNREACHABLE", request.locale())));
        return readiness;
    }

    /** The integration's own, else the merchant's. */
    private Optional<String> siteOf(Integration integration) {
        return Optional.ofNullable(integration.siteUrl()).or(() -> jdbc.sql("SELECT site_url FROM merchants WHERE id = ? AND site_url IS NOT NULL")
                .param(integration.merchantId()).query(String.class).optional());
    }

    private Readiness readiness(Integration integration, Locale locale) {
        List<Remark> blockers = new ArrayList<>();
        List<Remark> warnings = new ArrayList<>();
        if (integration.scoringStatuses().isEmpty()) {
            blockers.add(remark("NO_SCORING_STATUS", locale));
        } else if (integration.scoringStatuses().size() < 3) {
            warnings.add(remark("FEWER_THAN_THREE_STATUSES", locale));
        }
        if (integration.reversalStatuses().isEmpty()) {
            warnings.add(remark("NO_REVERSAL_STATUS", locale));
        }
        if (rules.forIntegration(integration).isEmpty()) {
            blockers.add(remark("NO_POINTS_RULE", locale));
        }
        if (Boolean.FALSE.equals(integration.checkOk())) {
            blockers.add(remark("CHECK_FAILED", locale));
        } else if (integration.checkOk() == null) {
            warnings.add(remark("NOT_CHECKED", locale));
        }
        if (integration.cpfAsPassword()) {
            warnings.add(remark("CPF_AS_PASSWORD", locale));
        }
        if (siteOf(integration).isEmpty()) {
            warnings.add(remark("SITE_URL_MISSING", locale));
        }
        if (integration.catalogFeedUrl() == null && (!integration.rewardSkus().isEmpty() || platforms.get(integration.platform()).can("coupons"))) {
            warnings.add(remark("FEED_MISSING", locale));
        }
        if (integration.importSales()) {
            sourceRemarks(integration, locale, blockers, warnings);
        } else {
            warnings.add(remark("SALES_NOT_IMPORTED", locale));
        }
        features.forEach(feature -> warnings.addAll(feature.onSetup(integration, locale)));
        return new Readiness(blockers.isEmpty(), blockers, warnings);
    }

    private void sourceRemarks(Integration integration, Locale locale, List<Remark> blockers, List<Remark> warnings) {
        sources.rivalOf(integration).ifPresent(other -> blockers.add(remark("SALES_ALREADY_IMPORTED_BY", locale, other.name())));
        sources.companionOf(integration).ifPresent(other -> warnings.add(remark("SALES_ALSO_IMPORTED_BY", locale, other.name())));
        Instant cutover = integration.salesCutover();
        if (cutover != null && integration.importFrom() != null && integration.importFrom().isAfter(cutover) && !sources.isAlone(integration)) {
            blockers.add(remark("CUTOVER_BEFORE_IMPORT", locale));
        }
        if (cutover != null && !cutover.atOffset(integration.timezone()).toLocalTime().equals(LocalTime.MIDNIGHT)) {
            warnings.add(remark("CUTOVER_WITHIN_A_DAY", locale));
        }
    }

    private static Remark remark(String code, Locale locale, Object... args) {
        return new Remark(code, Messages.text(locale, "readiness." + code, args));
    }

    /** From now on sales earn points. Where nothing else was said, those of today do. */
    public Map<String, Object> activate(ApiRequest request) {
        integrations.holdAll(request.merchant());
        // One activation of a merchant at a time: two sources activated together would each not see the other.
        jdbc.sql("SELECT id FROM merchants WHERE id = ? FOR UPDATE").param(request.merchant()).query(UUID.class).optional().orElseThrow(Problem::notFound);
        Integration integration = find(request);
        if (integration.active()) {
            return integrations.described(integration);
        }
        Readiness readiness = readiness(integration, request.locale());
        if (!readiness.ready()) {
            throw Problem.conflict("integration.not-ready",
                    String.join(" ", readiness.blockers().stream().map(Remark::message).toList()));
        }
        Instant now = clock.instant();
        Instant startOfToday = now.atOffset(integration.timezone()).toLocalDate().atStartOfDay().toInstant(integration.timezone());
        // What was sold since the cut-over is this source's, whenever it is switched on.
        Instant cutover = integration.importSales() ? integration.salesCutover() : null;
        Instant importFrom = integration.importFrom() != null ? integration.importFrom()
                : cutover != null && cutover.isBefore(startOfToday) ? cutover : startOfToday;
        jdbc.sql("UPDATE integrations SET active = true, activated_at = ?, import_from = ? WHERE merchant_id = ? AND id = ?")
                .params(Timestamp.from(now), Timestamp.from(importFrom), integration.merchantId(), integration.id()).update();
        jdbc.sql("UPDATE polling SET since = coalesce(since, ?), next_poll_at = now(), consecutive_failures = 0 WHERE merchant_id = ? AND integration_id = ?")
                .params(Timestamp.from(importFrom), integration.merchantId(), integration.id()).update();
        if (integration.importSales()) {
            sources.count(integration, cutover, request.caller().name());
        }
        integrations.importCustomersAtOnce(integration);
        audit.record(request, integration.merchantId(), "integration.activate", integration.id(), Map.of());
        return integrations.described(find(request));
    }

    /** Pauses; the cursor stays, so that nothing is lost when it is switched on again. */
    public Map<String, Object> deactivate(ApiRequest request) {
        integrations.hold(request.merchant(), request.id("integration"));
        Integration integration = find(request);
        if (integration.active()) {
            jdbc.sql("UPDATE integrations SET active = false WHERE merchant_id = ? AND id = ?").params(integration.merchantId(), integration.id()).update();
            integrations.interrupt(integration);
            jdbc.sql("""
                    UPDATE polls SET outcome = 'lost', finished_at = now(), error = 'a integração foi desativada'
                     WHERE merchant_id = ? AND integration_id = ? AND finished_at IS NULL
                    """).params(integration.merchantId(), integration.id()).update();
            audit.record(request, integration.merchantId(), "integration.deactivate", integration.id(), Map.of());
        }
        return integrations.described(find(request));
    }

    public Map<String, Object> poll(ApiRequest request) {
        integrations.hold(request.merchant(), request.id("integration"));
        Integration integration = requireActive(find(request));
        integrations.importCustomersAtOnce(integration);
        return Map.of("pollId", queue(integration));
    }

    /** Reads again from an instant, which the new cursor is; what is paid is paid and is not paid again. */
    public Map<String, Object> backfill(ApiRequest request) {
        integrations.hold(request.merchant(), request.id("integration"));
        Integration integration = requireActive(find(request));
        Instant from = request.instant("from");
        integrations.interrupt(integration);
        jdbc.sql("UPDATE polling SET since = least(since, ?), window_started_at = NULL, next_page = NULL WHERE merchant_id = ? AND integration_id = ?")
                .params(Timestamp.from(from), integration.merchantId(), integration.id()).update();
        jdbc.sql("UPDATE integrations SET import_from = least(import_from, ?) WHERE merchant_id = ? AND id = ?")
                .params(Timestamp.from(from), integration.merchantId(), integration.id()).update();
        audit.record(request, integration.merchantId(), "integration.backfill", integration.id(), Map.of("from", from.toString()));
        return Map.of("pollId", queue(integration));
    }

    /** A poll that is asked for twice before it began is one poll. */
    private long queue(Integration integration) {
        Long queued = jdbc.sql("SELECT min(id) FROM polls WHERE merchant_id = ? AND integration_id = ? AND outcome = 'queued' AND finished_at IS NULL")
                .params(integration.merchantId(), integration.id()).query(Long.class).optional().orElse(null);
        if (queued == null) {
            queued = jdbc.sql("INSERT INTO polls (merchant_id, integration_id, requested_at, outcome) VALUES (?, ?, ?, 'queued') RETURNING id")
                    .params(integration.merchantId(), integration.id(), Timestamp.from(clock.instant())).query(Long.class).single();
        }
        integrations.pollAtOnce(integration);
        return queued;
    }

    private static Integration requireActive(Integration integration) {
        if (!integration.active()) {
            throw Problem.conflict("integration.not-active");
        }
        if (!integration.importSales()) {
            throw Problem.conflict("integration.sales-not-imported");
        }
        return integration;
    }

    public List<Map<String, Object>> polls(ApiRequest request) {
        Integration integration = find(request);
        return jdbc.sql("SELECT * FROM polls WHERE merchant_id = ? AND integration_id = ? ORDER BY id DESC LIMIT ?")
                .params(integration.merchantId(), integration.id(), request.limit())
                .query((row, number) -> {
                    Map<String, Object> poll = new LinkedHashMap<>();
                    poll.put("id", row.getLong("id"));
                    poll.put("requestedAt", instant(row.getTimestamp("requested_at")));
                    poll.put("startedAt", instant(row.getTimestamp("started_at")));
                    poll.put("finishedAt", instant(row.getTimestamp("finished_at")));
                    poll.put("outcome", row.getString("outcome"));
                    poll.put("read", row.getInt("read"));
                    poll.put("awarded", row.getInt("awarded"));
                    poll.put("reversed", row.getInt("reversed"));
                    poll.put("duplicate", row.getInt("duplicate"));
                    poll.put("ignored", row.getInt("ignored"));
                    poll.put("held", row.getInt("held"));
                    poll.put("unregistered", row.getInt("unregistered"));
                    poll.put("deadLettered", row.getInt("dead_lettered"));
                    poll.put("error", row.getString("error"));
                    return poll;
                }).list();
    }

    public Map<String, Object> health(ApiRequest request) {
        Integration integration = find(request);
        Platform.Limits limits = platforms.get(integration.platform()).limits();
        return jdbc.sql("""
                SELECT CASE WHEN next_poll_at = 'infinity' THEN NULL ELSE next_poll_at END AS next_poll_at,
                       consecutive_failures, last_success_at, last_error, window_started_at, since
                  FROM polling WHERE merchant_id = ? AND integration_id = ?
                """).params(integration.merchantId(), integration.id()).query((row, number) -> {
            Instant lastSuccess = instant(row.getTimestamp("last_success_at"));
            Instant since = instant(row.getTimestamp("since"));
            Instant now = clock.instant();
            // How old the newest order may be that was not seen yet: the cursor's age, not the last poll's.
            Long lag = since == null ? null : Math.max(0, Duration.between(since, now).toSeconds());
            int failures = row.getInt("consecutive_failures");
            Map<String, Object> health = new LinkedHashMap<>();
            health.put("state", state(integration, failures, lag));
            health.put("lastSuccessAt", lastSuccess);
            health.put("nextPollAt", integration.active() ? instant(row.getTimestamp("next_poll_at")) : null);
            health.put("lagSeconds", lag);
            health.put("consecutiveFailures", failures);
            health.put("lastError", row.getString("last_error"));
            Map<String, Object> calls = new LinkedHashMap<>();
            calls.put("usedToday", budget.usedToday(integration.merchantId(), integration.id()));
            calls.put("limitPerDay", limits.perDay());
            calls.put("limitPerMinute", limits.perMinute());
            health.put("budget", calls);
            health.put("customers", integration.importCustomers() ? customers(integration) : null);
            List<Remark> warnings = statusesWithoutEffect(integration, request.locale());
            for (Remarks feature : features) {
                warnings.addAll(feature.onSetup(integration, request.locale()));
                warnings.addAll(feature.onEvents(integration, request.locale()));
            }
            health.put("warnings", warnings);
            return health;
        }).single();
    }

    /** Statuses that orders came in and that nobody said anything about, unless the platform's own word is that they mean nothing. */
    private List<Remark> statusesWithoutEffect(Integration integration, Locale locale) {
        Platform.Statuses known = platforms.get(integration.platform()).statuses();
        List<Remark> remarks = new ArrayList<>();
        jdbc.sql(STATUSES_SEEN).params(integration.merchantId(), integration.id()).query(row -> {
            Sale.Status status = new Sale.Status(row.getString("status_id"), row.getString("name"));
            if (!integration.scores(status) && !integration.reverses(status) && !known.meansNothing(status.id(), status.name())) {
                remarks.add(new Remark("STATUS_WITHOUT_EFFECT", Messages.text(locale, "health.STATUS_WITHOUT_EFFECT",
                        status.name() == null ? status.id() : status.name(), row.getLong("orders"))));
            }
        });
        return remarks;
    }

    private Map<String, Object> customers(Integration integration) {
        return jdbc.sql("""
                SELECT imported, next_import_at, consecutive_failures, last_success_at, last_error FROM customer_imports
                 WHERE merchant_id = ? AND integration_id = ?
                """).params(integration.merchantId(), integration.id()).query((row, number) -> {
            Map<String, Object> customers = new LinkedHashMap<>();
            customers.put("imported", row.getLong("imported"));
            customers.put("lastSuccessAt", instant(row.getTimestamp("last_success_at")));
            boolean waits = integration.active() && row.getTimestamp("next_import_at").getTime() > 0;
            customers.put("nextImportAt", waits ? instant(row.getTimestamp("next_import_at")) : null);
            customers.put("consecutiveFailures", row.getInt("consecutive_failures"));
            customers.put("lastError", row.getString("last_error"));
            return customers;
        }).single();
    }

    private static String state(Integration integration, int failures, Long lag) {
        if (!integration.active() || !integration.importSales()) {
            return "paused";
        }
        if (failures > 0) {
            return "failing";
        }
        long tolerated = Math.max(60, integration.pollInterval().multipliedBy(3).toSeconds());
        return lag != null && lag > tolerated ? "lagging" : "healthy";
    }

    private Integration find(ApiRequest request) {
        return integrations.find(request.merchant(), request.id("integration")).orElseThrow(Problem::notFound);
    }

    private static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
