package io.loyaltyhub.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.loyaltyhub.branch.Branch;
import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.sale.Sale;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One source of sales of one merchant: a platform, the merchant's credentials there, and what is to be done with what
 * comes from it.
 *
 * @param timezone   offset of dates that come without one
 * @param importFrom sales that last changed before this instant are none of ours; null until activation sets it
 * @param branch     the branch it belongs to; null: it stands for all
 * @param couponSource {@code pool}: codes that the merchant uploads; {@code platform} or null: the platform's own, where it can
 * @param active     whether it is polled
 * @param salesFrom  the cut-over in force, which {@code salesCutover} becomes once it is active
 * @param sharesSales whether the merchant has, or had, another source of sales, or this one a cut-over
 */
public record Integration(
        UUID merchantId,
        UUID id,
        String platform,
        String name,
        Settings settings,
        Duration pollInterval,
        ZoneOffset timezone,
        Instant importFrom,
        String siteUrl,
        String signupUrl,
        String catalogFeedUrl,
        List<String> scoringStatuses,
        List<String> reversalStatuses,
        boolean importCustomers,
        boolean importSales,
        Instant salesCutover,
        boolean registerBuyers,
        boolean cpfAsPassword,
        Branch branch,
        UUID pointsRuleId,
        int couponValidityDays,
        String couponSource,
        List<String> rewardSkus,
        boolean active,
        Instant activatedAt,
        Boolean checkOk,
        Instant salesFrom,
        boolean sharesSales) {

    /** What a mapping may know of the integration it works for. */
    public Map<String, JsonNode> mappingVariables() {
        return Map.of("timezone", new TextNode(timezone.getId().equals("Z") ? "+00:00" : timezone.getId()), "settings", settings.open());
    }

    public UUID branchId() {
        return branch == null ? null : branch.id();
    }

    public boolean scores(Sale.Status status) {
        return matches(scoringStatuses, status);
    }

    public boolean reverses(Sale.Status status) {
        return matches(reversalStatuses, status);
    }

    /**
     * Changes whenever the same order may have to be decided anew: it becomes part of the version under which a sale
     * is remembered, so that an order in a status that counts only since today is not passed over as known.
     */
    public String terms() {
        int hash = java.util.Objects.hash(new java.util.TreeSet<>(scoringStatuses), new java.util.TreeSet<>(reversalStatuses), registerBuyers, importFrom);
        return Integer.toHexString(hash);
    }

    /** By id; by name, accents and case aside, where a merchant or a platform knows a status by its name only. */
    private static boolean matches(List<String> chosen, Sale.Status status) {
        if (chosen.contains(status.id())) {
            return true;
        }
        if (status.name() == null) {
            return false;
        }
        String name = Platform.plain(status.name());
        for (String one : chosen) {
            if (!isNumber(one) && Platform.plain(one).equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(Character::isDigit);
    }
}
