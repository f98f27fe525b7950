package io.loyaltyhub.api;

import io.loyaltyhub.support.RunningHub;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** Looks for a text in every row of every table, bytes included. */
final class Database {

    private Database() {
    }

    /** The tables in which it stands: as it is, as bytes, or in Base64. */
    static List<String> tablesWith(RunningHub hub, String text) {
        JdbcTemplate jdbc = hub.jdbc();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<String> found = new ArrayList<>();
        for (String table : jdbc.queryForList("SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'", String.class)) {
            for (String shape : List.of(text, HexFormat.of().formatHex(bytes), Base64.getEncoder().withoutPadding().encodeToString(bytes))) {
                Integer rows = jdbc.queryForObject("SELECT count(*) FROM " + table + " AS t WHERE strpos(t::text, ?) > 0", Integer.class, shape);
                if (rows != null && rows > 0) {
                    found.add(table);
                }
            }
        }
        return found;
    }
}
