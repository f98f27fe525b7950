package io.loyaltyhub.api;

import java.util.List;
import java.util.Locale;

/**
 * What is wrong with one field of a request. {@code field} is a path such as {@code settings.apiAddress}; the text is
 * either a message code with its arguments, or, where the words come from elsewhere, a text already in the caller's language.
 */
public record FieldError(String field, String code, List<Object> args, String text) {

    public static FieldError of(String field, String code, Object... args) {
        return new FieldError(field, code, List.of(args), null);
    }

    public static FieldError localised(String field, String text) {
        return new FieldError(field, null, List.of(), text);
    }

    public String message(Locale locale) {
        return text != null ? text : Messages.text(locale, code, args.toArray());
    }
}
