package io.loyaltyhub.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.loyaltyhub.integration.Settings;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.platform.Platforms;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Reads what a platform answered: a JSON tree, or a {@link PlatformFailure} that says what the answer means. Bounded in
 * size and in time; a page of HTML with status 200, half a JSON or nothing at all is a platform out of order.
 */
@Component("answers")
public class Answers {

    /** Header of a call: the format of its answer, where that is not a JSON object or array. Never sent. */
    public static final String FORMAT = "CamelHubAnswer";

    /** Header of a call: which headers of the answer are wanted too, separated by commas. Never sent. */
    public static final String HEADERS = "CamelHubAnswerHeaders";

    /** Clocks are wrong at times, and nobody is to be left alone for years. */
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofDays(1);
    private static final int SHOWN = 500;
    private static final int PIECE = 16 * 1024;
    private static final int LONGEST_MESSAGE = 4000;
    private static final String SECRET_NAME = "\\b(?:[\\w-]*token|code|[\\w-]+key|[\\w-]*secret|password)";
    /** In a query or form, in JSON (up to the quote that ends it, not one that is escaped), in XML, and in a header. */
    private static final Pattern SECRETS = Pattern.compile("(?i)"
            + "(" + SECRET_NAME + "=)[^&\\s\"]+"
            + "|(" + SECRET_NAME + "\"\\s*:\\s*\")(?:[^\"\\\\]++|\\\\.)++"
            + "|(<(?:[\\w.-]+:)?(?:[\\w-]*token|[\\w-]*secret|app_?key|api_?key|session_?id|password[\\w-]*)>)[^<]+"
            + "|(\\bauthorization\"?\\s*[:=]\\s*\"?)[^\",\\r\\n]+");

    private final Platforms platforms;
    private final Tokens tokens;
    private final Clock clock;
    private final int mostBytes;
    private final Duration patience;

    public Answers(Platforms platforms, Tokens tokens, Clock clock,
                   @Value("${hub.http.max-answer-bytes:16777216}") int mostBytes,
                   @Value("${hub.http.answer-timeout:PT40S}") Duration patience) {
        this.platforms = platforms;
        this.tokens = tokens;
        this.clock = clock;
        this.mostBytes = mostBytes;
        this.patience = patience;
    }

