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

/**
 * Another Java that does one thing for each line it is given. What it says on its error stream is an answer where it begins with
 * {@code @}, and shown where it does not; what else it says goes to a log.
 */
final class CommandedProcess implements AutoCloseable {

    private final long startedAt = System.nanoTime();
    private final String name;
    private final Path log;
    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;

    /**
     * Returns once it is ready, which it says by its first answer.
     *
     * @param server  whose password it finds in {@code BENCH_DATABASE_PASSWORD}
     * @param options for its Java
     */
    CommandedProcess(String name, EmbeddedDatabase server, Path log, List<String> options, Class<?> main, String... arguments) throws IOException {
        this.name = name;
        this.log = log;
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(log.toFile());
        builder.environment().put("BENCH_DATABASE_PASSWORD", server.password());
        process = builder.start();
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = process.errorReader(StandardCharsets.UTF_8);
        answer();
    }

    double secondsUntilNow() {
        return (System.nanoTime() - startedAt) / 1e9;
    }

    String ask(String command) throws IOException {
        commands.println(command);
        return answer();
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
