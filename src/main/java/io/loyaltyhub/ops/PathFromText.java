package io.loyaltyhub.ops;

import java.nio.file.Path;

import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.core.convert.converter.Converter;
import org.springframework.stereotype.Component;

/** A configured path is a path of the file system: Spring's own conversion would look on the class path first. */
@Component
@ConfigurationPropertiesBinding
class PathFromText implements Converter<String, Path> {

    @Override
    public Path convert(String text) {
        return Path.of(text.strip());
    }
}
