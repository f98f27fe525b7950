package io.loyaltyhub.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL's main process on one data directory, as its {@code postmaster.pid} tells of it. It outlives a hub that was
 * killed, and must be gone before the next one starts another.
 */
final class Postmaster {

    private static final Logger log = LoggerFactory.getLogger(Postmaster.class);

    private static final Duration FAST_SHUTDOWN = Duration.ofSeconds(60);
    private static final Duration IMMEDIATE_SHUTDOWN = Duration.ofSeconds(20);

    private final Path directory;

    Postmaster(Path directory) {
        this.directory = directory;
    }

    /** The process, if it lives and is PostgreSQL on this very directory: its number may be another's by now. */
    Optional<ProcessHandle> process() {
        return named().flatMap(ProcessHandle::of).filter(ProcessHandle::isAlive).filter(this::servesThisDirectory);
    }

    /** Stops what is left of an earlier start, so that a new one finds the directory free. */
    void clearAway() {
        Optional<ProcessHandle> orphan = process();
        if (orphan.isPresent()) {
            log.info("The last hub on {} ended without stopping PostgreSQL (process {}): stopping it", directory,
                    orphan.get().pid());
            stop();
        }
        forgetReusedNumber();
    }

    /** Ends all sessions and shuts down in order; a server that takes too long over it is made to stop at once. */
    void stop() {
        signal("INT");
        if (!isGoneWithin(FAST_SHUTDOWN)) {
            signal("QUIT");
            if (!isGoneWithin(IMMEDIATE_SHUTDOWN)) {
                throw new StartupRefused("PostgreSQL on " + directory + " does not stop (process "
                        + named().map(String::valueOf).orElse("?") + ").", "Stop that process, then start the hub again.");
            }
        }
    }

    boolean isGoneWithin(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (process().isPresent()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /**
     * PostgreSQL ignores a left-over pid file whose process is gone, but refuses to start when the number is in use again,
     * whoever uses it. That happens easily in a container, where every start hands out the same few numbers.
     */
    private void forgetReusedNumber() {
        if (named().flatMap(ProcessHandle::of).isPresent()) {
            try {
                Files.deleteIfExists(pidFile());
            } catch (IOException e) {
                log.warn("Cannot remove the stale {}: {}", pidFile(), e.toString());
            }
        }
    }

    private Optional<Long> named() {
        try {
            return Files.readAllLines(pidFile()).stream().findFirst().map(String::strip).map(Long::valueOf);
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private Path pidFile() {
        return directory.resolve("postmaster.pid");
    }

    private boolean servesThisDirectory(ProcessHandle process) {
        boolean postgres = process.info().command()
                .map(command -> Path.of(command).getFileName().toString().startsWith("postgres"))
                .orElse(false);
        return postgres && worksIn(process);
    }

    /** A postmaster's working directory is its data directory; where that cannot be seen, its arguments name it. */
    private boolean worksIn(ProcessHandle process) {
        Path workingDirectory = Path.of("/proc", String.valueOf(process.pid()), "cwd");
        try {
            if (Files.exists(workingDirectory)) {
                return Files.isSameFile(workingDirectory, directory);
            }
        } catch (IOException e) {
            // it ended meanwhile, or belongs to someone else
            return false;
        }
        return process.info().commandLine().map(line -> line.contains(directory.toString())).orElse(false);
    }

    /** Java itself can send neither of the two signals; every shell can. */
    private void signal(String name) {
        process().ifPresent(process -> {
            try {
                new ProcessBuilder("sh", "-c", "kill -s " + name + " " + process.pid())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            } catch (IOException e) {
                log.warn("Cannot send SIG{} to process {}: {}", name, process.pid(), e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
