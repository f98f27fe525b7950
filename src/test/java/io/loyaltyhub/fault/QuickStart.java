package io.loyaltyhub.fault;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * What makes a hub in a process of its own start in half the time: an archive of its loaded
 * classes, which the first hub that ends in order leaves behind. Java archives classes of jars only, so the hub's own
 * are put into one.
 */
final class QuickStart {

    private static final List<String> OPTIONS = List.of("-Xmx256m", "-Xshare:auto");

    private static Path directory;
    private static String classPath;
    private static boolean archived;

    private QuickStart() {
    }

    static synchronized String classPath() {
        if (classPath == null) {
            try {
                directory = Files.createTempDirectory("quick-start");
                directory.toFile().deleteOnExit();
                archive().toFile().deleteOnExit();
                List<String> entries = new ArrayList<>();
                for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                    if (!Files.isDirectory(Path.of(entry))) {
                        entries.add(entry);
                    } else if (Files.exists(Path.of(entry, "application.yml"))) {
                        entries.add(jar(Path.of(entry)).toString());
                    }
                }
                classPath = String.join(File.pathSeparator, entries);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return classPath;
    }

    static synchronized List<String> options() {
        classPath();
        List<String> options = new ArrayList<>(OPTIONS);
        options.add(archived ? "-XX:SharedArchiveFile=" + archive() : "-XX:ArchiveClassesAtExit=" + archive());
        return options;
    }

    /** A hub ended in order: what it archived is whole. */
    static synchronized void endedInOrder() {
        archived = archived || Files.exists(archive());
    }

    private static Path archive() {
        return directory.resolve("hub.jsa");
    }

    private static Path jar(Path classes) throws IOException {
        Path jar = directory.resolve("hub.jar");
        jar.toFile().deleteOnExit();
        try (OutputStream file = Files.newOutputStream(jar); JarOutputStream out = new JarOutputStream(file);
             Stream<Path> found = Files.walk(classes)) {
            for (Path one : found.filter(path -> !path.equals(classes)).sorted().toList()) {
                boolean folder = Files.isDirectory(one);
                out.putNextEntry(new JarEntry(classes.relativize(one).toString().replace(File.separatorChar, '/') + (folder ? "/" : "")));
                if (!folder) {
                    Files.copy(one, out);
                }
                out.closeEntry();
            }
        }
        return jar;
    }
}
