package io.loyaltyhub.http;

import io.loyaltyhub.participant.ParticipantRecords;
import io.loyaltyhub.participant.Person;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What platforms answered about a person and is kept for a while. It can be asked for again, so whatever may be theirs goes. */
@Component
class RecordsOfParticipants implements ParticipantRecords {

    private static final String THEIRS = " FROM platform_records WHERE merchant_id = :merchant AND (answer ~* :marks OR key ~* :marks)";

    private final JdbcClient jdbc;

    RecordsOfParticipants(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String name() {
        return "platformAnswers";
    }

    @Override
    public List<Map<String, Object>> of(Person person) {
        return person.certainMarks() == null ? List.of() : jdbc.sql("SELECT integration_id AS \"integrationId\", name, answer, read_at AS \"readAt\"" + THEIRS)
                .param("merchant", person.merchantId()).param("marks", person.certainMarks()).query().listOfRows();
    }

    @Override
    public void erase(Person person) {
        Stream.of(person.certainMarks(), person.nameMarks(), person.phoneMarks()).filter(Objects::nonNull)
                .forEach(marks -> jdbc.sql("DELETE" + THEIRS).param("merchant", person.merchantId()).param("marks", marks).update());
    }
}
