package io.loyaltyhub.api;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.catalina.core.StandardHost;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.task.DelegatingSecurityContextAsyncTaskExecutor;

/** What stands around the routes that answer HTTP requests: the filters before them and the threads they run on. */
@Configuration(proxyBeanMethods = false)
public class ApiConfiguration {

    static final int LARGEST_BODY = 1024 * 1024;

    /** The console asks for all MBeans at once, a few hundred bytes for each step of each route; its paths are the operator's alone. */
    private static final int LARGEST_CONSOLE_BODY = 16 * LARGEST_BODY;
    private static final List<String> CONSOLE = List.of("/hawtio/jolokia", "/jolokia");

    @Bean
    FilterRegistrationBean<ProblemFilter> problemFilter() {
        // Within the metrics' filter, so that they count the status that is answered.
        return filter(new ProblemFilter(), Ordered.HIGHEST_PRECEDENCE + 10, EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
    }

    @Bean
    FilterRegistrationBean<SmuggledNames> smuggledNamesFilter() {
        return filter(new SmuggledNames(), Ordered.HIGHEST_PRECEDENCE + 20, EnumSet.of(DispatcherType.REQUEST));
    }

    @Bean
    FilterRegistrationBean<BodyFilter> bodyFilter() {
        return filter(new BodyFilter(ApiConfiguration::largestBody), 0, EnumSet.of(DispatcherType.REQUEST));
    }

    private static int largestBody(HttpServletRequest request) {
        String path = request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
        return CONSOLE.stream().anyMatch(path::startsWith) ? LARGEST_CONSOLE_BODY : LARGEST_BODY;
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> serverRefusals() {
        return server -> server.addContextCustomizers(
                context -> ((StandardHost) context.getParent()).setErrorReportValveClass(ServerRefusals.class.getName()));
    }

    private static <T extends Filter> FilterRegistrationBean<T> filter(T filter, int order, EnumSet<DispatcherType> types) {
        FilterRegistrationBean<T> registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(order);
        registration.setDispatcherTypes(types);
        registration.setAsyncSupported(true);
        return registration;
    }

    /**
     * The threads that answer requests. Bounded in number and in what waits for them; beyond that the answer is 503. Not a
     * candidate where any executor would do, so that nothing else runs on them.
     */
    @Bean(defaultCandidate = false)
    ThreadPoolTaskExecutor requestThreads() {
        ThreadPoolTaskExecutor threads = new ThreadPoolTaskExecutor();
        threads.setThreadNamePrefix("request-");
        threads.setCorePoolSize(8);
        threads.setMaxPoolSize(32);
        threads.setQueueCapacity(64);
        threads.setWaitForTasksToCompleteOnShutdown(true);
        threads.setAwaitTerminationSeconds(20);
        return threads;
    }

    /** Camel's own would take any executor; this one takes ours, and carries the login over to the thread of the route. */
    @Bean("platform-http-engine")
    PlatformHttpEngine platformHttpEngine(@Qualifier("requestThreads") ThreadPoolTaskExecutor requestThreads,
                                          @Value("${server.port:8080}") int port) {
        return new SpringBootPlatformHttpEngine(port, new DelegatingSecurityContextAsyncTaskExecutor(requestThreads));
    }

    @Bean
    ComponentCustomizer routeHeaders() {
        return ComponentCustomizer.forType(PlatformHttpComponent.class,
                component -> component.setHeaderFilterStrategy(new RouteHeaders()));
    }
}
