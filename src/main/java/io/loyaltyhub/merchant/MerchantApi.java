package io.loyaltyhub.merchant;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.audit.Audit;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Merchants and their API keys. */
@Component("merchantApi")
@Transactional
public class MerchantApi {

    private final JdbcClient jdbc;
    private final ApiKeys keys;
    private final Audit audit;
    private final Clock clock;

    public MerchantApi(JdbcClient jdbc, ApiKeys keys, Audit audit, Clock clock) {
        this.jdbc = jdbc;
        this.keys = keys;
        this.audit = audit;
        this.clock = clock;
    }

    public record Merchant(UUID id, String name, String siteUrl, String signupUrl, String timezone, String mailFrom, String mailPointsEarned,
                           BigDecimal pointsPerRealRedeemed, Integer pointsValidityDays, int expiryNoticeDays, boolean returnExpiredCoupons, Instant createdAt) {
    }

    /** The key is in the answer this once. */
    public Map<String, Object> create(ApiRequest request) {
        request.caller().requireOperator();
        UUID id = UUID.randomUUID();
        jdbc.sql("INSERT INTO merchants (id, name, site_url, signup_url, timezone, mail_from, mail_points_earned, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                .params(id, request.text("name"), request.text("siteUrl"), request.text("signupUrl"),
                        request.has("timezone") ? request.text("timezone") : "-03:00", request.text("mailFrom"),
                        request.has("mailPointsEarned") ? request.text("mailPointsEarned") : "digest", Timestamp.from(clock.instant()))
                .update();
        ApiKeys.IssuedKey key = keys.issue(id);
        audit.record(request, id, "merchant.create", id, request.body());
        Map<String, Object> created = new LinkedHashMap<>();
        created.put("id", id);
        created.put("apiKey", key.text());
        created.put("apiKeyId", key.id());
        Merchant merchant = find(id);
        created.put("name", merchant.name());
        created.put("siteUrl", merchant.siteUrl());
        created.put("signupUrl", merchant.signupUrl());
        created.put("timezone", merchant.timezone());
        created.put("mailFrom", merchant.mailFrom());
        created.put("mailPointsEarned", merchant.mailPointsEarned());
        created.put("pointsPerRealRedeemed", merchant.pointsPerRealRedeemed());
        created.put("pointsValidityDays", merchant.pointsValidityDays());
        created.put("expiryNoticeDays", merchant.expiryNoticeDays());
        created.put("returnExpiredCoupons", merchant.returnExpiredCoupons());
        created.put("createdAt", merchant.createdAt());
        return created;
    }

    public Listing<Merchant> list(ApiRequest request) {
        request.caller().requireOperator();
        int limit = request.limit();
        return Listing.of(jdbc.sql("SELECT * FROM merchants WHERE :after::uuid IS NULL OR id > :after ORDER BY id LIMIT :limit")
                .param("after", Listing.afterId(request), java.sql.Types.OTHER)
                .param("limit", limit + 1)
                .query((row, number) -> read(row)).list(), limit, Merchant::id);
    }

    public Merchant get(ApiRequest request) {
        return find(request.merchant());
    }

    public Merchant update(ApiRequest request) {
        UUID id = request.merchant();
        // All columns are written: one change after the other, or the second would undo the first.
        jdbc.sql("SELECT id FROM merchants WHERE id = ? FOR NO KEY UPDATE").param(id).query(UUID.class).optional().orElseThrow(Problem::notFound);
        Merchant merchant = find(id);
        jdbc.sql("""
                UPDATE merchants SET name = ?, site_url = ?, signup_url = ?, timezone = ?, mail_from = ?, mail_points_earned = ?,
                       points_per_real_redeemed = ?, points_validity_days = ?, expiry_notice_days = ?, return_expired_coupons = ? WHERE id = ?
                """)
                .params(request.has("name") ? request.text("name") : merchant.name(),
                        request.mentions("siteUrl") ? request.text("siteUrl") : merchant.siteUrl(),
                        request.mentions("signupUrl") ? request.text("signupUrl") : merchant.signupUrl(),
                        request.has("timezone") ? request.text("timezone") : merchant.timezone(),
                        request.mentions("mailFrom") ? request.text("mailFrom") : merchant.mailFrom(),
                        request.has("mailPointsEarned") ? request.text("mailPointsEarned") : merchant.mailPointsEarned(),
                        request.has("pointsPerRealRedeemed") ? request.field("pointsPerRealRedeemed").decimalValue() : merchant.pointsPerRealRedeemed(),
                        !request.mentions("pointsValidityDays") ? merchant.pointsValidityDays()
                                : request.has("pointsValidityDays") ? request.field("pointsValidityDays").asInt() : null,
                        request.has("expiryNoticeDays") ? request.field("expiryNoticeDays").asInt() : merchant.expiryNoticeDays(),
                        request.has("returnExpiredCoupons") ? request.field("returnExpiredCoupons").asBoolean() : merchant.returnExpiredCoupons(),
                        id)
                .update();
        audit.record(request, id, "merchant.update", id, request.body());
        return find(id);
    }

    public Map<String, Object> issueKey(ApiRequest request) {
        UUID merchant = find(request.merchant()).id();
        ApiKeys.IssuedKey key = keys.issue(merchant);
        audit.record(request, merchant, "api-key.issue", key.id(), Map.of());
        ApiKeys.KeyInfo info = keys.list(merchant).stream().filter(one -> one.id().equals(key.id())).findFirst().orElseThrow();
        Map<String, Object> issued = new LinkedHashMap<>();
        issued.put("id", info.id());
        issued.put("apiKey", key.text());
        issued.put("hint", info.hint());
        issued.put("createdAt", info.createdAt());
        issued.put("revokedAt", info.revokedAt());
        return issued;
    }

    public Listing<ApiKeys.KeyInfo> listKeys(ApiRequest request) {
        return Listing.page(request, keys.list(find(request.merchant()).id()), ApiKeys.KeyInfo::id);
    }

    public void revokeKey(ApiRequest request) {
        UUID merchant = request.merchant();
        keys.revoke(merchant, request.id("key"));
        audit.record(request, merchant, "api-key.revoke", request.id("key"), Map.of());
    }

    private Merchant find(UUID id) {
        return jdbc.sql("SELECT * FROM merchants WHERE id = ?").param(id).query((row, number) -> read(row)).optional().orElseThrow(Problem::notFound);
    }

    private static Merchant read(ResultSet row) throws SQLException {
        return new Merchant(row.getObject("id", UUID.class), row.getString("name"), row.getString("site_url"), row.getString("signup_url"),
                row.getString("timezone"), row.getString("mail_from"), row.getString("mail_points_earned"),
                row.getBigDecimal("points_per_real_redeemed"), row.getObject("points_validity_days", Integer.class), row.getInt("expiry_notice_days"), row.getBoolean("return_expired_coupons"),
                row.getTimestamp("created_at").toInstant());
    }
}
