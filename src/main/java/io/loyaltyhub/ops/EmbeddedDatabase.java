package io.loyaltyhub.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL of the hub's own, which keeps its data in {@code postgres} below the hub's data directory and listens on
 * the local host alone. The library behind it is made for tests, where data may be lost; everything it does to be fast at
 * that price is undone here.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);

    private static final String NAME = "loyaltyhub";
    private static final String USER = "postgres";
    /** Long, because a start may have to recover what was not yet in the data files when the machine stopped. */
    private static final Duration STARTUP_PATIENCE = Duration.ofMinutes(5);
    private static final Duration SHUTDOWN_PATIENCE = Duration.ofMinutes(1);

    private static final int LOOKS_BEFORE_GIVING_UP = 20;

    private final EmbeddedPostgres server;
    private final Postmaster postmaster;
    private final DataDirectoryLock lock;
    private final String password;

    private EmbeddedDatabase(EmbeddedPostgres server, Postmaster postmaster, DataDirectoryLock lock, String password) {
        this.server = server;
        this.postmaster = postmaster;
        this.lock = lock;
        this.password = password;
    }

    /**
     * Starts the server on this data directory, after stopping one that a killed hub has left behind there.
     *
     * @throws StartupRefused if another hub runs on the directory, or PostgreSQL does not start
     */
    public static EmbeddedDatabase start(Path dataDir) {
        Path hub = PrivateFiles.directory(dataDir.toAbsolutePath().normalize());
        DataDirectoryLock lock = DataDirectoryLock.take(hub);
        try {
            return start(hub, lock);
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private static EmbeddedDatabase start(Path hub, DataDirectoryLock lock) {
        Path data = hub.resolve("postgres");
        Path output = hub.resolve("postgres-start.log");
        Postmaster postmaster = new Postmaster(data);
        postmaster.clearAway();
        try {
            Path binaries = binaries(hub);
            Path unfinished = beginFirstStart(hub, data);
            String password = PrivateFiles.readOrCreate(hub.resolve("postgres.password"), EmbeddedDatabase::newPassword);
            Files.deleteIfExists(output);
            EmbeddedPostgres server = launch(builder(hub, data, binaries, output, password), postmaster, output);
            EmbeddedDatabase database = new EmbeddedDatabase(server, postmaster, lock, password);
            String version = database.createIfAbsent();
            Files.deleteIfExists(unfinished);
            log.info("PostgreSQL {} keeps its data in {} and listens on localhost:{}", version, data, server.getPort());
            return database;
        } catch (StartupRefused e) {
            postmaster.stop();
            throw e;
        } catch (Exception e) {
            postmaster.stop();
            throw didNotStart(data, output, e);
        }
    }

    private static EmbeddedPostgres.Builder builder(Path hub, Path data, Path binaries, Path output, String password) {
        // Else it would make a directory of its own below java.io.tmpdir, and tidy up there.
        System.setProperty("ot.epg.working-dir", binaries.toString());
        return EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(binaries.toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(STARTUP_PATIENCE)
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(output.toFile()))
                // These become options of initdb. Without them, every user of the machine could connect as superuser.
                .setLocaleConfig("auth", "scram-sha-256")
                .setLocaleConfig("pwfile", hub.resolve("postgres.password").toString())
                .setConnectConfig("password", password)
                // PostgreSQL's own collation: an index must not depend on the C library of the machine of the day.
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                // The library passes -F; a later -c wins over it.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", "100")
                .setServerConfig("listen_addresses", "localhost")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("timezone", "UTC")
                .setServerConfig("log_timezone", "UTC")
                // A week of logs in files: the hub's own output may be a pipe that dies before the server does.
                .setServerConfig("logging_collector", "on")
                .setServerConfig("log_directory", "log")
                .setServerConfig("log_filename", "postgresql-%a.log")
                .setServerConfig("log_rotation_age", "1d")
                .setServerConfig("log_truncate_on_rotation", "on");
    }

    /**
     * The library makes the directory it unpacks to writable for everyone. Inside one that only the hub's user can enter
     * that does no harm. What an interrupted start left half unpacked is removed, for it would be taken as complete.
     */
    private static Path binaries(Path hub) throws IOException {
        Path binaries = PrivateFiles.directory(hub.resolve("postgres-binaries").resolve("unpacked"));
        try (Stream<Path> versions = Files.list(binaries)) {
            for (Path version : versions.toList()) {
                if (Files.notExists(version.resolve(".exists"))) {
                    FileSystemUtils.deleteRecursively(version);
                }
            }
        }
        return binaries;
    }

    /**
     * A first start that was interrupted leaves a directory that is neither empty nor a database. The file returned stands
     * there from before the first start until it succeeded; while it does, nothing has been stored yet.
     */
    private static Path beginFirstStart(Path hub, Path data) throws IOException {
        Path unfinished = hub.resolve("postgres-unfinished");
        if (Files.exists(unfinished)) {
            FileSystemUtils.deleteRecursively(data);
        }
        if (Files.notExists(data)) {
            PrivateFiles.readOrCreate(unfinished, () -> "The first start of PostgreSQL has not finished.");
            PrivateFiles.directory(data);
        }
        return unfinished;
    }

    /**
     * Waits for the server. The library would wait on after PostgreSQL has given up, so this looks for itself: once
     * something was said, and for a while there has been neither a server nor a command that makes one, it is over.
     */
    private static EmbeddedPostgres launch(EmbeddedPostgres.Builder builder, Postmaster postmaster, Path output)
            throws Exception {
        FutureTask<EmbeddedPostgres> launch = new FutureTask<>(builder::start);
        Thread thread = new Thread(launch, "postgres-start");
        thread.setDaemon(true);
        thread.start();
        int quietLooks = 0;
        while (true) {
            try {
                return launch.get(100, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                boolean quiet = !lines(output).isEmpty() && postmaster.process().isEmpty()
                        && ProcessHandle.current().children().noneMatch(ProcessHandle::isAlive);
                quietLooks = quiet ? quietLooks + 1 : 0;
                if (quietLooks == LOOKS_BEFORE_GIVING_UP) {
                    launch.cancel(true);
                    throw new IOException("there is no server", e);
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }

    private String createIfAbsent() throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
             Statement statement = connection.createStatement()) {
            boolean present;
            try (ResultSet found = statement.executeQuery(
                    "SELECT FROM pg_database WHERE datname = '" + NAME + "'")) {
                present = found.next();
            }
            if (!present) {
                statement.execute("CREATE DATABASE " + NAME);
            }
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }

    private static StartupRefused didNotStart(Path data, Path output, Exception e) {
        List<String> said = lines(output);
        List<String> causes = said.stream()
                .filter(line -> line.contains("FATAL") || line.contains("PANIC") || line.contains("rror:"))
                .toList();
        List<String> shown = causes.isEmpty() ? said.subList(Math.max(0, said.size() - 3), said.size()) : causes;
        String why = shown.isEmpty() ? String.valueOf(e.getMessage() == null ? e : e.getMessage())
                : String.join("; ", shown.stream().map(String::strip).toList());
        return new StartupRefused("The embedded PostgreSQL did not start in " + data + ": " + why,
                "See " + output + " and " + data.resolve("log") + " for all it said, or set SPRING_DATASOURCE_URL, "
                        + "SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD to use another PostgreSQL.", e);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException notWrittenYet) {
            return List.of();
        }
    }

    private static String newPassword() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/" + NAME;
    }

    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    /** Stops the server in order and gives the data directory free. */
    @Override
    public void close() {
        try {
            server.close();
            // The library waits five seconds at most; the last checkpoint of a busy server may take longer.
            if (!postmaster.isGoneWithin(SHUTDOWN_PATIENCE)) {
                log.warn("PostgreSQL has not stopped yet; the next start will see to it");
            }
        } catch (IOException e) {
            log.warn("PostgreSQL did not stop: {}", e.toString());
        } finally {
            lock.close();
        }
    }
}
