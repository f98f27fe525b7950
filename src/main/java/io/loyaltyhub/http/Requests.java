package io.loyaltyhub.http;

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
    private static final Pattern HOST_LABEL = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?");

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
     * stand in braces, and below it the path in the variable {@code path}. The setting {@code baseUrl}, where given, takes
     * the place of scheme and host.
     */
    public void host(Exchange exchange, String usual) {
        Settings settings = settings(exchange);
        URI address = URI.create(SETTING_IN_HOST.matcher(usual).replaceAll(setting -> hostLabel(settings, setting.group(1))));
        Object given = settings.get(BASE_URL);
        String base = given == null ? address.getScheme() + "://" + address.getRawAuthority() : given.toString().strip().replaceAll("/+$", "");
        exchange.getMessage().setHeader(Exchange.HTTP_URI, base + address.getRawPath() + exchange.getVariable("path", String.class));
    }

    private static String hostLabel(Settings settings, String name) {
        Object value = settings.get(name);
        if (value == null || !HOST_LABEL.matcher(value.toString()).matches()) {
            throw new PlatformFailure(ErrorMeaning.REJECTED, "o campo " + name + " não serve para formar um endereço",
                    "the setting " + name + " is missing or no host label");
        }
        return value.toString();
    }

    /** HTTP Basic with two settings as user and password. */
    public void basic(Exchange exchange, String user, String password) {
        String pair = settings(exchange).get(user) + ":" + settings(exchange).get(password);
        exchange.getMessage().setHeader("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
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
     * Lets only http(s) addresses of public hosts pass. Camel would also resolve {@code {{…}}} in the address, which
     * would turn a merchant's setting into a view of the hub's own configuration.
     */
    public void guard(Exchange exchange) {
        exchange.setVariable("answerFormat", exchange.getMessage().getHeader(Answers.FORMAT, "json", String.class));
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

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
