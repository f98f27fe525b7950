package io.loyaltyhub.points;

import io.loyaltyhub.sale.Sale;
import java.util.UUID;

/**
 * What became of a sale once it was posted.
 *
 * @param decision in the API's words: awarded, reversed, ignored, duplicate, held, unregistered
 * @param isNews   whether that is new: false where a sale stays awarded or reversed and no entry was made
 * @param points   what moved just now: positive earned, negative taken back, 0 nothing
 * @param balance  the buyer's balance afterwards, where points moved
 */
public record Posted(UUID integrationId, Sale sale, String decision, boolean isNews, long points, Long balance, String reason) {
}
