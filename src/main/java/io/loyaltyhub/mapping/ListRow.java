package io.loyaltyhub.mapping;

import com.fasterxml.jackson.databind.JsonNode;

/** A row of a platform's list that is at work, as the platform gave it: mappings of what is asked for about it see it as {@code $row}. */
public interface ListRow {

    JsonNode raw();
}
