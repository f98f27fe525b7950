package io.loyaltyhub.bench;

import io.loyaltyhub.ops.EmbeddedDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The other end of {@link ContenderMain}: starts it, lets it read a shop, takes the result. */
final class ContenderProcess implements AutoCloseable {

    private final String name;
    private final Path log;
    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;

    /** @param options further ones for its Java, e.g. a recording */
    ContenderProcess(String name, EmbeddedDatabase server, String database, Path routes, Path directory, List<String> options)
            throws IOException {
        this.name = name;
        this.log = directory.resolve(name + ".log");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ContenderMain.class.getName(), name,
                server.jdbcUrl().replaceFirst("/[^/]*$", "/" + database), server.user(), routes.toString(), directory.resolve(name).toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(log.toFile());
        builder.environment().put("BENCH_DATABASE_PASSWORD", server.password());
        process = builder.start();
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = process.errorReader(StandardCharsets.UTF_8);
        answer();
    }

    PassResult read(PageServer shop) throws IOException {
        commands.println(shop.address());
        return PassResult.of(answer());
    }

    private String answer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith("@")) {
                return line;
            }
            System.err.println(name + ": " + line);
        }
        throw new IOException(name + " has ended; see " + log);
    }

    @Override
    public void close() {
        commands.close();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
