package io.loyaltyhub.samples;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a platform's own route file asks of the orders template.
 *
 * @param orderId where a list row has the order's id
 * @param detail  whether an order that counts is asked for on its own
 */
record OrdersRoute(JsonPointer orderId, boolean detail) {

    private static final ObjectMapper YAML = new YAMLMapper();

    static OrdersRoute in(Path platformFolder) {
        for (Path file : routeFiles(platformFolder)) {
            for (JsonNode one : yaml(file)) {
                JsonNode route = one.path("templatedRoute");
                if (route.path("routeTemplateRef").asText().equals("orders-template")) {
                    return new OrdersRoute(JsonPointer.compile(parameter(route, "order-id")), Boolean.parseBoolean(parameter(route, "detail")));
                }
            }
        }
        throw new AssertionError("no route file in " + platformFolder + " makes a route of the orders-template");
    }

    private static String parameter(JsonNode route, String name) {
        for (JsonNode parameter : route.path("parameters")) {
            if (parameter.path("name").asText().equals(name)) {
                return parameter.path("value").asText();
            }
        }
        throw new AssertionError("the orders route has no parameter " + name);
    }

    private static List<Path> routeFiles(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".camel.yaml")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode yaml(Path file) {
        try {
            return YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
