package io.loyaltyhub.sandbox.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

/**
 * One call as it reached the shop, or as the shop makes one to announce something. The path and the query are decoded, a slash
 * at the path's end is kept; names of headers are in lower case.
 */
public record Call(String method, String path, Map<String, String> query, Map<String, String> headers, byte[] body) {

    static Call read(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        return new Call(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), fields(exchange.getRequestURI().getRawQuery()),
                headers, exchange.getRequestBody().readAllBytes());
    }

    /** An announcement: what a hook of the platform posts. The address is the receiver's matter. */
    public static Call post(String contentType, String body) {
        return new Call("POST", "/", Map.of(), Map.of("content-type", contentType), body.getBytes(StandardCharsets.UTF_8));
    }

    public static Call postJson(Object content) {
        return post("application/json", new String(Reply.json(content).body(), StandardCharsets.UTF_8));
    }

    public static Call postForm(Map<String, String> fields) {
        return post("application/x-www-form-urlencoded", fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue())).collect(Collectors.joining("&")));
    }

    /** Null if it was not given. */
    public String query(String name) {
        return query.get(name);
    }

    public String query(String name, String otherwise) {
        return query.getOrDefault(name, otherwise);
    }

    /** Null if it was not given. */
    public String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The fields of a form-encoded body, decoded. */
    public Map<String, String> form() {
        return fields(text());
    }

    /** The body as JSON; a missing node where it is none. */
    public JsonNode json() {
        try {
            return Reply.MAPPER.readTree(body);
        } catch (IOException notJson) {
            return Reply.MAPPER.missingNode();
        }
    }

    /** The body as XML, namespaces known; null where it is none. */
    public Document xml() {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(new ByteArrayInputStream(body));
        } catch (SAXException notXml) {
            return null;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } catch (ParserConfigurationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Null without HTTP Basic. */
    public String basicUser() {
        return basic().map(pair -> pair[0]).orElse(null);
    }

    /** Null without HTTP Basic. */
    public String basicPassword() {
        return basic().map(pair -> pair[1]).orElse(null);
    }

    private Optional<String[]> basic() {
        String header = header("authorization");
        if (header == null || !header.startsWith("Basic ")) {
            return Optional.empty();
        }
        try {
            String pair = new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? Optional.empty() : Optional.of(new String[] {pair.substring(0, colon), pair.substring(colon + 1)});
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** What stands in a query or in a form, decoded; nothing for null. */
    public static Map<String, String> fields(String encoded) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (encoded != null && !encoded.isEmpty()) {
            for (String pair : encoded.split("&")) {
                int equals = pair.indexOf('=');
                fields.put(decoded(equals < 0 ? pair : pair.substring(0, equals)), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return fields;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return method + " " + path + (query.isEmpty() ? "" : " " + query);
    }
}
