package io.loyaltyhub.branch;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.audit.Audit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The merchants' branches. Integrations may belong to one, and score by its rule where they have none of their own. */
@Component("branchApi")
@Transactional
public class BranchApi {

    private static final String SELECT = "SELECT id, name, code, points_rule_id FROM branches WHERE merchant_id = ?";

    private final JdbcClient jdbc;
    private final Audit audit;
    private final Clock clock;

    public BranchApi(JdbcClient jdbc, Audit audit, Clock clock) {
        this.jdbc = jdbc;
        this.audit = audit;
        this.clock = clock;
    }

    public Map<String, Object> create(ApiRequest request) {
        return write(request, described(UUID.randomUUID(), null, null, null), "branch.create");
    }

    public Listing<Map<String, Object>> list(ApiRequest request) {
        return Listing.page(request, jdbc.sql(SELECT + " ORDER BY created_at, id").param(request.merchant())
                .query((row, number) -> read(row)).list(), branch -> branch.get("id"));
    }

    public Map<String, Object> get(ApiRequest request) {
        return find(request, "");
    }

    public Map<String, Object> update(ApiRequest request) {
        return write(request, find(request, " FOR NO KEY UPDATE"), "branch.update");
    }

    /** An integration that takes the branch at this very moment waits, and then finds none. */
    public void delete(ApiRequest request) {
        UUID merchant = request.merchant();
        UUID id = (UUID) find(request, " FOR UPDATE").get("id");
        List<String> users = jdbc.sql("SELECT name FROM integrations WHERE merchant_id = ? AND branch_id = ? AND deleted_at IS NULL")
                .params(merchant, id).query(String.class).list();
        if (!users.isEmpty()) {
            throw Problem.conflict("branch.in-use", String.join(", ", users));
        }
        jdbc.sql("UPDATE integrations SET branch_id = NULL WHERE merchant_id = ? AND branch_id = ?").params(merchant, id).update();
        jdbc.sql("DELETE FROM branches WHERE merchant_id = ? AND id = ?").params(merchant, id).update();
        audit.record(request, merchant, "branch.delete", id, Map.of());
    }

    private Map<String, Object> write(ApiRequest request, Map<String, Object> before, String action) {
        UUID merchant = request.merchant();
        UUID id = (UUID) before.get("id");
        UUID rule = !request.mentions("pointsRuleId") ? (UUID) before.get("pointsRuleId")
                : request.has("pointsRuleId") ? UUID.fromString(request.text("pointsRuleId")) : null;
        // Held, so that it is not deleted before this is committed.
        if (rule != null && jdbc.sql("SELECT 1 FROM points_rules WHERE merchant_id = ? AND id = ? AND deleted_at IS NULL FOR SHARE")
                .params(merchant, rule).query(Integer.class).optional().isEmpty()) {
            throw Problem.invalid("pointsRuleId", "integration.unknown-rule");
        }
        try {
            jdbc.sql("""
                    INSERT INTO branches (merchant_id, id, name, code, points_rule_id, created_at) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (merchant_id, id) DO UPDATE SET name = excluded.name, code = excluded.code, points_rule_id = excluded.points_rule_id
                    """)
                    .params(merchant, id, request.has("name") ? request.text("name") : before.get("name"),
                            request.mentions("code") ? request.text("code") : before.get("code"), rule, Timestamp.from(clock.instant()))
                    .update();
        } catch (DuplicateKeyException e) {
            throw Problem.conflict("branch.code-taken", request.text("code"));
        }
        audit.record(request, merchant, action, id, request.body());
        return find(merchant, id, "");
    }

    private Map<String, Object> find(ApiRequest request, String lock) {
        return find(request.merchant(), request.id("branch"), lock);
    }

    private Map<String, Object> find(UUID merchant, UUID id, String lock) {
        return jdbc.sql(SELECT + " AND id = ?" + lock).params(merchant, id)
                .query((row, number) -> read(row)).optional().orElseThrow(Problem::notFound);
    }

    private static Map<String, Object> read(ResultSet row) throws SQLException {
        return described(row.getObject("id", UUID.class), row.getString("name"), row.getString("code"), row.getObject("points_rule_id", UUID.class));
    }

    private static Map<String, Object> described(UUID id, String name, String code, UUID rule) {
        Map<String, Object> branch = new LinkedHashMap<>();
        branch.put("id", id);
        branch.put("name", name);
        branch.put("code", code);
        branch.put("pointsRuleId", rule);
        return branch;
    }
}
