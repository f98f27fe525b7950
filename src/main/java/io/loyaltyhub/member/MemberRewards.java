package io.loyaltyhub.member;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import java.sql.Types;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rewards as a member looks through them: what can be had, by words, cheapest first, or only what the balance reaches. */
@Component
class MemberRewards {

    private static final String SELECT = """
            SELECT * FROM (
                SELECT r.id, r.title, r.price, coalesce(r.points, ceil(r.price * m.points_per_real_redeemed))::bigint AS points, r.image_url, r.link
                  FROM rewards r JOIN merchants m ON m.id = r.merchant_id
                 WHERE r.merchant_id = :merchant AND r.removed_at IS NULL AND r.available
                   AND (:words::text IS NULL OR strpos(lower(r.title), lower(:words)) > 0)) AS had
             WHERE (:most::bigint IS NULL OR points <= :most)
            """;

    private final JdbcClient jdbc;

    MemberRewards(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Listing<Map<String, Object>> list(ApiRequest request, UUID merchant, UUID participant) {
        int limit = request.limit();
        long balance = jdbc.sql("SELECT balance FROM balances WHERE merchant_id = ? AND participant_id = ?").params(merchant, participant)
                .query(Long.class).optional().orElse(0L);
        boolean dearest = "-points".equals(request.query("sort"));
        Place after = Place.of(Listing.after(request));
        String beyond = after == null ? "" : dearest ? " AND (points, id) < (:points, :id)" : " AND (points, id) > (:points, :id)";
        String order = dearest ? " ORDER BY points DESC, id DESC" : " ORDER BY points, id";
        return Listing.of(jdbc.sql(SELECT + beyond + order + " LIMIT :limit")
                .param("merchant", merchant)
                .param("words", request.query("query"), Types.VARCHAR)
                .param("most", "true".equals(request.query("withinReach")) ? balance : null, Types.BIGINT)
                .param("points", after == null ? 0 : after.points())
                .param("id", after == null ? 0 : after.id())
                .param("limit", limit + 1)
                .query((row, number) -> {
                    Map<String, Object> reward = new LinkedHashMap<>();
                    reward.put("id", row.getLong("id"));
                    reward.put("title", row.getString("title"));
                    reward.put("price", row.getBigDecimal("price"));
                    reward.put("points", row.getLong("points"));
                    reward.put("imageUrl", row.getString("image_url"));
                    reward.put("link", row.getString("link"));
                    reward.put("withinReach", row.getLong("points") <= balance);
                    return reward;
                }).list(), limit, reward -> reward.get("points") + ":" + reward.get("id"));
    }

    /** The last reward of the page before. */
    private record Place(long points, long id) {

        static Place of(String cursor) {
            if (cursor == null) {
                return null;
            }
            try {
                String[] parts = cursor.split(":", 2);
                return new Place(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
            } catch (RuntimeException e) {
                throw Problem.invalid("cursor", "query.cursor");
            }
        }
    }
}
