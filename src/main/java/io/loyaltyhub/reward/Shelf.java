package io.loyaltyhub.reward;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** A merchant's rewards, to be looked through: the variants of a product, as far as they are looked for, are one. */
@Component
public class Shelf {

    /** A shop that gives all its products one group shows that many of them. */
    private static final int MOST_VARIANTS = 200;

    private static final String REWARDS = """
            SELECT r.id, r.integration_id, r.sku, r.title, r.variant, r.price, coalesce(r.points, ceil(r.price * m.points_per_real_redeemed))::bigint AS points,
                   r.image_url, r.link, r.group_id, r.available
              FROM rewards r JOIN merchants m ON m.id = r.merchant_id
            """;

    /** What comes from a feed goes with it. The feeds are looked up once, not for each of a million rewards. */
    private static final String SHOWN = """
             %1$s.merchant_id = :merchant AND %1$s.removed_at IS NULL AND (%1$s.integration_id IS NULL OR %1$s.integration_id = ANY (ARRAY(
                   SELECT i.id FROM integrations i WHERE i.merchant_id = :merchant AND i.deleted_at IS NULL AND i.catalog_feed_url IS NOT NULL)))
            """;

    private static final String FOUND = SHOWN + """
               AND (%1$s.available OR :all)
               AND (:words::text IS NULL OR strpos(lower(concat_ws(' ', %1$s.title, %1$s.variant)), lower(:words)) > 0 OR :skus AND %1$s.sku = :words)
            """;

    /** What can be had goes before what cannot; else the cheapest. No reward of a feed has a price in points of its own, so that the price decides. */
    private static final String FACES = REWARDS + " WHERE " + FOUND.formatted("r") + """
               AND (r.group_id IS NULL OR NOT EXISTS (
                    SELECT FROM rewards v
                     WHERE v.integration_id = r.integration_id AND v.group_id = r.group_id AND (NOT v.available, v.price, v.id) < (NOT r.available, r.price, r.id)
                       AND
            """ + FOUND.formatted("v") + "))";

    private static final String VARIANTS = """
            SELECT * FROM (
            """ + REWARDS.replace("SELECT r.id", "SELECT row_number() OVER (PARTITION BY r.integration_id, r.group_id ORDER BY NOT r.available, r.price, r.id) AS place, r.id") + """
              JOIN unnest(:shops::uuid[], :groups::text[]) AS g (integration_id, group_id) ON g.integration_id = r.integration_id AND g.group_id = r.group_id
             WHERE
            """ + FOUND.formatted("r") + """
            ) AS those WHERE place <= :most ORDER BY place
            """;

    private final JdbcClient jdbc;

    Shelf(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** In which order, and after which reward of the page before. */
    public enum Order {

        /** As they came to be known. */
        KNOWN("id > :id", "id"),
        CHEAPEST("(points, id) > (:points, :id)", "points, id"),
        DEAREST("(points, id) < (:points, :id)", "points DESC, id DESC");

        private final String beyond;
        private final String by;

        Order(String beyond, String by) {
            this.beyond = beyond;
            this.by = by;
        }
    }

    /**
     * What somebody looks for.
     *
     * @param words     of the title; null: whatever there is
     * @param skus      whether the words may be a product's id as well
     * @param all       whether what cannot be had at the moment is shown, too
     * @param most      points it may cost; of a product with variants, the cheapest
     * @param after     the points and the id of the last one of the page before; null: from the first
     */
    public record Search(UUID merchantId, String words, boolean skus, boolean all, Long most, Order order, Place after, int limit) {
    }

    public record Place(long points, long id) {
    }

    public List<Product> find(Search search) {
        String beyond = search.after() == null ? "" : " AND " + search.order().beyond;
        List<Reward> faces = searching(jdbc.sql("SELECT * FROM (" + FACES + ") AS faces WHERE (:most::bigint IS NULL OR points <= :most)" + beyond
                + " ORDER BY " + search.order().by + " LIMIT :limit"), search)
                .param("most", search.most(), Types.BIGINT)
                .param("points", search.after() == null ? 0 : search.after().points())
                .param("id", search.after() == null ? 0 : search.after().id())
                .param("limit", search.limit())
                .query((row, number) -> read(row)).list();
        Map<Group, List<Reward>> variants = variants(search, faces.stream().map(Group::of).flatMap(Optional::stream).toList());
        return faces.stream().map(face -> new Product(face, Group.of(face).map(variants::get).orElse(List.of()))).toList();
    }

    private record Group(UUID integrationId, String id) {

        static Optional<Group> of(Reward reward) {
            return reward.groupId() == null ? Optional.empty() : Optional.of(new Group(reward.integrationId(), reward.groupId()));
        }
    }

    private Map<Group, List<Reward>> variants(Search search, List<Group> groups) {
        Map<Group, List<Reward>> variants = new LinkedHashMap<>();
        if (groups.isEmpty()) {
            return variants;
        }
        searching(jdbc.sql(VARIANTS), search)
                .param("shops", groups.stream().map(Group::integrationId).toArray(UUID[]::new))
                .param("groups", groups.stream().map(Group::id).toArray(String[]::new))
                .param("most", MOST_VARIANTS)
                .query((row, number) -> read(row)).list()
                .forEach(reward -> variants.computeIfAbsent(Group.of(reward).orElseThrow(), group -> new ArrayList<>()).add(reward));
        return variants;
    }

    private static JdbcClient.StatementSpec searching(JdbcClient.StatementSpec statement, Search search) {
        return statement.param("merchant", search.merchantId()).param("words", search.words(), Types.VARCHAR).param("skus", search.skus()).param("all", search.all());
    }

    /** One that there is, whether or not it can be had. */
    public Optional<Reward> find(UUID merchantId, long id) {
        return jdbc.sql(REWARDS + " WHERE r.id = :id AND " + SHOWN.formatted("r")).param("merchant", merchantId).param("id", id)
                .query((row, number) -> read(row)).optional();
    }

    private static Reward read(ResultSet row) throws SQLException {
        return new Reward(row.getLong("id"), row.getObject("integration_id", UUID.class), row.getString("sku"), row.getString("title"), row.getString("variant"),
                row.getBigDecimal("price"), row.getLong("points"), row.getString("image_url"), row.getString("link"), row.getString("group_id"),
                row.getBoolean("available"));
    }
}
