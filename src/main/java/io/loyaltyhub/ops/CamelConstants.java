package io.loyaltyhub.ops;

import java.util.Locale;
import org.apache.camel.Converter;
import org.apache.camel.LoggingLevel;
import org.apache.camel.TypeConverters;
import org.apache.camel.component.http.HttpMethods;
import org.springframework.stereotype.Component;

/**
 * The names of constants that Camel reads again at every call out, and at every failure that an error handler deals with. For a
 * constant without a converter of its own it looks through all of its converters each time, before it reads the name itself: in a
 * profile of short polls, that was a tenth of their time.
 */
@Component
@Converter
public class CamelConstants implements TypeConverters {

    @Converter
    public static HttpMethods httpMethod(String name) {
        return HttpMethods.valueOf(constant(name));
    }

    @Converter
    public static LoggingLevel loggingLevel(String name) {
        return LoggingLevel.valueOf(constant(name));
    }

    private static String constant(String name) {
        return name.strip().toUpperCase(Locale.ROOT);
    }
}
