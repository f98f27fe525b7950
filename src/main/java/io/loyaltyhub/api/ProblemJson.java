package io.loyaltyhub.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** A {@link Problem} as {@code application/problem+json}: {@code {type, title, status, detail, errors: [{field, message}]}}. */
public final class ProblemJson {

    public static final String CONTENT_TYPE = "application/problem+json";

    private ProblemJson() {
    }

    public static ObjectNode of(Problem problem, Locale locale) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        // The code is what a program can tell one problem from another by; the texts may change.
        json.put("type", "urn:loyalty-hub:" + problem.code());
        json.put("title", problem.title(locale));
        json.put("status", problem.status());
        json.put("detail", problem.detail(locale));
        ArrayNode errors = json.putArray("errors");
        for (FieldError error : problem.errors()) {
            errors.addObject().put("field", error.field()).put("message", error.message(locale));
        }
        problem.more().forEach(json::putPOJO);
        return json;
    }

    /** See {@link Problem#of(Throwable)} for what becomes of which exception; the status stands in the answer. */
    public static ObjectNode of(Throwable thrown, Locale locale) {
        return of(Problem.of(thrown), locale);
    }
}
