package io.loyaltyhub.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class OperatorAccountTest extends HubOverHttp {

    @BeforeEach
    void noPasswordYet() {
        jdbc.sql("DELETE FROM hub_settings WHERE name = 'operator-password'").update();
    }

    @Test
    void theFirstStartMakesUpAPasswordThatLaterStartsKnow() {
        OperatorAccount first = new OperatorAccount(jdbc, SecurityConfiguration.passwordEncoder(), Clock.systemUTC(), "");
        OperatorAccount second = new OperatorAccount(jdbc, SecurityConfiguration.passwordEncoder(), Clock.systemUTC(), "");

        String password = first.generatedPassword().orElseThrow();
        assertThat(password).matches("[a-z2-9]{5}(-[a-z2-9]{5}){3}");
        assertThat(second.generatedPassword()).isEmpty();
        assertThat(first.matches(password)).isTrue();
        assertThat(second.matches(password)).isTrue();
        assertThat(second.matches(password + "x")).isFalse();
        assertThat(second.matches("")).isFalse();
        assertThat(second.matches("x".repeat(10_000))).isFalse();
        assertThat(stored()).as("a hash of two to the tenth rounds").startsWith("{bcrypt}$2a$10$").doesNotContain(password);
    }

    @Test
    void aMadeUpPasswordIsSaidOnceAndAtOnceWhateverBecomesOfThatStart(CapturedOutput output) {
        String password = new OperatorAccount(jdbc, SecurityConfiguration.passwordEncoder(), Clock.systemUTC(), "").generatedPassword().orElseThrow();
        new OperatorAccount(jdbc, SecurityConfiguration.passwordEncoder(), Clock.systemUTC(), "");

        assertThat(output.getOut()).containsOnlyOnce(password);
    }

    @Test
    void aConfiguredPasswordWinsOverTheMadeUpOne() {
        String madeUp = new OperatorAccount(jdbc, SecurityConfiguration.passwordEncoder(), Clock.systemUTC(), "").generatedPassword().orElseThrow();
        OperatorAccount configured = new OperatorAccount(jdbc, SecurityConfiguration.passwordEncoder(), Clock.systemUTC(), "escolhida");

        assertThat(configured.generatedPassword()).isEmpty();
        assertThat(configured.matches("escolhida")).isTrue();
        assertThat(configured.matches(madeUp)).isFalse();
    }

    @Test
    void aPasswordIsRememberedOnlyBriefly() {
        Instant start = Instant.parse("2026-11-01T00:00:00Z");
        Instant[] now = {start};
        OperatorAccount operator = new OperatorAccount(jdbc, SecurityConfiguration.passwordEncoder(), new Clock() {
            @Override
            public Instant instant() {
                return now[0];
            }

            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }
        }, "");
        String password = operator.generatedPassword().orElseThrow();
        assertThat(operator.matches(password)).isTrue();
        noPasswordYet();

        assertThat(operator.matches(password)).isTrue();
        now[0] = start.plus(Duration.ofMinutes(2));
        assertThat(operator.matches(password)).isFalse();
    }

    private String stored() {
        return jdbc.sql("SELECT value FROM hub_settings WHERE name = 'operator-password'").query(String.class).single();
    }
}
