package io.loyaltyhub.bench;

import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.ops.EmbeddedDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code java -jar loyalty-hub.jar} in a process of its own, on its embedded PostgreSQL or a given one, looked at from outside. */
final class PackagedHub implements AutoCloseable {

    private static final Pattern G1_USED = Pattern.compile("used (\\d+)K");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final Process process;
    private final HubClient client;
    private final long startedAt;
    private final Path log;

    private PackagedHub(Process process, HubClient client, long startedAt, Path log) {
        this.process = process;
        this.client = client;
        this.startedAt = startedAt;
        this.log = log;
    }

    static PackagedHub start(Path project, Path routes, Path data, List<String> options) throws IOException {
        return start(project, routes, data, options, null);
    }

    /** @param database in the place of the embedded one; null for that */
    static PackagedHub start(Path project, Path routes, Path data, List<String> options, EmbeddedDatabase database) throws IOException {
        Path jar = project.resolve("target/loyalty-hub.jar");
        if (Files.notExists(jar)) {
            throw new IOException("there is no " + jar + "; run mvn package first");
        }
        Files.createDirectories(data);
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString()));
        Path log = data.resolve("hub.log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(data.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("HUB_DATA_DIR", data.toString());
        builder.environment().put("HUB_ROUTES_DIR", routes.toString());
        builder.environment().put("HUB_OPERATOR_PASSWORD", BenchHub.PASSWORD);
        builder.environment().put("HUB_HTTP_ALLOW_PRIVATE_ADDRESSES", "true");
        builder.environment().put("SERVER_PORT", Integer.toString(port));
        if (database != null) {
            builder.environment().put("SPRING_DATASOURCE_URL", database.jdbcUrl());
            builder.environment().put("SPRING_DATASOURCE_USERNAME", database.user());
            builder.environment().put("SPRING_DATASOURCE_PASSWORD", database.password());
        }
        long startedAt = System.nanoTime();
        return new PackagedHub(builder.start(), HubClient.operator(URI.create("http://localhost:" + port), BenchHub.PASSWORD), startedAt, log);
    }

    HubClient client() {
        return client;
    }

    double secondsUntil(long nanoTime) {
        return (nanoTime - startedAt) / 1e9;
    }

    double secondsUntilNow() {
        return secondsUntil(System.nanoTime());
    }

    /** What the hub has worked since its start, by the processor's clock: it says more than the wall's where others work too. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    /** Answers after how many seconds the hub first said that it is well. */
    double awaitHealthy() throws IOException, InterruptedException {
        while (true) {
            try {
                if (client.get("/health").status() == 200) {
                    return secondsUntilNow();
                }
            } catch (UncheckedIOException notYet) {
                // It does not listen yet.
            }
            if (!process.isAlive()) {
                throw new IOException("the hub has ended; see " + log);
            }
            Thread.sleep(20);
        }
    }

    /** Collects all garbage, twice so that what only a reference queue holds goes too; the mebibytes left in the heap. */
    double liveMebibytes() throws IOException, InterruptedException {
        jcmd("GC.run");
        jcmd("GC.run");
        Matcher used = G1_USED.matcher(jcmd("GC.heap_info"));
        if (!used.find()) {
            throw new IOException("jcmd GC.heap_info does not say what is used");
        }
        return Long.parseLong(used.group(1)) / 1024.0;
    }

    /** What the operating system counts, the heap and all else; NaN where it does not say. */
    double residentMebibytes() throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        Matcher resident = RESIDENT.matcher(Files.exists(status) ? Files.readString(status) : "");
        return resident.find() ? Long.parseLong(resident.group(1)) / 1024.0 : Double.NaN;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()), command).redirectErrorStream(true).start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd " + command + ": " + said);
        }
        return said;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
