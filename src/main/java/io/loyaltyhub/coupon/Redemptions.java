package io.loyaltyhub.coupon;

import io.loyaltyhub.api.Problem;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Integrations;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.points.RedemptionEntries;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What members ask for: the points go in the same transaction in which the coupon is owed. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
public class Redemptions {

    private static final String INSERT = """
            INSERT INTO redemptions (merchant_id, id, participant_id, idempotency_key, request, integration_id, reward_id, title, value, points,
                                     code, from_pool, starts_on, ends_on, expires_at, next_attempt_at, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private final JdbcClient jdbc;
    private final RedemptionEntries entries;
    private final Integrations integrations;
    private final Platforms platforms;
    private final CouponPool pool;
    private final Clock clock;

    Redemptions(JdbcClient jdbc, RedemptionEntries entries, Integrations integrations, Platforms platforms, CouponPool pool, Clock clock) {
        this.jdbc = jdbc;
        this.entries = entries;
        this.integrations = integrations;
        this.platforms = platforms;
        this.pool = pool;
        this.clock = clock;
    }

    /** @param integrationId whose feed it comes from; null: any shop of the merchant's will do */
    private record Wanted(Long rewardId, UUID integrationId, String title, BigDecimal value, long points) {
    }

    /** A reward of the catalogue. Answers the redemption's id, which is the one of before where the key is. */
    UUID ofReward(UUID merchantId, UUID participantId, String key, long rewardId, UUID integrationId, String by) {
        return redeem(merchantId, participantId, key, "reward " + rewardId, integrationId, by, () -> reward(merchantId, rewardId));
    }

    /** A coupon of a value that the member chose, at the programme's rate. */
    UUID ofAmount(UUID merchantId, UUID participantId, String key, BigDecimal amount, UUID integrationId, String by) {
        BigDecimal value = amount.setScale(2, RoundingMode.UNNECESSARY);
        return redeem(merchantId, participantId, key, "amount " + value, integrationId, by, () -> new Wanted(null, null,
                "Cupom de R$ " + value.toPlainString().replace('.', ','), value, points(merchantId, value)));
    }

    private UUID redeem(UUID merchantId, UUID participantId, String key, String request, UUID integrationId, String by, Supplier<Wanted> wanted) {
        // Held from here on: two requests of one member come one after the other, and the second sees what the first left.
        OptionalLong balance = entries.hold(merchantId, participantId);
        record Known(UUID id, String request, UUID integrationId) {
        }
        Optional<Known> known = jdbc.sql("SELECT id, request, integration_id FROM redemptions WHERE merchant_id = ? AND participant_id = ? AND idempotency_key = ?")
                .params(merchantId, participantId, key)
                .query((row, number) -> new Known(row.getObject(1, UUID.class), row.getString(2), row.getObject(3, UUID.class))).optional();
        if (known.isPresent()) {
            if (!known.get().request().equals(request) || integrationId != null && !integrationId.equals(known.get().integrationId())) {
                throw Problem.conflict("redemption.key-taken");
            }
            return known.get().id();
        }
        Wanted reward = wanted.get();
        if (balance.orElse(0) < reward.points()) {
            throw Problem.conflict("redemption.not-enough", balance.orElse(0), reward.points());
        }
        Integration shop = shop(merchantId, integrationId != null ? integrationId : reward.integrationId());
        UUID id = UUID.randomUUID();
        Instant now = clock.instant();
        LocalDate today = now.atOffset(shop.timezone()).toLocalDate();
        LocalDate lastDay = today.plusDays(shop.couponValidityDays());
        Instant end = lastDay.plusDays(1).atStartOfDay().toInstant(shop.timezone());
        jdbc.sql(INSERT).params(merchantId, id, participantId, key, request, shop.id(), reward.rewardId(), reward.title(), reward.value(), reward.points(),
                CouponCodes.next(), pool.serves(shop), Date.valueOf(today), Date.valueOf(lastDay), Timestamp.from(end), Timestamp.from(now), Timestamp.from(now)).update();
        entries.take(merchantId, participantId, id, reward.points(), "Resgate: " + reward.title(), by);
        return id;
    }

    private Wanted reward(UUID merchantId, long id) {
        return jdbc.sql("""
                SELECT r.integration_id, r.title || coalesce(' (' || r.variant || ')', '') AS title, r.price, r.available, coalesce(r.points, ceil(r.price * m.points_per_real_redeemed)) AS points
                  FROM rewards r JOIN merchants m ON m.id = r.merchant_id
                 WHERE r.merchant_id = ? AND r.id = ? AND r.removed_at IS NULL
                   AND (r.integration_id IS NULL OR EXISTS (
                        SELECT FROM integrations i
                         WHERE i.merchant_id = r.merchant_id AND i.id = r.integration_id AND i.deleted_at IS NULL AND i.catalog_feed_url IS NOT NULL))
                """).params(merchantId, id).query((row, number) -> {
            if (!row.getBoolean("available")) {
                throw Problem.conflict("redemption.unavailable");
            }
            return new Wanted(id, row.getObject("integration_id", UUID.class), row.getString("title"), row.getBigDecimal("price"), row.getLong("points"));
        }).optional().orElseThrow(() -> Problem.invalid("rewardId", "redemption.unknown-reward"));
    }

    private long points(UUID merchantId, BigDecimal value) {
        BigDecimal rate = jdbc.sql("SELECT points_per_real_redeemed FROM merchants WHERE id = ?").param(merchantId).query(BigDecimal.class).single();
        // In the shop's favour, as with rewards.
        return value.multiply(rate).setScale(0, RoundingMode.CEILING).longValueExact();
    }

    /** The shop that the coupon is for: the one that is asked for, else the first that can have one. */
    private Integration shop(UUID merchantId, UUID wanted) {
        List<Integration> able = integrations.of(merchantId).stream()
                .filter(integration -> integration.active() && (wanted == null || integration.id().equals(wanted)))
                .filter(integration -> !pool.serves(integration) || !pool.free(merchantId, integration.id()).isEmpty()).toList();
        // A shop that makes coupons itself rather than a pool, and a shop rather than an ERP.
        return able.stream().min(Comparator.comparing(pool::serves)
                        .thenComparing(integration -> !platforms.get(integration.platform()).kind().equals("shop")))
                .orElseThrow(() -> Problem.conflict("redemption.no-shop"));
    }
}
