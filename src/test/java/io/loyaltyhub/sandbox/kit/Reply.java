package io.loyaltyhub.sandbox.kit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the shop says back. {@code contentType} is null where there is none. */
public record Reply(int status, String contentType, Map<String, String> headers, byte[] body) {

    static final ObjectMapper MAPPER = JsonMapper.builder().enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN).build();

    public static Reply json(Object content) {
        return json(200, content);
    }

    public static Reply json(int status, Object content) {
        try {
            return new Reply(status, "application/json; charset=utf-8", Map.of(), MAPPER.writeValueAsBytes(content));
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public static Reply text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text);
    }

    public static Reply xml(int status, String xml) {
        return of(status, "text/xml; charset=utf-8", xml);
    }

    public static Reply html(int status, String html) {
        return of(status, "text/html; charset=utf-8", html);
    }

    public static Reply of(int status, String contentType, String body) {
        return new Reply(status, contentType, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    public static Reply empty(int status) {
        return new Reply(status, null, Map.of(), new byte[0]);
    }

    public Reply withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, contentType, more, body);
    }

    public Reply withContentType(String other) {
        return new Reply(status, other, headers, body);
    }

    public Reply withBody(byte[] other) {
        return new Reply(status, contentType, headers, other);
    }
}
