package io.loyaltyhub.poll;

import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.points.Posted;
import io.loyaltyhub.sale.Sale;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** One readable line for whatever moved points. Of people it shows a first name and an initial, nothing else. */
@Component
class PostedLog {

    private static final Logger LOG = LoggerFactory.getLogger("points");

    void say(Integration integration, List<Posted> posted) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        for (Posted one : posted) {
            if (one.points() != 0) {
                LOG.info("{} {} points  {}  order {}  {}  balance {}{}  ({})",
                        one.points() > 0 ? "+" + one.points() : one.points(),
                        one.points() > 0 ? "earned" : "taken back",
                        shortName(one.sale().customer()),
                        one.sale().number(),
                        one.sale().status().name(),
                        one.balance(),
                        one.balance() != null && one.balance() < 0 ? " BELOW ZERO" : "",
                        integration.name());
            }
        }
    }

    private static String shortName(Sale.Customer customer) {
        if (customer.name() == null) {
            return "(no name)";
        }
        String[] words = customer.name().split("\\s+");
        return words.length == 1 ? words[0] : words[0] + " " + words[words.length - 1].charAt(0) + ".";
    }
}
