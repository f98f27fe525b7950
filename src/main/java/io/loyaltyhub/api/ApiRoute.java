package io.loyaltyhub.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.http.PlatformFailure;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.security.Caller;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The first and the last step of every operation's route. */
@Component("api")
public class ApiRoute {

    private static final List<String> PATH_PARAMETERS =
            List.of("merchant", "integration", "platform", "key", "rule", "sale", "participant", "deadLetter", "reward", "redemption",
                    "branch", "month", "mail");

    private final Contract contract;
    private final JdbcClient jdbc;

    public ApiRoute(Contract contract, JdbcClient jdbc) {
        this.contract = contract;
        this.jdbc = jdbc;
    }

    /** HTTP request → {@link ApiRequest}, or the problem with it. */
    public void receive(Exchange exchange, String operation) throws JsonProcessingException {
        Message message = exchange.getMessage();
        Locale locale = locale(message);
        exchange.setVariable("locale", locale);
        Map<String, String> query = query(message.getHeader(Exchange.HTTP_QUERY, String.class));
        String accepted = message.getHeader("Accept", "", String.class);
        if (accepted.contains("text/csv") && !accepted.contains("json")) {
            query.putIfAbsent("format", "csv");
        }
        ApiRequest bodiless = new ApiRequest(contract.isOpen(operation) ? Caller.nobody() : Caller.current(), path(message), query,
                ApiRequest.noBody(), locale, message.getHeader("Idempotency-Key", String.class));
        // Who may not come here is not told what is wrong with the body either.
        admit(bodiless, operation);
        String text = text(message);
        boolean empty = text.isBlank();
        JsonNode json = empty ? null : isTable(message) ? CsvBody.read(text) : Json.mapper().readTree(text);
        List<FieldError> errors = new ArrayList<>();
        for (Contract.Violation violation : contract.violations(operation, json, locale)) {
            errors.add(FieldError.localised(violation.field(), violation.message()));
        }
        if (errors.isEmpty() && json != null) {
            refuseZeroCharacters(json, "", errors);
        }
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        ApiRequest request = json instanceof ObjectNode body
                ? new ApiRequest(bodiless.caller(), bodiless.path(), bodiless.query(), body, locale, bodiless.idempotencyKey()) : bodiless;
        exchange.setVariable("request", request);
        message.removeHeaders("*");
        message.setBody(request);
    }

    /** Asked for the text of no body, Camel would look through all of its converters for one that makes it of the message. */
    private static String text(Message message) {
        return message.getBody() == null ? "" : Objects.requireNonNullElse(message.getBody(String.class), "");
    }

    private static boolean isTable(Message message) {
        String type = message.getHeader(Exchange.CONTENT_TYPE, "", String.class);
        return type.toLowerCase(Locale.ROOT).startsWith("text/csv");
    }

    /** The one character that JSON has and the database has not. */
    private static void refuseZeroCharacters(JsonNode value, String field, List<FieldError> errors) {
        if (value.isTextual() && value.textValue().indexOf('\0') >= 0) {
            errors.add(FieldError.of(field, "body.zero-character"));
        }
        int index = 0;
        for (JsonNode item : value.isArray() ? value : List.<JsonNode>of()) {
            refuseZeroCharacters(item, field + "[" + index++ + "]", errors);
        }
        value.fields().forEachRemaining(one -> {
            String path = field.isEmpty() ? one.getKey() : field + "." + one.getKey();
            if (one.getKey().indexOf('\0') >= 0) {
                errors.add(FieldError.of(field, "body.zero-character"));
            } else {
                refuseZeroCharacters(one.getValue(), path, errors);
            }
        });
    }

    private void admit(ApiRequest request, String operation) {
        if (contract.isForOperatorOnly(operation)) {
            request.caller().requireOperator();
        }
        // What is open to everybody, or a member's own, is none of a merchant's operations, and looks for itself.
        if (request.path().containsKey("merchant") && !contract.isOpen(operation) && request.caller().member() == null) {
            UUID merchant = request.merchant();
            // A key proves that its merchant exists; the operator may be mistaken.
            if (request.caller().isOperator() && jdbc.sql("SELECT 1 FROM merchants WHERE id = ?").param(merchant).query(Integer.class).optional().isEmpty()) {
                throw Problem.notFound();
            }
        }
    }

    private static Map<String, String> path(Message message) {
        Map<String, String> path = new HashMap<>();
        for (String name : PATH_PARAMETERS) {
            String value = message.getHeader(name, String.class);
            if (value != null) {
                path.put(name, URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        }
        return path;
    }

    /** What the operation made → JSON. Null is a body-less 204, whatever the status was to be. */
    public void answer(Exchange exchange, int status) {
        Object result = exchange.getMessage().getBody();
        exchange.getMessage().removeHeaders("*");
        if (status == 204) {
            exchange.getMessage().setBody(null);
        } else {
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, result instanceof Csv ? "text/csv; charset=utf-8" : "application/json");
            exchange.getMessage().setBody(result instanceof Csv csv ? csv.text() : Json.write(result));
            if (result instanceof Csv csv) {
                exchange.getMessage().setHeader("Content-Disposition", "attachment; filename=\"" + csv.fileName() + ".csv\"");
            }
        }
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    }

    /** Whatever an operation threw → problem+json. */
    public void problem(Exchange exchange) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Locale locale = exchange.getVariable("locale", Locale.class);
        Problem problem = thrown instanceof PlatformFailure failure ? Problem.badGateway("problem.platform", failure.getMessage()) : Problem.of(thrown);
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, ProblemJson.CONTENT_TYPE);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, problem.status());
        if (problem.more().get("retryAfter") instanceof Long seconds) {
            exchange.getMessage().setHeader("Retry-After", seconds.toString());
        }
        exchange.getMessage().setBody(Json.write(ProblemJson.of(problem, locale == null ? Messages.PORTUGUESE : locale)));
    }

    private static Locale locale(Message message) {
        return Messages.preferred(message.getHeader("Accept-Language", String.class));
    }

    private static Map<String, String> query(String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query != null) {
            for (String parameter : query.split("&")) {
                int equals = parameter.indexOf('=');
                if (equals > 0) {
                    parameters.putIfAbsent(decoded(parameter.substring(0, equals)), decoded(parameter.substring(equals + 1)));
                }
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("query.malformed");
        }
    }
}
