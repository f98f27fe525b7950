package io.loyaltyhub.poll;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.loyaltyhub.platform.Platform;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When a platform's pages lead nowhere. */
class RepeatedPagesTest {

    private final Poll poll = new Poll(null,
            new Platform("shop", "Shop", "shop", Map.of(), null, null, null, new Platform.Polling(Duration.ZERO, "1", 50, 200, Duration.ofMinutes(5), null, null),
                    null, List.of(), List.of(), ""),
            null, new Poll.Claim(1, 1, Instant.EPOCH, null, null, 0, false, true), List.of(), List.of());

    @Test
    void aPageThatCameBeforeIsARepetition() {
        poll.passed(page("2", "80001", "80002"));

        assertThat(poll.repeats(page("3", "80001", "80002"))).isTrue();
        assertThat(poll.repeats(page("3", "80002", "80003"))).isFalse();
    }

    @Test
    void nothingAfterNothingWithMoreToComeIsARepetition() {
        assertThat(poll.repeats(page("2"))).as("the first page may be empty").isFalse();
        poll.passed(page("2"));

        assertThat(poll.repeats(page("3"))).isTrue();
        assertThat(poll.repeats(page(null))).as("an empty last page ends the window").isFalse();
    }

    @Test
    void aNextPageThatIsThisOneIsARepetition() {
        assertThat(poll.repeats(page("1", "80001"))).isTrue();
    }

    @Test
    void aQueueRepeatsItselfWhereItGivesTheSameEntriesNotWhereItGivesTheSameOrder() {
        poll.passed(page("2", "80001").ofQueue(entries(1)));

        assertThat(poll.repeats(page("3", "80001").ofQueue(entries(2)))).isFalse();
        assertThat(poll.repeats(page("3", "80001").ofQueue(entries(1)))).isTrue();
    }

    private static JsonNode entries(int number) {
        return JsonNodeFactory.instance.arrayNode().add(number);
    }

    private static PageRead page(String next, String... ids) {
        List<PageRead.Row> rows = Stream.of(ids).map(id -> new PageRead.Row(id, JsonNodeFactory.instance.objectNode())).toList();
        return new PageRead(rows, next, PageRead.Source.WINDOW, Map.of(), Set.of());
    }
}
