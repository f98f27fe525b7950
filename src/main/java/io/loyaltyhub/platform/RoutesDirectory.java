package io.loyaltyhub.platform;

import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Where the routes, mappings and platform descriptors lie. {@link RoutesDirectoryLocator} decides on the place before
 * Camel starts; here it is only used.
 */
@Component
public class RoutesDirectory {

    private final Path directory;
    private final boolean watched;

    public RoutesDirectory(@Value("${hub.routes-dir}") Path directory, @Value("${hub.routes-reload:false}") boolean watched) {
        this.directory = directory.toAbsolutePath().normalize();
        this.watched = watched;
    }

    public Path path() {
        return directory;
    }

    /** Whether files are looked at again when they change; for development, not for production. */
    public boolean isWatched() {
        return watched;
    }

    /** A file of the directory; a name that leads out of it is refused. */
    public Path resolve(String file) {
        Path path = directory.resolve(file).normalize();
        if (!path.startsWith(directory) || !Files.isRegularFile(path)) {
            throw new IllegalArgumentException("no file " + file + " in the routes directory");
        }
        return path;
    }
}
