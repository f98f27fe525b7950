package io.loyaltyhub.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.points.LedgerVerification;
import org.springframework.jdbc.core.JdbcTemplate;

/** How every test that touches points ends: all caches add up to their entries, nothing is paid twice. */
public final class Coherence {

    private Coherence() {
    }

    public static void assertLedgerCoherent(RunningHub hub) {
        assertLedgerCoherent(hub.jdbc());
    }

    public static void assertLedgerCoherent(JdbcTemplate jdbc) {
        LedgerVerification.Result result = new LedgerVerification(jdbc).verify();
        assertThat(result.mismatches()).isEmpty();
        assertThat(result.ok()).isTrue();
    }
}
