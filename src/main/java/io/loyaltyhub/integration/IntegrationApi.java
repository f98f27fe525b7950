package io.loyaltyhub.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Contract;
import io.loyaltyhub.api.FieldError;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.audit.Audit;
import io.loyaltyhub.branch.Branch;
import io.loyaltyhub.http.AddressGuard;
import io.loyaltyhub.http.PlatformRecords;
import io.loyaltyhub.http.Tokens;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.security.Secrets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What merchants configure of an integration. Running it is {@link OperationApi}'s. */
@Component("integrationApi")
@Transactional
public class IntegrationApi {

    private final Integrations integrations;
    private final SalesSources sources;
    private final Platforms platforms;
    private final AddressGuard guard;
    private final Secrets secrets;
    private final Tokens tokens;
    private final PlatformRecords records;
    private final JdbcClient jdbc;
    private final Audit audit;

    public IntegrationApi(Integrations integrations, SalesSources sources, Platforms platforms, AddressGuard guard, Secrets secrets, Tokens tokens,
                          PlatformRecords records, JdbcClient jdbc, Audit audit) {
        this.integrations = integrations;
        this.sources = sources;
        this.platforms = platforms;
        this.guard = guard;
        this.secrets = secrets;
        this.tokens = tokens;
        this.records = records;
        this.jdbc = jdbc;
        this.audit = audit;
    }

    public Map<String, Object> create(ApiRequest request) {
        UUID merchant = request.merchant();
        String timezone = jdbc.sql("SELECT timezone FROM merchants WHERE id = ?").param(merchant).query(String.class).optional().orElseThrow(Problem::notFound);
        Platform platform = platforms.find(request.text("platform")).orElseThrow(() -> Problem.invalid("platform", "integration.unknown-platform",
                String.join(", ", platforms.all().stream().map(Platform::name).toList())));
        Integration blank = new Integration(merchant, UUID.randomUUID(), platform.name(), null, integrations.settings(platform, Json.mapper().createObjectNode()),
                platform.polling().interval(), ZoneOffset.of(timezone), null, null, null, null, List.of(), List.of(), false, false, null,
                true, false, null, null, 365, null, List.of(), false, null, null, null, false);
        return write(request, platform, blank, "integration.create");
    }

    public Listing<Map<String, Object>> list(ApiRequest request) {
        UUID merchant = request.merchant();
        return Listing.page(request, integrations.of(merchant).stream().map(integrations::described).toList(), integration -> integration.get("id"));
    }

    public Map<String, Object> get(ApiRequest request) {
        return integrations.described(find(request));
    }

    public Map<String, Object> update(ApiRequest request) {
        // The row is written as a whole: who read it before another's change would take that back. The merchant before the
        // integration, as activation does it. Neither waits for who refers to it, such as a feed that is being written.
        if (request.mentions("importSales") || request.mentions("salesCutover")) {
            integrations.holdAll(request.merchant());
        } else {
            integrations.hold(request.merchant(), request.id("integration"));
        }
        jdbc.sql("SELECT id FROM merchants WHERE id = ? FOR NO KEY UPDATE").param(request.merchant()).query(UUID.class).optional();
        jdbc.sql("SELECT 1 FROM integrations WHERE merchant_id = ? AND id = ? FOR NO KEY UPDATE").params(request.merchant(), request.id("integration"))
                .query(Integer.class).optional();
        Integration before = find(request);
        return write(request, platforms.get(before.platform()), before, "integration.update");
    }

    /** Sales and entries stay; the integration stops at once and its secrets are forgotten. */
    public void delete(ApiRequest request) {
        integrations.holdAll(request.merchant());
        Integration integration = find(request);
        if (integration.salesFrom() != null && !sources.isAlone(integration) && sources.hasPaid(integration)) {
            throw Problem.conflict("integration.cutover-in-force");
        }
        sources.end(integration, request.caller().name());
        jdbc.sql("UPDATE integrations SET deleted_at = now(), active = false, secrets = ? WHERE merchant_id = ? AND id = ?")
                .params(secrets.seal(integration.id(), "{}"), integration.merchantId(), integration.id()).update();
        integrations.interrupt(integration);
        tokens.forget(integration.merchantId(), integration.id());
        records.forget(integration.merchantId(), integration.id());
        audit.record(request, integration.merchantId(), "integration.delete", integration.id(), Map.of());
    }

    private Integration find(ApiRequest request) {
        return integrations.find(request.merchant(), request.id("integration")).orElseThrow(Problem::notFound);
    }

