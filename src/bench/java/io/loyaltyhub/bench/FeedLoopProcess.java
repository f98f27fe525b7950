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

/** The other end of {@link FeedLoop}. */
final class FeedLoopProcess implements AutoCloseable {

    private final long startedAt = System.nanoTime();
    private final Path log;
    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;

    FeedLoopProcess(EmbeddedDatabase server, String table, Path log, List<String> options) throws IOException {
        this.log = log;
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FeedLoop.class.getName(), server.jdbcUrl(), server.user(), table));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().put("BENCH_DATABASE_PASSWORD", server.password());
        process = builder.start();
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
        answer();
    }

    double secondsUntilNow() {
        return (System.nanoTime() - startedAt) / 1e9;
    }

    /** Of one reading: nanoseconds, those of the processor, and items. */
    record Result(long nanos, long cpuNanos, int items) {
    }

    Result read(FeedServer feed) throws IOException {
        commands.println(feed.address());
        String[] words = answer().split(" ");
        return new Result(Long.parseLong(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[3]));
    }

    private String answer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith("@")) {
                return line;
            }
        }
        throw new IOException("the loop has ended; see " + log);
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
