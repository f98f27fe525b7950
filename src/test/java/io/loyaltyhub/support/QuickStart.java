package io.loyaltyhub.support;

import io.loyaltyhub.LoyaltyHub;
import io.loyaltyhub.route.RoutesCopy;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * What makes a hub in a process of its own start in half the time: an archive of its loaded classes. Java archives classes
 * of jars only, so the hub's own are put into one. All JVMs of a build use one archive: whoever asks while another makes it waits,
 * since to make a second costs more.
 */
public final class QuickStart {

    private static final Path DIRECTORY = Path.of("target", "quick-start").toAbsolutePath();
    private static final Path ARCHIVE = DIRECTORY.resolve("hub.jsa");
    private static final Path UNFINISHED = DIRECTORY.resolve("unfinished.jsa");
    private static final long PATIENCE_MILLIS = 180_000;

    private static String classPath;

    private QuickStart() {
    }

    public static synchronized String classPath() {
        if (classPath == null) {
            try {
                Files.createDirectories(DIRECTORY);
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

    public static synchronized List<String> options() {
        classPath();
        try (FileChannel lock = FileChannel.open(DIRECTORY.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
             FileLock oneAtATime = lock.lock()) {
            if (!isWhole() && oneAtATime.isValid()) {
                make();
            }
            return isWhole() ? List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + ARCHIVE) : List.of("-Xshare:auto");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /** A hub is started and stopped in order, and leaves it behind: of one platform, since they are all made of the same classes. */
    private static void make() throws IOException, InterruptedException {
        TestDatabase database = TestDatabase.create();
        Path home = Files.createTempDirectory("quick-start");
        Path output = DIRECTORY.resolve("hub.log");
        Process hub = ForkedJava.builder(classPath, List.of("-Xmx256m", "-XX:ArchiveClassesAtExit=" + UNFINISHED), LoyaltyHub.class, List.of(
                "--server.port=0", "--spring.datasource.url=" + database.url(), "--spring.datasource.username=" + database.user(),
                "--hub.data-dir=" + home, "--hub.routes-dir=" + RoutesCopy.of("tray"), "--hub.operator-password=" + RunningHub.PASSWORD, "--spring.jmx.enabled=false", "--camel.main.jmx-enabled=false"))
                .redirectOutput(output.toFile()).start();
        long until = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (hub.isAlive() && System.currentTimeMillis() < until && !Files.readString(output).contains("Started LoyaltyHub")) {
            Thread.sleep(100);
        }
        hub.destroy();
        if (hub.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) && Files.exists(UNFINISHED)) {
            Files.move(UNFINISHED, ARCHIVE, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        hub.destroyForcibly();
        FileSystemUtils.deleteRecursively(home);
    }

    /** Of classes that have been compiled anew since, an archive is worth nothing. */
    private static boolean isWhole() throws IOException {
        return Files.exists(ARCHIVE) && Files.getLastModifiedTime(ARCHIVE).compareTo(Files.getLastModifiedTime(DIRECTORY.resolve("hub.jar"))) > 0;
    }

    /** As new as the newest class in it, and made only where there is none as new as that: the archive knows it by its time and size. */
    private static Path jar(Path classes) throws IOException {
        Path jar = DIRECTORY.resolve("hub.jar");
        List<Path> files;
        try (Stream<Path> found = Files.walk(classes)) {
            files = found.filter(path -> !path.equals(classes)).sorted().toList();
        }
        FileTime newest = FileTime.fromMillis(0);
        for (Path file : files) {
            FileTime changed = Files.getLastModifiedTime(file);
            newest = changed.compareTo(newest) > 0 ? changed : newest;
        }
        if (Files.exists(jar) && Files.getLastModifiedTime(jar).equals(newest)) {
            return jar;
        }
        Path made = Files.createTempFile(DIRECTORY, "hub", ".jar");
        try (OutputStream file = Files.newOutputStream(made); JarOutputStream out = new JarOutputStream(file)) {
            for (Path one : files) {
                boolean folder = Files.isDirectory(one);
                JarEntry entry = new JarEntry(classes.relativize(one).toString().replace(File.separatorChar, '/') + (folder ? "/" : ""));
                entry.setLastModifiedTime(newest);
                out.putNextEntry(entry);
                if (!folder) {
                    Files.copy(one, out);
                }
                out.closeEntry();
            }
        }
        Files.setLastModifiedTime(made, newest);
        return Files.move(made, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
