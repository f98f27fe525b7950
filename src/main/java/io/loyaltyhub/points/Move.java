package io.loyaltyhub.points;

import java.util.UUID;

/** An entry to be made. */
record Move(String kind, SaleState sale, int round, long points, UUID ruleId, Integer ruleVersion, String description) {

    static Move earn(SaleState paid, String description) {
        return new Move("earn", paid, paid.round(), paid.points(), paid.facts().ruleId(), paid.facts().ruleVersion(), description);
    }

    /** Takes back all that the sale's round gave. */
    static Move reversal(SaleState before, String description) {
        return new Move("reversal", before, before.round(), -before.points(), null, null, description);
    }
}
