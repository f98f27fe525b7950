package io.loyaltyhub.points;

import io.loyaltyhub.api.ApiRequest;
import org.springframework.stereotype.Component;

/** The operator's view of the whole ledger. */
@Component("ledgerApi")
public class LedgerApi {

    private final LedgerVerification verification;

    public LedgerApi(LedgerVerification verification) {
        this.verification = verification;
    }

    public LedgerVerification.Result verify(ApiRequest request) {
        request.caller().requireOperator();
        return verification.verify();
    }
}
