package io.loyaltyhub.poll;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The embedded database belongs to one hub at a time: whoever holds a claim in it when that hub starts was killed, and
 * nobody need wait for the claim to run out. Should its holder be alive after all, fencing keeps it from writing.
 */
@Component
class AbandonedClaims {

    private static final String ON_INTEGRATIONS = "UPDATE polling SET lease_until = now() WHERE lease_until > now()";
    private static final String ON_TOKENS = "UPDATE tokens SET refresher = NULL, refresher_until = NULL WHERE refresher IS NOT NULL";

    AbandonedClaims(JdbcTemplate jdbc, @Value("${spring.datasource.url:}") String sharedDatabase) {
        if (sharedDatabase.isBlank()) {
            jdbc.update(ON_INTEGRATIONS);
            jdbc.update(ON_TOKENS);
        }
    }
}
