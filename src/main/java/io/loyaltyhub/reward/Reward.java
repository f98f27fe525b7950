package io.loyaltyhub.reward;

import java.math.BigDecimal;
import java.util.UUID;

/**
 * What points can be redeemed for.
 *
 * @param integrationId whose feed it comes from; null: the merchant's own
 * @param variant       what tells it from the others of its product, where the title does not
 * @param points        what it costs: its own points, or its price at the programme's rate
 * @param groupId       what joins the variants of one product
 */
public record Reward(long id, UUID integrationId, String sku, String title, String variant, BigDecimal price, long points, String imageUrl, String link,
                     String groupId, boolean available) {

    /** What it is called where the others of its product are not seen. */
    public String fullTitle() {
        return variant == null ? title : title + " (" + variant + ")";
    }
}
