package io.loyaltyhub.mail;

import io.loyaltyhub.points.PointsExpiry;
import io.loyaltyhub.points.PointsExpiry.Expiring;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Tells members of points that will soon be over: once a week at most, however many days there are on which some are. */
@Component("expiryNotices")
public class ExpiryNotices {

    private static final int MEMBERS = 100_000;

    private final JdbcTemplate jdbc;
    private final PointsExpiry expiry;
    private final Mails mails;

    ExpiryNotices(JdbcTemplate jdbc, PointsExpiry expiry, Mails mails) {
        this.jdbc = jdbc;
        this.expiry = expiry;
        this.mails = mails;
    }

    /** The merchants whose points expire and whose programme is on. */
    public List<UUID> due() {
        return jdbc.queryForList("""
                SELECT m.id FROM merchants m
                 WHERE m.points_validity_days IS NOT NULL
                   AND EXISTS (SELECT FROM integrations i WHERE i.merchant_id = m.id AND i.active AND i.deleted_at IS NULL)
                """, UUID.class);
    }

    @Transactional
    public void write(UUID merchant) {
        Set<UUID> told = new HashSet<>(jdbc.queryForList("""
                SELECT participant_id FROM mails WHERE merchant_id = ? AND kind = 'points-expiring' AND created_at > now() - interval '7 days'
                """, UUID.class, merchant));
        UUID after = null;
        for (List<Expiring> page = expiry.expiringSoon(merchant, null, MEMBERS); !page.isEmpty(); page = expiry.expiringSoon(merchant, after, MEMBERS)) {
            // Of each member, all that is soon over and the first day of it: they come in that order.
            Map<UUID, Expiring> ofEach = new LinkedHashMap<>();
            page.forEach(one -> ofEach.merge(one.participantId(), one,
                    (first, next) -> new Expiring(first.participantId(), first.expiresOn(), first.points() + next.points())));
            ofEach.values().stream().filter(one -> !told.contains(one.participantId()))
                    .forEach(one -> mails.pointsExpiring(merchant, one.participantId(), one.points(), one.expiresOn()));
            after = page.get(page.size() - 1).participantId();
        }
    }
}
