package io.loyaltyhub.mail;

import io.loyaltyhub.points.PointsExpiry;
import io.loyaltyhub.points.PointsExpiry.Expiring;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Tells members of points that will soon be over: once a week at most, however many days there are on which some are. In the
 * morning by the merchant's clock, as with the digest, or as soon after it as there is a hub.
 */
@Component("expiryNotices")
public class ExpiryNotices {

    private static final int MEMBERS = 100_000;

    private static final String CANDIDATES = """
            SELECT m.id, m.timezone, m.expiry_told_on FROM merchants m
             WHERE m.points_validity_days IS NOT NULL
               AND EXISTS (SELECT FROM integrations i WHERE i.merchant_id = m.id AND i.active AND i.deleted_at IS NULL)
            """;

    private final JdbcTemplate jdbc;
    private final PointsExpiry expiry;
    private final Mails mails;
    private final MailSettings settings;
    private final Clock clock;

    ExpiryNotices(JdbcTemplate jdbc, PointsExpiry expiry, Mails mails, MailSettings settings, Clock clock) {
        this.jdbc = jdbc;
        this.expiry = expiry;
        this.mails = mails;
        this.settings = settings;
        this.clock = clock;
    }

    /** @param day the merchant's, whose members are to be told */
    record Due(UUID merchantId, LocalDate day) {
    }

    /** The merchants whose points expire, whose programme is on, and whose morning it is. */
    public List<Due> due() {
        return dueAt(clock.instant());
    }

    List<Due> dueAt(Instant now) {
        record Candidate(UUID id, LocalDateTime there, LocalDate toldOn) {
        }
        return jdbc.query(CANDIDATES, (row, number) -> new Candidate(row.getObject(1, UUID.class),
                        now.atOffset(ZoneOffset.of(row.getString(2))).toLocalDateTime(), row.getObject(3, LocalDate.class)))
                .stream().filter(one -> !one.there().toLocalTime().isBefore(settings.digestAt()) && !one.there().toLocalDate().equals(one.toldOn()))
                .map(one -> new Due(one.id(), one.there().toLocalDate())).toList();
    }

    /** In one transaction, and by one node: who comes second finds that it is done. */
    @Transactional
    public void write(Due due) {
        UUID merchant = due.merchantId();
        if (jdbc.update("UPDATE merchants SET expiry_told_on = ? WHERE id = ? AND expiry_told_on IS DISTINCT FROM ?", due.day(), merchant, due.day()) == 0) {
            return;
        }
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
