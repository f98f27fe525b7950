package io.loyaltyhub.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.LoggingLevel;
import org.apache.camel.TypeConversionException;
import org.apache.camel.TypeConverter;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CamelConstantsTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() {
        camel.start();
        camel.getTypeConverterRegistry().addTypeConverters(new CamelConstants());
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void camelFindsThemAtOnce() {
        assertThat(camel.getTypeConverterRegistry().lookup(HttpMethods.class, String.class)).isNotNull();
        assertThat(camel.getTypeConverterRegistry().lookup(LoggingLevel.class, String.class)).isNotNull();
    }

    @Test
    void namesAreReadHoweverTheyAreWritten() {
        TypeConverter converter = camel.getTypeConverter();
        assertThat(converter.convertTo(HttpMethods.class, "POST")).isEqualTo(HttpMethods.POST);
        assertThat(converter.convertTo(HttpMethods.class, " get ")).isEqualTo(HttpMethods.GET);
        assertThat(converter.convertTo(LoggingLevel.class, "Off")).isEqualTo(LoggingLevel.OFF);
        for (LoggingLevel level : LoggingLevel.values()) {
            assertThat(converter.convertTo(LoggingLevel.class, level.name())).isEqualTo(level);
        }
    }

    @Test
    void whatIsNoNameIsRefused() {
        assertThatThrownBy(() -> camel.getTypeConverter().convertTo(HttpMethods.class, "FETCH")).isInstanceOf(TypeConversionException.class);
    }
}
