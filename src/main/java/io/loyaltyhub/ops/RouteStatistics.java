package io.loyaltyhub.ops;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.api.management.mbean.ManagedProcessorMBean;
import org.apache.camel.management.DefaultManagementObjectStrategy;
import org.apache.camel.management.mbean.ManagedCamelContext;
import org.apache.camel.spi.ManagementAgent;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.stereotype.Component;

/**
 * What the console draws a route's figures from. Camel 4.17 asks every step of the hub, once for each route, whose it is:
 * a third of a million calls, and 20 seconds of a processor, each time somebody looks at a diagram. Here each step is asked
 * once; what comes out is the same. Public, for it is called by reflection.
 */
public final class RouteStatistics extends ManagedCamelContext {

    private static final Pattern ROUTE = Pattern.compile("\\s*<routeStat id=\"([^\"]*)\".*");

    private RouteStatistics(CamelContext context) {
        super(context);
    }

    private record Step(int index, String xml) {
    }

    @Override
    public String dumpRoutesStatsAsXml(boolean full, boolean withSteps) throws Exception {
        String routes = super.dumpRoutesStatsAsXml(full, false);
        if (!withSteps) {
            return routes;
        }
        Map<String, List<Step>> steps = stepsByRoute(full);
        StringBuilder xml = new StringBuilder(routes.length() * 6);
        String route = null;
        for (String line : routes.split("\n")) {
            Matcher start = ROUTE.matcher(line);
            if (start.matches()) {
                route = start.group(1);
            } else if (line.strip().equals("</routeStat>")) {
                xml.append("      <processorStats>\n");
                steps.getOrDefault(route, List.of()).forEach(step -> xml.append(step.xml()));
                xml.append("      </processorStats>\n");
            }
            xml.append(line).append('\n');
        }
        return xml.toString();
    }

    private Map<String, List<Step>> stepsByRoute(boolean full) throws Exception {
        ManagementAgent agent = getContext().getManagementStrategy().getManagementAgent();
        ObjectName all = ObjectName.getInstance(agent.getMBeanObjectDomainName() + ":context=" + getContext().getManagementName() + ",type=processors,*");
        Map<String, List<Step>> steps = new HashMap<>();
        for (ObjectName name : agent.getMBeanServer().queryNames(all, null)) {
            ManagedProcessorMBean step = agent.newProxyClient(name, ManagedProcessorMBean.class);
            String route = step.getRouteId();
            if (route != null) {
                steps.computeIfAbsent(route, id -> new ArrayList<>()).add(new Step(step.getIndex(), xml(step, full)));
            }
        }
        steps.values().forEach(ofRoute -> ofRoute.sort(Comparator.comparingInt(Step::index)));
        return steps;
    }

    private static String xml(ManagedProcessorMBean step, boolean full) {
        Integer line = step.getSourceLineNumber();
        String counts = step.dumpStatsAsXml(full);
        return "        <processorStat id=\"%s\" index=\"%s\" state=\"%s\" disabled=\"%s\" sourceLineNumber=\"%s\" exchangesInflight=\"%s\" %s%n".formatted(
                step.getProcessorId(), step.getIndex(), step.getState(), step.getDisabled(), line == null ? -1 : line, step.getExchangesInflight(),
                counts.substring("<stats ".length()));
    }

    /** To be called before the context starts: that is when it is registered. */
    static void inPlaceOfCamels(CamelContext context) {
        context.getManagementStrategy().setManagementObjectStrategy(new DefaultManagementObjectStrategy() {
            @Override
            public Object getManagedObjectForCamelContext(CamelContext managed) {
                RouteStatistics statistics = new RouteStatistics(managed);
                statistics.init(managed.getManagementStrategy());
                return statistics;
            }
        });
    }

    @Component
    static class OfTheHub implements CamelContextConfiguration {

        @Override
        public void beforeApplicationStart(CamelContext context) {
            inPlaceOfCamels(context);
        }

        @Override
        public void afterApplicationStart(CamelContext context) {
            // what there was to do is done
        }
    }
}
