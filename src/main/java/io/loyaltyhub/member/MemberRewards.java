package io.loyaltyhub.member;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.reward.Product;
import io.loyaltyhub.reward.Reward;
import io.loyaltyhub.reward.Shelf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rewards as a member looks through them: what can be had, by words, cheapest first, or only what the balance reaches. */
@Component
class MemberRewards {

    private final JdbcClient jdbc;
    private final Shelf shelf;

    MemberRewards(JdbcClient jdbc, Shelf shelf) {
        this.jdbc = jdbc;
        this.shelf = shelf;
    }

    Listing<Map<String, Object>> list(ApiRequest request, UUID merchant, UUID participant) {
        int limit = request.limit();
        long balance = jdbc.sql("SELECT balance FROM balances WHERE merchant_id = ? AND participant_id = ?").params(merchant, participant)
                .query(Long.class).optional().orElse(0L);
        Shelf.Order order = "-points".equals(request.query("sort")) ? Shelf.Order.DEAREST : Shelf.Order.CHEAPEST;
        Long most = "true".equals(request.query("withinReach")) ? balance : null;
        List<Product> found = shelf.find(new Shelf.Search(merchant, request.query("query"), false, false, most, order, place(Listing.after(request)), limit + 1));
        return Listing.of(found.stream().map(product -> product(product, balance)).toList(), limit, reward -> reward.get("points") + ":" + reward.get("id"));
    }

    private static Map<String, Object> product(Product product, long balance) {
        Map<String, Object> shown = reward(product.face(), product.title(), balance);
        List<Map<String, Object>> variants = new ArrayList<>();
        List<String> names = product.names();
        for (Reward variant : product.variants()) {
            Map<String, Object> one = reward(variant, variant.fullTitle(), balance);
            one.put("name", names.get(variants.size()));
            variants.add(one);
        }
        shown.put("variants", variants);
        return shown;
    }

    private static Map<String, Object> reward(Reward reward, String title, long balance) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", reward.id());
        shown.put("sku", reward.sku());
        shown.put("title", title);
        shown.put("price", reward.price());
        shown.put("points", reward.points());
        shown.put("imageUrl", reward.imageUrl());
        shown.put("link", reward.link());
        shown.put("withinReach", reward.points() <= balance);
        return shown;
    }

    /** The last reward of the page before. */
    private static Shelf.Place place(String cursor) {
        if (cursor == null) {
            return null;
        }
        try {
            String[] parts = cursor.split(":", 2);
            return new Shelf.Place(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        } catch (RuntimeException e) {
            throw Problem.invalid("cursor", "query.cursor");
        }
    }
}
