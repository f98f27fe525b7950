package io.loyaltyhub.integration;

import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.points.Copies;
import io.loyaltyhub.points.Ledger;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The sources of one merchant's sales. Two may count sales of the same time only if one is a shop and the other an ERP: then
 * copies are recognised. Of any others, one has to take over from the other at a cut-over.
 */
@Component
public class SalesSources {

    private final Integrations integrations;
    private final Platforms platforms;
    private final Copies copies;
    private final Ledger ledger;
    private final JdbcClient jdbc;

    public SalesSources(Integrations integrations, Platforms platforms, Copies copies, Ledger ledger, JdbcClient jdbc) {
        this.integrations = integrations;
        this.platforms = platforms;
        this.copies = copies;
        this.ledger = ledger;
        this.jdbc = jdbc;
    }

    /** Another active source of the merchant's sales. */
    record Other(String name, String platform, Instant from) {
    }

    /** One that would count the same sales as this integration, so that nobody could tell that they are the same. */
    Optional<Other> rivalOf(Integration integration) {
        return besides(integration).filter(other -> kind(other.platform()).equals(kind(integration.platform()))).findFirst();
    }

    /** One that counts sales of the same time beside this integration. */
    Optional<Other> companionOf(Integration integration) {
        return besides(integration).filter(other -> !kind(other.platform()).equals(kind(integration.platform()))).findFirst();
    }

    boolean isAlone(Integration integration) {
        return others(integration).isEmpty();
    }

    private Stream<Other> besides(Integration integration) {
        return others(integration).stream().filter(other -> Objects.equals(other.from(), integration.salesCutover()));
    }

    private List<Other> others(Integration integration) {
        return jdbc.sql("""
                SELECT name, platform, sales_from FROM integrations
                 WHERE merchant_id = ? AND id <> ? AND active AND import_sales AND deleted_at IS NULL ORDER BY activated_at
                """).params(integration.merchantId(), integration.id())
                .query((row, number) -> new Other(row.getString("name"), row.getString("platform"),
                        row.getTimestamp("sales_from") == null ? null : row.getTimestamp("sales_from").toInstant())).list();
    }

    private String kind(String platform) {
        return platforms.find(platform).map(Platform::kind).orElse("");
    }

    /** Those of the merchant's integrations that are shops, deleted ones too: their sales are still on record. */
    public List<UUID> shops(UUID merchantId) {
        record Recorded(UUID id, String platform) {
        }
        return jdbc.sql("SELECT id, platform FROM integrations WHERE merchant_id = ?").param(merchantId)
                .query((row, number) -> new Recorded(row.getObject("id", UUID.class), row.getString("platform"))).list().stream()
                .filter(one -> kind(one.platform()).equals("shop")).map(Recorded::id).toList();
    }

    /** Whether points stand or stood for sales of it: then its cut-over cannot be moved any more. */
    boolean hasPaid(Integration integration) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM sales WHERE merchant_id = ? AND integration_id = ? AND round > 0)")
                .params(integration.merchantId(), integration.id()).query(Boolean.class).single();
    }

    /**
     * It is a source of sales now, or with another cut-over than before: the others hear of it before they post their next page,
     * what they have on record can be recognised, and what was placed since the cut-over is theirs no more. The caller holds the
     * polls of all of them.
     */
    void count(Integration integration, Instant cutover, String by) {
        Instant before = integration.salesFrom();
        setFrom(integration, cutover);
        record Recorded(UUID id, String platform) {
        }
        // Deleted ones too: their sales are still on record.
        List<Recorded> all = jdbc.sql("SELECT id, platform FROM integrations WHERE merchant_id = ?").param(integration.merchantId())
                .query((row, number) -> new Recorded(row.getObject("id", UUID.class), row.getString("platform"))).list();
        if (all.size() == 1) {
            return;
        }
        all.forEach(one -> platforms.find(one.platform())
                .ifPresent(platform -> copies.traceWhatIsOnRecord(integration.merchantId(), one.id(), platform.kind())));
        all.stream().map(Recorded::id).filter(id -> !id.equals(integration.id())).forEach(id -> integrations.interruptPoll(integration.merchantId(), id));
        if (!Objects.equals(before, cutover)) {
            Instant earlier = before == null || cutover != null && cutover.isBefore(before) ? cutover : before;
            ledger.settleAgain(integration.merchantId(), earlier, by);
        }
    }

    /** It is no source any more: if it never paid anything, others count again what it was to count. */
    void end(Integration integration, String by) {
        if (integration.salesFrom() != null && !hasPaid(integration)) {
            setFrom(integration, null);
            ledger.settleAgain(integration.merchantId(), integration.salesFrom(), by);
        }
    }

    private void setFrom(Integration integration, Instant cutover) {
        jdbc.sql("UPDATE integrations SET sales_from = :from WHERE merchant_id = :merchant AND id = :id")
                .param("from", cutover == null ? null : Timestamp.from(cutover))
                .param("merchant", integration.merchantId()).param("id", integration.id()).update();
    }
}
