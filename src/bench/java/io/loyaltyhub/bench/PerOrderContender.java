package io.loyaltyhub.bench;

import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Integrations;
import io.loyaltyhub.points.PointsRules;
import java.time.Duration;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** {@link PerOrderRoute}, added to a hub that is otherwise idle. */
final class PerOrderContender implements Contender {

    private final BenchHub hub;
    private final ProducerTemplate producer;

    PerOrderContender(BenchHub hub) throws Exception {
        this.hub = hub;
        CamelContext camel = hub.bean(CamelContext.class);
        camel.addRoutes(new PerOrderRoute(hub.bean(DataSource.class), hub.bean(TransactionTemplate.class)));
        this.producer = camel.createProducerTemplate();
    }

    @Override
    public Duration run(BenchHub.Programme programme, String shop) throws Exception {
        Integration integration = hub.bean(Integrations.class).find(programme.merchant(), programme.integration()).orElseThrow();
        long began = System.nanoTime();
        Exchange done = producer.send(PerOrderRoute.FROM, exchange -> {
            exchange.setVariable("shop", shop);
            exchange.setVariable("integration", integration);
            exchange.setVariable("merchantId", integration.merchantId());
            exchange.setVariable("integrationId", integration.id());
            exchange.setVariable("rule", hub.bean(PointsRules.class).forIntegration(integration).orElseThrow());
        });
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        if (done.getException() != null) {
            throw done.getException();
        }
        return took;
    }
}
