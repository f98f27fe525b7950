package io.loyaltyhub.bench;

import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;

/** The hub's own route, from the claim of the integration to the end of the poll. */
final class HubContender implements Contender {

    private static final String POLL = """
            SELECT started_at, finished_at, outcome, error FROM polls
             WHERE merchant_id = ? AND integration_id = ? AND finished_at IS NOT NULL
            """;

    private final BenchHub hub;

    HubContender(BenchHub hub) {
        this.hub = hub;
    }

    private record Poll(Timestamp started, Timestamp finished, String outcome, String error) {
    }

    @Override
    public Duration run(BenchHub.Programme programme, String shop) throws InterruptedException {
        hub.client().post(programme.path() + "/activate", null).expect(200);
        while (true) {
            List<Poll> polls = hub.jdbc().query(POLL, (row, number) -> new Poll(row.getTimestamp(1), row.getTimestamp(2), row.getString(3), row.getString(4)),
                    programme.merchant(), programme.integration());
            if (!polls.isEmpty()) {
                Poll poll = polls.get(0);
                if (!poll.outcome().equals("ok")) {
                    throw new IllegalStateException("the poll " + poll.outcome() + ": " + poll.error());
                }
                return Duration.between(poll.started().toInstant(), poll.finished().toInstant());
            }
            Thread.sleep(50);
        }
    }
}
