package io.loyaltyhub.api;

import static org.springframework.web.servlet.function.RequestPredicates.GET;

import java.io.IOException;
import java.util.Properties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Serves the contract as a page to browse and try, at {@code /api/docs/}: our page, the viewer's files from its webjar
 * and {@code openapi.yaml}. Nothing comes from another host.
 */
@Configuration(proxyBeanMethods = false)
public class ApiDocs implements WebMvcConfigurer {

    private static final MediaType YAML = MediaType.parseMediaType("application/yaml;charset=UTF-8");

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        // The page names its files relative to itself, so it must be seen under the address that ends with a slash.
        registry.addRedirectViewController("/api/docs", "/api/docs/").setContextRelative(true);
        registry.addViewController("/api/docs/").setViewName("forward:/api/docs/index.html");
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/api/docs/**")
                .addResourceLocations("classpath:/api-docs/", viewer())
                .setCacheControl(CacheControl.noCache());
    }

    @Bean
    RouterFunction<ServerResponse> contractDocument() {
        return RouterFunctions.route(GET("/api/docs/openapi.yaml"), request -> ServerResponse.ok()
                .contentType(YAML)
                .cacheControl(CacheControl.noCache())
                .body(new ClassPathResource("openapi.yaml")));
    }

    /** Where the webjar keeps the viewer's files: a path that carries its version. */
    private static String viewer() {
        try {
            Properties webjar = PropertiesLoaderUtils.loadProperties(
                    new ClassPathResource("META-INF/maven/org.webjars/swagger-ui/pom.properties"));
            return "classpath:/META-INF/resources/webjars/swagger-ui/" + webjar.getProperty("version") + "/";
        } catch (IOException e) {
            throw new IllegalStateException("The viewer's webjar is not on the class path", e);
        }
    }
}
