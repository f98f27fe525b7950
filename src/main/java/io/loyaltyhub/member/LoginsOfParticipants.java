package io.loyaltyhub.member;

import io.loyaltyhub.participant.ParticipantRecords;
import io.loyaltyhub.participant.Person;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Whether a person can log in. */
@Component
class LoginsOfParticipants implements ParticipantRecords {

    private final JdbcTemplate jdbc;
    private final LoginAttempts attempts;

    LoginsOfParticipants(JdbcTemplate jdbc, LoginAttempts attempts) {
        this.jdbc = jdbc;
        this.attempts = attempts;
    }

    @Override
    public String name() {
        return "logins";
    }

    @Override
    public List<Map<String, Object>> of(Person person) {
        return jdbc.queryForList("SELECT set_at AS \"passwordSetAt\" FROM member_passwords WHERE merchant_id = ? AND participant_id = ANY (?)",
                person.merchantId(), person.ids().toArray(UUID[]::new));
    }

    /** Who had no password of their own goes on with the other's. */
    @Override
    public void move(UUID merchantId, UUID from, UUID to) {
        jdbc.update("""
                INSERT INTO member_passwords (merchant_id, participant_id, hash, must_change, set_at)
                SELECT merchant_id, ?, hash, must_change, set_at FROM member_passwords WHERE merchant_id = ? AND participant_id = ?
                ON CONFLICT (merchant_id, participant_id) DO NOTHING
                """, to, merchantId, from);
        forget(merchantId, new UUID[] {from});
    }

    @Override
    public void erase(Person person) {
        forget(person.merchantId(), person.ids().toArray(UUID[]::new));
        person.documents().forEach(document -> attempts.forget(person.merchantId(), document));
    }

    private void forget(UUID merchantId, UUID[] participants) {
        jdbc.update("DELETE FROM member_passwords WHERE merchant_id = ? AND participant_id = ANY (?)", merchantId, participants);
        jdbc.update("UPDATE participants SET cpf_is_password = false WHERE merchant_id = ? AND id = ANY (?) AND cpf_is_password", merchantId, participants);
    }
}