    private Map<String, Object> write(ApiRequest request, Platform platform, Integration before, String action) {
        List<FieldError> errors = new ArrayList<>();
        ObjectNode given = request.field("settings") instanceof ObjectNode settings ? settings : Json.mapper().createObjectNode();
        boolean newSettings = request.has("settings");
        Settings settings = before.settings();
        if (newSettings) {
            // Stars stand for a secret that is stored; where none is, they are nothing.
            platform.secretSettings().stream().filter(name -> Settings.MASK.equals(given.path(name).asText()) && !before.settings().secret().has(name))
                    .toList().forEach(given::remove);
            ObjectNode merged = before.settings().merged(given);
            errors.addAll(settingsErrors(request, platform, merged, before.settings()));
            settings = integrations.settings(platform, merged);
        }
        Integration after = new Integration(
                before.merchantId(), before.id(), before.platform(),
                request.has("name") ? request.text("name") : before.name(),
                settings,
                request.has("pollInterval") ? Duration.parse(request.text("pollInterval")) : before.pollInterval(),
                request.has("timezone") ? ZoneOffset.of(request.text("timezone")) : before.timezone(),
                request.mentions("importFrom") ? request.instant("importFrom") : before.importFrom(),
                request.mentions("siteUrl") ? request.text("siteUrl") : before.siteUrl(),
                request.mentions("signupUrl") ? request.text("signupUrl") : before.signupUrl(),
                request.mentions("catalogFeedUrl") ? request.text("catalogFeedUrl") : before.catalogFeedUrl(),
                request.has("scoringStatuses") ? texts(request.field("scoringStatuses")) : before.scoringStatuses(),
                request.has("reversalStatuses") ? texts(request.field("reversalStatuses")) : before.reversalStatuses(),
                request.has("importCustomers") ? request.field("importCustomers").asBoolean() : before.importCustomers(),
                request.has("importSales") ? request.field("importSales").asBoolean() : before.importSales(),
                request.mentions("salesCutover") ? request.instant("salesCutover") : before.salesCutover(),
                request.has("registerBuyers") ? request.field("registerBuyers").asBoolean() : before.registerBuyers(),
                request.has("cpfAsPassword") ? request.field("cpfAsPassword").asBoolean() : before.cpfAsPassword(),
                request.mentions("branchId") ? branch(request) : before.branch(),
                request.mentions("pointsRuleId") ? uuid(request, "pointsRuleId") : before.pointsRuleId(),
                request.has("couponValidityDays") ? request.field("couponValidityDays").asInt() : before.couponValidityDays(),
                request.mentions("couponSource") ? request.text("couponSource") : before.couponSource(),
                request.has("rewardSkus") ? texts(request.field("rewardSkus")) : before.rewardSkus(),
                before.active(), before.activatedAt(), before.checkOk(), before.salesFrom(), before.sharesSales());
        errors.addAll(fieldErrors(before, after));
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        boolean otherCutover = !Objects.equals(after.salesCutover(), before.salesCutover());
        if (otherCutover && before.activatedAt() != null && sources.hasPaid(before)) {
            throw Problem.conflict("integration.cutover-in-force");
        }
        boolean counts = after.importSales() && (after.active() && !before.importSales() || otherCutover && before.activatedAt() != null);
        if (counts && after.active()) {
            // What activation refuses must not come about by a change after it.
            sources.rivalOf(after).ifPresent(other -> {
                throw Problem.conflict("readiness.SALES_ALREADY_IMPORTED_BY", other.name());
            });
        }
        integrations.write(after);
        if (counts) {
            sources.count(after, after.salesCutover(), request.caller().name());
        }
        if (newSettings) {
            // Whatever the old credentials led to says nothing about the new ones.
            tokens.forget(after.merchantId(), after.id());
            records.forget(after.merchantId(), after.id());
            jdbc.sql("UPDATE integrations SET check_ok = NULL, checked_at = NULL WHERE merchant_id = ? AND id = ?").params(after.merchantId(), after.id()).update();
        }
        if (before.cpfAsPassword() && !after.cpfAsPassword()) {
            jdbc.sql("UPDATE participants SET cpf_is_password = false WHERE merchant_id = ? AND source = ? AND cpf_is_password")
                    .params(after.merchantId(), "integration:" + after.id()).update();
        }
        if (!feedTerms(after).equals(feedTerms(before))) {
            integrations.readFeedAnew(after);
        }
        if (after.active()) {
            integrations.interrupt(after);
            integrations.pollAtOnce(after);
            integrations.importCustomersAtOnce(after);
        }
        audit.record(request, after.merchantId(), action, after.id(), audited(request, platform));
        return integrations.described(integrations.find(after.merchantId(), after.id()).orElseThrow());
    }

