package io.loyaltyhub.points;

import io.loyaltyhub.sale.Sale;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** One readable line for whatever moved points, once that is committed. Of people it shows a first name and an initial, nothing else. */
@Component
class PostedLog implements AfterPosting {

    private static final Logger LOG = LoggerFactory.getLogger("points");

    private final JdbcTemplate jdbc;

    PostedLog(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void posted(UUID merchantId, List<Posted> posted) {
        List<Posted> moved = posted.stream().filter(one -> one.points() != 0).toList();
        if (moved.isEmpty() || !LOG.isInfoEnabled()) {
            return;
        }
        Map<UUID, String> names = integrations(merchantId, moved);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                moved.forEach(one -> say(one, names.get(one.integrationId())));
            }
        });
    }

    private Map<UUID, String> integrations(UUID merchantId, List<Posted> posted) {
        Map<UUID, String> names = new HashMap<>();
        jdbc.query("SELECT id, name FROM integrations WHERE merchant_id = ? AND id = ANY (?)", (RowCallbackHandler) row ->
                names.put(row.getObject(1, UUID.class), row.getString(2)), merchantId, posted.stream().map(Posted::integrationId).distinct().toArray(UUID[]::new));
        return names;
    }

    private static void say(Posted one, String integration) {
        LOG.info("{} {} points  {}  order {}  {}  balance {}{}  ({})",
                one.points() > 0 ? "+" + one.points() : one.points(),
                one.points() > 0 ? "earned" : "taken back",
                shortName(one.sale().customer()),
                one.sale().number(),
                one.sale().status().name(),
                one.balance(),
                one.balance() != null && one.balance() < 0 ? " BELOW ZERO" : "",
                integration);
    }

    private static String shortName(Sale.Customer customer) {
        if (customer.name() == null) {
            return "(no name)";
        }
        String[] words = customer.name().split("\\s+");
        return words.length == 1 ? words[0] : words[0] + " " + words[words.length - 1].charAt(0) + ".";
    }
}
