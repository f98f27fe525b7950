package io.loyaltyhub.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * For people who work on routes: when a route file changes, all of them are loaded anew; if they cannot be, the last
 * ones that could stay in force. Camel's own reload (4.17) knows no templated routes, and every platform is one.
 * Polls that are running are waited for, so this is not for production.
 */
@Component
@ConditionalOnProperty("hub.routes-reload")
class RoutesReload {

    private static final Logger LOG = LoggerFactory.getLogger(RoutesReload.class);

    private final CamelContext camel;
    private final RoutesDirectory routes;
    private Map<Path, String> inForce;
    private Map<Path, String> refused = Map.of();

    RoutesReload(CamelContext camel, RoutesDirectory routes) {
        this.camel = camel;
        this.routes = routes;
    }

    @Scheduled(fixedDelay = 1000)
    void look() throws IOException {
        Map<Path, String> now = read();
        if (inForce == null || !camel.isStarted()) {
            inForce = now;
        }
        if (now.equals(inForce) || now.equals(refused)) {
            return;
        }
        LOG.info("Route files changed: loading the routes anew");
        try {
            replaceRoutes(now);
            inForce = now;
            LOG.info("The changed routes are in force ({} routes)", camel.getRoutesSize());
        } catch (Exception e) {
            LOG.error("The changed routes cannot be loaded, the former ones stay in force: {}", e.getMessage());
            refused = now;
            restore();
        }
    }

    private void restore() {
        try {
            replaceRoutes(inForce);
        } catch (Exception e) {
            LOG.error("The former routes cannot be loaded either", e);
        }
    }

    private void replaceRoutes(Map<Path, String> files) throws Exception {
        List<Resource> resources = files.entrySet().stream()
                .map(file -> ResourceHelper.fromString("file:" + file.getKey(), file.getValue()))
                .toList();
        camel.getRouteController().removeAllRoutes();
        camel.removeRouteTemplates("*");
        camel.getEndpointRegistry().clear();
        Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        for (RouteConfigurationDefinition configuration : List.copyOf(model.getRouteConfigurationDefinitions())) {
            model.removeRouteConfiguration(configuration);
        }
        Collection<RoutesBuilder> builders = PluginHelper.getRoutesLoader(camel).findRoutesBuilders(resources);
        // Started together at the end, as at the start of the hub: the REST routes insist on finding all others.
        camel.setAutoStartup(false);
        try {
            for (RoutesBuilder builder : builders) {
                camel.addRoutes(builder);
            }
            for (RoutesBuilder builder : builders) {
                camel.addTemplatedRoutes(builder);
            }
        } finally {
            camel.setAutoStartup(true);
        }
        camel.getRouteController().startAllRoutes();
    }

    private Map<Path, String> read() throws IOException {
        Map<Path, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(routes.path())) {
            for (Path file : all.filter(path -> path.getFileName().toString().endsWith(".camel.yaml")).toList()) {
                files.put(file, Files.readString(file));
            }
        }
        return new LinkedHashMap<>(files);
    }
}
