package io.loyaltyhub.ops;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells Spring Boot to print a {@link StartupRefused} as a description and an action. */
class StartupRefusedAnalyzer extends AbstractFailureAnalyzer<StartupRefused> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, StartupRefused refused) {
        return new FailureAnalysis(refused.getMessage(), refused.action(), refused);
    }
}