    /**
     * Replaces the body, a stream, by the JSON tree in it. The header {@link #FORMAT} of the call says what else may come:
     * {@code xml}, which becomes the tree of its elements' local names, or {@code any}: JSON of whatever kind, a text, or
     * nothing at all. With {@link #HEADERS} the body is an object of {@code headers}, those that came, and {@code body}.
     */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        String format = exchange.getVariable("answerFormat", "json", String.class);
        byte[] bytes = bytes(message);
        JsonNode tree = null;
        String malformed = null;
        try {
            tree = bytes.length == 0 ? null : format.equals("xml") ? XmlTree.read(bytes) : Json.mapper().readTree(bytes);
        } catch (JsonProcessingException e) {
            malformed = "not " + format;
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
        Platform platform = platforms.get(exchange.getVariable("platform", String.class));
        Platform.ErrorRule rule = ruleFor(platform, status, tree, exchange.getVariable("calledQuery", String.class));
        if (rule != null && rule.meansNothing()) {
            message.setBody(NullNode.instance);
            return;
        }
        if (rule != null || status < 200 || status > 299) {
            PlatformFailure failure = failure(exchange, platform, status, bytes, rule);
            tokens.refused(exchange, failure);
            throw failure;
        }
        if (format.equals("any")) {
            message.setBody(withHeaders(exchange, tree == null || tree.isMissingNode() ? new TextNode(new String(bytes, StandardCharsets.UTF_8)) : tree));
            return;
        }
        if (tree == null || !tree.isContainerNode()) {
            throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, status,
                    platform.title() + " respondeu algo que não é " + format.toUpperCase(Locale.ROOT),
                    bytes.length == 0 ? "HTTP " + status + " with an empty body"
                            : "HTTP " + status + ", " + (malformed == null ? "no object" : malformed) + notAToken(bytes, exchange),
                    null, null);
        }
        message.setBody(withHeaders(exchange, tree));
    }

    private static JsonNode withHeaders(Exchange exchange, JsonNode tree) {
        String wanted = exchange.getVariable("answerHeaders", String.class);
        if (wanted == null) {
            return tree;
        }
        ObjectNode answer = Json.mapper().createObjectNode();
        ObjectNode headers = answer.putObject("headers");
        for (String name : wanted.split("\\s*,\\s*")) {
            String value = exchange.getMessage().getHeader(name, String.class);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return answer.set("body", tree);
    }

    /** Where a token was asked for, an answer that cannot be read may well hold one, under whatever name. */
    private static String notAToken(byte[] bytes, Exchange exchange) {
        return exchange.getVariable("anonymous") == null ? ": " + shown(bytes, exchange) : "";
    }

    private static Platform.ErrorRule ruleFor(Platform platform, int status, JsonNode tree, String query) {
        for (Platform.ErrorRule rule : platform.errors()) {
            if (rule.matches(status, tree, query)) {
                return rule;
            }
        }
        return null;
    }

    private PlatformFailure failure(Exchange exchange, Platform platform, int status, byte[] bytes, Platform.ErrorRule rule) {
        ErrorMeaning meaning = rule == null ? ErrorMeaning.ofStatus(status) : ErrorMeaning.parse(rule.means());
        String say = rule == null || rule.say() == null ? words(platform, meaning, status) : rule.say();
        Duration asked = retryAfter(exchange.getMessage().getHeader("Retry-After", String.class));
        Duration retryAfter = asked == null && rule != null ? rule.waitFor() : asked;
        return new PlatformFailure(meaning, status, say, "HTTP " + status + ": " + shown(bytes, exchange), retryAfter, null);
    }

    private static String words(Platform platform, ErrorMeaning meaning, int status) {
        return platform.title() + switch (meaning) {
            case TOKEN_EXPIRED, REAUTHORISE, CREDENTIALS -> " recusou as credenciais";
            case SUSPENDED -> " suspendeu o acesso desta loja";
            case NO_PERMISSION -> " não permite esta consulta com as credenciais informadas";
            case NOT_FOUND -> " não encontrou o que foi pedido (HTTP 404); confira o endereço informado";
            case RATE_LIMITED -> " pediu para esperar: limite de chamadas atingido";
            case UNAVAILABLE -> status >= 300 && status < 400
                    ? " redirecionou a chamada para outro endereço; confira o endereço informado"
                    : " está fora do ar ou respondeu com erro (HTTP " + status + ")";
            case REJECTED -> " recusou a chamada (HTTP " + status + ")";
        };
    }

    private byte[] bytes(Message message) {
        Object body = message.getBody();
        if (body == null) {
            return new byte[0];
        }
        Instant deadline = clock.instant().plus(patience);
        try (InputStream in = message.getBody(InputStream.class)) {
            // Routes further on would try to keep a copy of a stream that is still there.
            message.setBody(null);
            return in == null ? new byte[0] : readBounded(in, deadline);
        } catch (IOException e) {
            throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, 0, "a resposta da plataforma foi interrompida",
                    e.getClass().getSimpleName() + " while reading the answer", null, e);
        } finally {
            // Nobody is to find a stream there that has been read.
            message.setBody(null);
        }
    }

    /** Piece by piece: an array that is doubled as it fills grows so large that it alone sets off garbage collections. */
    private byte[] readBounded(InputStream in, Instant deadline) throws IOException {
        List<byte[]> full = new ArrayList<>();
        byte[] piece = new byte[PIECE];
        int filled = 0;
        int read;
        while ((read = in.read(piece, filled, PIECE - filled)) >= 0) {
            filled += read;
            if ((long) full.size() * PIECE + filled > mostBytes) {
                throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, "a resposta da plataforma é grande demais",
                        "more than " + mostBytes + " bytes (hub.http.max-answer-bytes)");
            }
            if (clock.instant().isAfter(deadline)) {
                throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, "a plataforma demorou demais para responder",
                        "the answer took longer than " + patience + " (hub.http.answer-timeout)");
            }
            if (filled == PIECE) {
                full.add(piece);
                piece = new byte[PIECE];
                filled = 0;
            }
        }
        return joined(full, piece, filled);
    }

    private static byte[] joined(List<byte[]> full, byte[] last, int filled) {
        byte[] all = new byte[full.size() * PIECE + filled];
        for (int i = 0; i < full.size(); i++) {
            System.arraycopy(full.get(i), 0, all, i * PIECE, PIECE);
        }
        System.arraycopy(last, 0, all, full.size() * PIECE, filled);
        return all;
    }

    /** Seconds or an HTTP date; nonsense counts as nothing said. */
    private Duration retryAfter(String header) {
        if (header == null) {
            return null;
        }
        try {
            return Duration.ofSeconds(Math.max(0, Math.min(LONGEST_RETRY_AFTER.toSeconds(), Long.parseLong(header.strip()))));
        } catch (NumberFormatException notSeconds) {
            try {
                Instant at = ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT)).toInstant();
                Duration wait = Duration.between(clock.instant(), at);
                return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : wait;
            } catch (DateTimeParseException neither) {
                return null;
            }
        }
    }

    /** The beginning of an answer. Some repeat what they were sent: the credentials of this call are covered by name and by value. */
    private static String shown(byte[] bytes, Exchange exchange) {
        // Covered before it is cut, so that no half of a secret remains at the end.
        String text = masked(new String(bytes, 0, Math.min(bytes.length, LONGEST_MESSAGE), StandardCharsets.UTF_8));
        for (String token : List.of("accessToken", "refreshToken")) {
            String value = exchange.getVariable(token, String.class);
            text = value == null || value.isBlank() ? text : text.replace(value, Settings.MASK);
        }
        Settings settings = exchange.getVariable("settings", Settings.class);
        text = settings == null ? text : settings.covered(text);
        return text.substring(0, Math.min(text.length(), SHOWN)).replaceAll("[\\p{Cntrl}]+", " ").strip();
    }

    /** The text with whatever looks like a secret covered, and its end cut off where it is longer than anybody reads. */
    public static String masked(String text) {
        String read = text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) + "…" : text;
        return SECRETS.matcher(read).replaceAll("$1$2$3$4********");
    }
}
