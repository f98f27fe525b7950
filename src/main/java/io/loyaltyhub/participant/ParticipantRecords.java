package io.loyaltyhub.participant;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a feature keeps about participants. Whatever stores a participant's id, or anything personal, has one of these: it is
 * how a person's data are shown, moved and forgotten in one transaction without anybody knowing where they all are.
 */
public interface ParticipantRecords {

    /** What they are called in a person's export. */
    String name();

    List<Map<String, Object>> of(Person person);

    /** Two participants turned out to be one person: what is {@code from}'s becomes {@code to}'s. */
    default void move(UUID merchantId, UUID from, UUID to) {
    }

    /** Nothing personal is left; what the books need stays. */
    default void erase(Person person) {
    }
}
