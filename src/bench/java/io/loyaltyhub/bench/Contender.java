package io.loyaltyhub.bench;

import java.time.Duration;

/** One way of turning a shop's orders into points. */
interface Contender {

    /** Reads all orders of the shop into the programme; answers how long that took, from the first page's call to the last commit. */
    Duration run(BenchHub.Programme programme, String shop) throws Exception;
}
