package io.loyaltyhub.points;

import java.util.List;
import java.util.UUID;

/**
 * What is to be true together with entries, whatever made them: a page, somebody who joins, a merchant's ruling, a cut-over. Runs
 * in the transaction that posts, as the last that the ledger does in it, and costs one statement at most.
 */
public interface AfterPosting {

    /** @param posted the sales that were posted, and all others that became something else by it */
    void posted(UUID merchantId, List<Posted> posted);
}
