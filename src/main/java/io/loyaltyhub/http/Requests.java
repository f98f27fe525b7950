package io.loyaltyhub.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.integration.Settings;
import io.loyaltyhub.json.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;

/** What platform routes need to put a request together without a secret ever standing in an endpoint's URI. */
@Component("requests")
public class Requests {

    private static final String BASE_URL = "baseUrl";
    private static final Pattern SETTING_IN_HOST = Pattern.compile("\\{(\\w+)}");
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
    private static final Pattern HOST_LABEL = Pattern.compile(LABEL);
    private static final Pattern HOST_NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")+");
    private static final Pattern WHOLE_HOST = Pattern.compile("https://\\{\\w+}(?:/.*)?");

    private final AddressGuard guard;

    public Requests(AddressGuard guard) {
        this.guard = guard;
    }

    /**
     * The address to call: a setting, to which {@code suffix} is added where it lacks it, and below it the path in the
     * variable {@code path}.
     */
    public void address(Exchange exchange, String setting, String suffix) {
        Object given = settings(exchange).get(setting);
        if (given == null) {
            throw new PlatformFailure(ErrorMeaning.REJECTED, "falta o campo " + setting, "the setting " + setting + " is missing");
        }
        String base = given.toString().strip().replaceAll("/+$", "");
        String root = base.endsWith(suffix) ? base : base + suffix;
        exchange.getMessage().setHeader(Exchange.HTTP_URI, root + exchange.getVariable("path", String.class));
    }

    /**
     * The address to call at a platform with a host of its own: {@code https://{alias}.example.com/api}, where settings
     * stand in braces, and below it the path in the variable {@code path}. A setting is one label, or, where nothing else
     * stands there, a whole host name. The setting {@code baseUrl}, where given, takes the place of scheme and host.
     */
    public void host(Exchange exchange, String usual) {
        Settings settings = settings(exchange);
        Pattern form = WHOLE_HOST.matcher(usual).matches() ? HOST_NAME : HOST_LABEL;
        URI address = URI.create(SETTING_IN_HOST.matcher(usual).replaceAll(setting -> partOfHost(settings, setting.group(1), form)));
        Object given = settings.get(BASE_URL);
        String base = given == null ? address.getScheme() + "://" + address.getRawAuthority() : given.toString().strip().replaceAll("/+$", "");
        exchange.getMessage().setHeader(Exchange.HTTP_URI, base + address.getRawPath() + exchange.getVariable("path", String.class));
    }

    private static String partOfHost(Settings settings, String name, Pattern form) {
        Object value = settings.get(name);
        if (value == null || !form.matcher(value.toString()).matches()) {
            throw new PlatformFailure(ErrorMeaning.REJECTED, "o campo " + name + " não serve para formar um endereço",
                    "the setting " + name + " is missing or no part of a host's name");
        }
        return value.toString();
    }

    /** HTTP Basic with two settings as user and password. */
    public void basic(Exchange exchange, String user, String password) {
        String pair = settings(exchange).get(user) + ":" + settings(exchange).get(password);
        exchange.getMessage().setHeader("Authorization", "Basic " + base64(pair));
    }

    /** Adds a secret to the query. The query is a header, is not logged, and is dropped after the call. */
    public void addSecretToQuery(Exchange exchange, String name, String secret) {
        String query = exchange.getMessage().getHeader(Exchange.HTTP_QUERY, String.class);
        String parameter = name + '=' + encoded(secret);
        exchange.getMessage().setHeader(Exchange.HTTP_QUERY, query == null ? parameter : query + '&' + parameter);
    }

    /** A form body made of settings: {@code parameter=setting,…}; settings without a value are left out. */
    public void formOfSecrets(Exchange exchange, String parameters) {
        StringJoiner form = new StringJoiner("&");
        for (String parameter : parameters.split(",")) {
            String[] pair = parameter.split("=", 2);
            Object value = settings(exchange).get(pair[1]);
            if (value != null) {
                form.add(pair[0] + '=' + encoded(value.toString()));
            }
        }
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/x-www-form-urlencoded");
        exchange.getMessage().setBody(form.toString());
    }

    /** A JSON body made of settings, each as Base64: {@code field=setting,…}; settings without a value are left out. */
    public void base64Json(Exchange exchange, String parameters) {
        ObjectNode body = Json.mapper().createObjectNode();
        for (String parameter : parameters.split(",")) {
            String[] pair = parameter.split("=", 2);
            Object value = settings(exchange).get(pair[1]);
            if (value != null) {
                body.put(pair[0], base64(value.toString()));
            }
        }
        exchange.getMessage().setBody(body);
        json(exchange);
    }

    /** Adds a setting to the query, as Base64. */
    public void addBase64ToQuery(Exchange exchange, String name, String setting) {
        addSecretToQuery(exchange, name, base64(String.valueOf(settings(exchange).get(setting))));
    }

    /** The body, {@code name=value&…} as a route wrote it, becomes a form: values encoded, which must hold no ampersand. */
    public void form(Exchange exchange) {
        StringJoiner form = new StringJoiner("&");
        for (String field : exchange.getMessage().getBody(String.class).split("&")) {
            String[] pair = field.split("=", 2);
            form.add(pair[0] + '=' + encoded(pair.length == 2 ? pair[1] : ""));
        }
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/x-www-form-urlencoded");
        exchange.getMessage().setBody(form.toString());
    }

    /** The body, a tree as a mapping made it, becomes JSON. */
    public void json(Exchange exchange) {
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(Json.write(exchange.getMessage().getBody()));
    }

    /** Adds a secret to a form, whose fields so far are the body. */
    public void addSecretToForm(Exchange exchange, String name, String secret) {
        String form = exchange.getMessage().getBody(String.class);
        String field = name + '=' + encoded(secret);
        exchange.getMessage().setBody(form == null || form.isEmpty() ? field : form + '&' + field);
    }

    /**
     * The body, an element whose name has the prefix {@code urn}, becomes the content of a SOAP 1.1 envelope and is posted; the
     * answer is read as XML.
     */
    public void soap(Exchange exchange, String namespace) {
        Message message = exchange.getMessage();
        message.setBody("<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:urn=\"" + namespace + "\"><soapenv:Body>"
                + message.getBody(String.class) + "</soapenv:Body></soapenv:Envelope>");
        message.setHeader(Exchange.HTTP_METHOD, "POST");
        message.setHeader(Exchange.CONTENT_TYPE, "text/xml; charset=utf-8");
        message.setHeader("SOAPAction", "\"\"");
        message.setHeader(Answers.FORMAT, "xml");
    }

    /**
     * Puts a value, which may be a secret, in the place of {@code {name}} in the body, an XML document as a route wrote it. What
     * was put in is a text there and never a place for another.
     */
    public void fill(Exchange exchange, String name, String value) {
        String xml = exchange.getMessage().getBody(String.class);
        exchange.getMessage().setBody(xml.replace('{' + name + '}', value == null ? "" : escaped(value)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&apos;")
                .replace("{", "&#123;").replace("}", "&#125;");
    }

    /**
     * The JSON object in a variable becomes the body, with the body so far as one more of its fields: what a mapping needs and
     * two calls answered. What is no object becomes the body as it is.
     */
    public void join(Exchange exchange, String variable, String field) {
        JsonNode whole = exchange.getVariable(variable, JsonNode.class);
        if (whole instanceof ObjectNode object) {
            ObjectNode joined = Json.mapper().createObjectNode();
            joined.setAll(object);
            whole = joined.set(field, exchange.getMessage().getBody(JsonNode.class));
        }
        exchange.getMessage().setBody(whole);
    }

    /**
     * Lets only http(s) addresses of public hosts pass. Camel would also resolve {@code {{…}}} in the address, which
     * would turn a merchant's setting into a view of the hub's own configuration.
     */
    public void guard(Exchange exchange) {
        exchange.setVariable("answerFormat", exchange.getMessage().getHeader(Answers.FORMAT, "json", String.class));
        exchange.setVariable("answerHeaders", exchange.getMessage().getHeader(Answers.HEADERS, String.class));
        exchange.setVariable("calledQuery", exchange.getMessage().getHeader(Exchange.HTTP_QUERY, String.class));
        String address = exchange.getMessage().getHeader(Exchange.HTTP_URI, "", String.class);
        Optional<String> objection = address.contains("{") || address.contains("}") ? Optional.of("address.malformed") : guard.objection(address);
        if (objection.isPresent()) {
            throw new PlatformFailure(ErrorMeaning.REJECTED, 0, switch (objection.get()) {
                case "address.private" -> "o endereço informado aponta para uma rede privada e não pode ser usado";
                case "address.insecure" -> "o endereço informado precisa começar com https://";
                default -> "o endereço informado não é válido";
            }, objection.get(), null, null);
        }
    }

    /** Leaves the answer's status and content behind, nothing of the request. */
    public void forget(Exchange exchange) {
        Message message = exchange.getMessage();
        Set<String> kept = Set.of(Exchange.HTTP_RESPONSE_CODE, Exchange.CONTENT_TYPE, Exchange.REDELIVERY_COUNTER, Exchange.REDELIVERY_DELAY, "Location");
        message.getHeaders().keySet().removeIf(name -> !kept.contains(name));
        exchange.removeVariable("accessToken");
    }

    private static Settings settings(Exchange exchange) {
        return exchange.getVariable("settings", Settings.class);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
