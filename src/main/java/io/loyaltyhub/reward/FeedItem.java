package io.loyaltyhub.reward;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A product of a shop's feed that can be a reward.
 *
 * @param sku       the feed's id of the product or variant; its mpn, gtin or sku where it has none
 * @param price     what it costs today, in BRL
 * @param groupId   what joins the variants of one product; null for a product without variants
 * @param variant   what tells a variant from the others, as far as its title does not: "Azul, M"; null where there is no such thing
 * @param available whether the shop has it
 */
public record FeedItem(String sku, String title, BigDecimal price, String imageUrl, String link, String groupId, String variant,
                       boolean available) {

    /** The same for the same product: what is unchanged is not written again. */
    String fingerprint() {
        String all = String.join("\n", sku, title, price.toPlainString(), String.valueOf(imageUrl), String.valueOf(link), String.valueOf(groupId),
                String.valueOf(available)) + (variant == null ? "" : "\n" + variant);
        return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
