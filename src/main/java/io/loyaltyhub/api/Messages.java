package io.loyaltyhub.api;

import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;

/**
 * The texts the hub says to people: Brazilian Portuguese ({@code messages_pt_BR.properties}) unless they ask for English
 * ({@code messages.properties}).
 */
public final class Messages {

    public static final Locale PORTUGUESE = Locale.forLanguageTag("pt-BR");
    public static final Locale ENGLISH = Locale.ENGLISH;

    /** Without it, a server whose own language is Portuguese would answer Portuguese to those who ask for English. */
    private static final Control NO_FALLBACK = Control.getNoFallbackControl(Control.FORMAT_PROPERTIES);

    private Messages() {
    }

    /** The text of a code; the code itself where nobody has written one, since a missing text must not break an answer. */
    public static String text(Locale locale, String code, Object... args) {
        try {
            String pattern = bundle(locale).getString(code);
            return args.length == 0 ? pattern : new MessageFormat(pattern, locale).format(args);
        } catch (MissingResourceException missing) {
            return code;
        }
    }

    public static boolean has(Locale locale, String code) {
        return bundle(locale).containsKey(code);
    }

    /** The language of an answer, given the request's Accept-Language, which may be null or nonsense. */
    public static Locale preferred(String acceptLanguage) {
        if (acceptLanguage == null || acceptLanguage.isBlank()) {
            return PORTUGUESE;
        }
        List<LanguageRange> ranges;
        try {
            ranges = LanguageRange.parse(acceptLanguage);
        } catch (IllegalArgumentException nonsense) {
            return PORTUGUESE;
        }
        for (LanguageRange range : ranges) {
            String language = range.getRange();
            if (range.getWeight() == 0) {
                continue;
            }
            if (language.equals("en") || language.startsWith("en-")) {
                return ENGLISH;
            }
            if (language.equals("pt") || language.startsWith("pt-") || language.equals("*")) {
                return PORTUGUESE;
            }
        }
        return PORTUGUESE;
    }

    private static ResourceBundle bundle(Locale locale) {
        return ResourceBundle.getBundle("messages", locale, NO_FALLBACK);
    }
}