    /** What decides, besides the feed itself, what is made of it. */
    private static List<Object> feedTerms(Integration integration) {
        return Arrays.asList(integration.catalogFeedUrl(), integration.rewardSkus(), integration.siteUrl(), integration.timezone());
    }

    private List<FieldError> settingsErrors(ApiRequest request, Platform platform, ObjectNode merged, Settings before) {
        List<FieldError> errors = new ArrayList<>();
        for (Contract.Violation violation : Contract.check(platforms.settingsSchema(platform.name()), merged, "settings", request.locale())) {
            errors.add(FieldError.localised(violation.field(), violation.message()));
        }
        JsonNode properties = platform.settings().path("properties");
        if (!request.caller().isOperator()) {
            // Neither set, nor changed, nor taken away; sent back as they were, they stay.
            properties.fields().forEachRemaining(property -> {
                if (property.getValue().path("x-operator-only").asBoolean() && !Objects.equals(merged.get(property.getKey()), before.open().get(property.getKey()))) {
                    errors.add(FieldError.of("settings." + property.getKey(), "integration.operator-only"));
                }
            });
        }
        Iterator<Map.Entry<String, JsonNode>> fields = merged.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            JsonNode schema = properties.path(field.getKey());
            String path = "settings." + field.getKey();
            if ("uri".equals(schema.path("format").asText()) && field.getValue().isTextual() && errors.stream().noneMatch(error -> error.field().equals(path))) {
                guard.objection(field.getValue().asText()).ifPresent(code -> errors.add(FieldError.of(path, code)));
            }
        }
        return errors;
    }

    private List<FieldError> fieldErrors(Integration before, Integration integration) {
        List<FieldError> errors = new ArrayList<>();
        if (integration.catalogFeedUrl() != null && !integration.catalogFeedUrl().equals(before.catalogFeedUrl())) {
            guard.objection(integration.catalogFeedUrl()).ifPresent(code -> errors.add(FieldError.of("catalogFeedUrl", code)));
        }
        Set<String> both = new HashSet<>(integration.scoringStatuses());
        both.retainAll(integration.reversalStatuses());
        if (!both.isEmpty()) {
            errors.add(FieldError.of("reversalStatuses", "integration.status-in-both", String.join(", ", both)));
        }
        if (integration.pollInterval().compareTo(Duration.ofDays(7)) > 0) {
            errors.add(FieldError.of("pollInterval", "integration.poll-interval-too-long"));
        }
        if (integration.pointsRuleId() != null && jdbc.sql("SELECT 1 FROM points_rules WHERE merchant_id = ? AND id = ? AND deleted_at IS NULL")
                .params(integration.merchantId(), integration.pointsRuleId()).query(Integer.class).optional().isEmpty()) {
            errors.add(FieldError.of("pointsRuleId", "integration.unknown-rule"));
        }
        // Waits for a deletion that is under way, and then finds none.
        if (integration.branch() != null && jdbc.sql("SELECT 1 FROM branches WHERE merchant_id = ? AND id = ? FOR KEY SHARE")
                .params(integration.merchantId(), integration.branchId()).query(Integer.class).optional().isEmpty()) {
            errors.add(FieldError.of("branchId", "integration.unknown-branch"));
        }
        return errors;
    }

    /** The body as given, with fingerprints in the place of secrets; one that stays as it is, is left out. */
    private ObjectNode audited(ApiRequest request, Platform platform) {
        ObjectNode detail = request.body().deepCopy();
        if (detail.get("settings") instanceof ObjectNode settings) {
            for (String secret : platform.secretSettings()) {
                if (Settings.MASK.equals(settings.path(secret).asText())) {
                    settings.remove(secret);
                } else if (settings.hasNonNull(secret)) {
                    settings.put(secret, "#" + secrets.fingerprint(settings.get(secret).asText()));
                }
            }
        }
        return detail;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return List.copyOf(texts);
    }

    private static Branch branch(ApiRequest request) {
        UUID id = uuid(request, "branchId");
        return id == null ? null : new Branch(id, null);
    }

    private static UUID uuid(ApiRequest request, String name) {
        return request.has(name) ? UUID.fromString(request.text(name)) : null;
    }
}
