package io.loyaltyhub.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.management.mbean.ManagedCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The figures of the console's diagrams, held against Camel's own. */
class RouteStatisticsTest {

    @ParameterizedTest
    @CsvSource({"true, true", "false, true", "true, false"})
    void theConsoleIsToldWhatCamelWouldTell(boolean full, boolean withSteps) throws Exception {
        try (DefaultCamelContext context = started()) {
            context.createProducerTemplate().sendBody("direct:orders", "1");

            ManagedCamelContext camels = new ManagedCamelContext(context);
            camels.init(context.getManagementStrategy());

            assertThat(withoutTimes(ours(context, full, withSteps))).containsExactlyElementsOf(withoutTimes(camels.dumpRoutesStatsAsXml(full, withSteps)));
        }
    }

    @Test
    void everyStepIsBelowItsRoute() throws Exception {
        try (DefaultCamelContext context = started()) {
            context.createProducerTemplate().sendBody("direct:orders", "1");

            assertThat(ours(context, false, true)).containsSubsequence("id=\"orders\"", "id=\"is-one\"", "id=\"one\"", "</routeStat>")
                    .contains("id=\"customers\"", "id=\"paid\"");
        }
    }

    private static DefaultCamelContext started() throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        RouteStatistics.inPlaceOfCamels(context);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:orders").routeId("orders")
                        .choice().id("is-one").when(body().isEqualTo("1")).log("1").id("one").otherwise().log("2").id("other").end()
                        .to("direct:customers").id("next");
                from("direct:customers").routeId("customers").setBody(constant("paid")).id("paid");
            }
        });
        context.start();
        return context;
    }

    private static String ours(DefaultCamelContext context, boolean full, boolean withSteps) throws Exception {
        MBeanServer server = context.getManagementStrategy().getManagementAgent().getMBeanServer();
        ObjectName name = server.queryNames(new ObjectName("org.apache.camel:context=" + context.getManagementName() + ",type=context,*"), null).iterator().next();
        return (String) server.invoke(name, "dumpRoutesStatsAsXml", new Object[] {full, withSteps}, new String[] {"boolean", "boolean"});
    }

    /** Routes come in no order that anybody promised, and the context's own counts began when this one was made. */
    private static List<String> withoutTimes(String xml) {
        return xml.replaceAll("(?i)(uptime|idleSince|\\w*Time|\\w*Timestamp)=\"[^\"]*\"", "")
                .lines().filter(line -> !line.startsWith("<camelContextStat ")).sorted().toList();
    }
}
