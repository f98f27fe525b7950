package io.loyaltyhub.coupon;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Members' redemptions, as merchants see and make them. */
@Component("redemptionApi")
@Transactional
public class RedemptionApi {

    private static final int LONGEST_KEY = 200;

    private final JdbcClient jdbc;
    private final Redemptions redemptions;

    RedemptionApi(JdbcClient jdbc, Redemptions redemptions) {
        this.jdbc = jdbc;
        this.redemptions = redemptions;
    }

    /** Asked for twice with one key, it is one redemption. */
    public Map<String, Object> create(ApiRequest request) {
        UUID merchant = request.merchant();
        UUID participant = request.id("participant");
        jdbc.sql("SELECT 1 FROM participants WHERE merchant_id = ? AND id = ? AND merged_into IS NULL AND erased_at IS NULL")
                .params(merchant, participant).query(Integer.class).optional().orElseThrow(Problem::notFound);
        return find(merchant, redeem(request, merchant, participant, request.caller().name()));
    }

    /** What a body and its key ask for, on behalf of a participant of this merchant's. */
    public UUID redeem(ApiRequest request, UUID merchant, UUID participant, String by) {
        String key = request.idempotencyKey();
        if (key == null || key.isBlank() || key.length() > LONGEST_KEY) {
            throw Problem.badRequest("redemption.no-key");
        }
        if (request.has("rewardId") == request.has("amount")) {
            throw Problem.invalid("rewardId", "redemption.one-of");
        }
        UUID shop = request.has("integrationId") ? UUID.fromString(request.text("integrationId")) : null;
        return request.has("rewardId")
                ? redemptions.ofReward(merchant, participant, key.strip(), request.field("rewardId").asLong(), shop, by)
                : redemptions.ofAmount(merchant, participant, key.strip(), amount(request), shop, by);
    }

    private static BigDecimal amount(ApiRequest request) {
        return request.field("amount").decimalValue();
    }

    public Map<String, Object> get(ApiRequest request) {
        return find(request.merchant(), request.id("redemption"));
    }

    /** Newest first. */
    public Listing<Map<String, Object>> list(ApiRequest request) {
        return of(request, request.merchant(), request.queryId("participant"));
    }

    /** @param participant null: everybody's */
    public Listing<Map<String, Object>> of(ApiRequest request, UUID merchant, UUID participant) {
        int limit = request.limit();
        UUID after = Listing.afterId(request);
        return Listing.of(jdbc.sql("""
                SELECT * FROM redemptions
                 WHERE merchant_id = :merchant AND (:participant::uuid IS NULL OR participant_id = :participant)
                   AND (:state::text IS NULL OR state = :state)
                   AND (:after::uuid IS NULL OR (created_at, id) < (SELECT created_at, id FROM redemptions WHERE merchant_id = :merchant AND id = :after))
                 ORDER BY created_at DESC, id DESC LIMIT :limit
                """)
                .param("merchant", merchant)
                .param("participant", participant, Types.OTHER)
                .param("state", request.query("state"), Types.VARCHAR)
                .param("after", after, Types.OTHER)
                .param("limit", limit + 1)
                .query((row, number) -> read(row)).list(), limit, redemption -> redemption.get("id"));
    }

    public Map<String, Object> find(UUID merchant, UUID id) {
        return jdbc.sql("SELECT * FROM redemptions WHERE merchant_id = ? AND id = ?").params(merchant, id)
                .query((row, number) -> read(row)).optional().orElseThrow(Problem::notFound);
    }

    private static Map<String, Object> read(ResultSet row) throws SQLException {
        Map<String, Object> redemption = new LinkedHashMap<>();
        redemption.put("id", row.getObject("id", UUID.class));
        redemption.put("participantId", row.getObject("participant_id", UUID.class));
        redemption.put("integrationId", row.getObject("integration_id", UUID.class));
        redemption.put("rewardId", row.getObject("reward_id", Long.class));
        redemption.put("title", row.getString("title"));
        redemption.put("state", row.getString("state"));
        redemption.put("points", row.getLong("points"));
        redemption.put("coupon", row.getString("state").equals("issued") ? coupon(row) : null);
        redemption.put("reason", row.getString("reason"));
        redemption.put("createdAt", row.getTimestamp("created_at").toInstant());
        redemption.put("issuedAt", instant(row.getTimestamp("issued_at")));
        redemption.put("usedAt", instant(row.getTimestamp("used_at")));
        redemption.put("returnedAt", instant(row.getTimestamp("returned_at")));
        return redemption;
    }

    /** Not shown before the shop is known to have it: until then it is nobody's, or everybody's. */
    private static Map<String, Object> coupon(ResultSet row) throws SQLException {
        Map<String, Object> coupon = new LinkedHashMap<>();
        coupon.put("code", row.getString("code"));
        coupon.put("value", row.getBigDecimal("value"));
        coupon.put("expiresAt", row.getTimestamp("expires_at").toInstant());
        return coupon;
    }

    private static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
