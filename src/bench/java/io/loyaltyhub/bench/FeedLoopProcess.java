package io.loyaltyhub.bench;

import io.loyaltyhub.ops.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The other end of {@link FeedLoop}. */
final class FeedLoopProcess implements AutoCloseable {

    private final CommandedProcess process;

    FeedLoopProcess(EmbeddedDatabase server, String table, Path log, List<String> options) throws IOException {
        process = new CommandedProcess("loop", server, log, options, FeedLoop.class, server.jdbcUrl(), server.user(), table);
    }

    double secondsUntilNow() {
        return process.secondsUntilNow();
    }

    /** Of one reading: nanoseconds, those of the processor, and items. */
    record Result(long nanos, long cpuNanos, int items) {
    }

    Result read(FeedServer feed) throws IOException {
        String[] words = process.ask(feed.address()).split(" ");
        return new Result(Long.parseLong(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[3]));
    }

    @Override
    public void close() {
        process.close();
    }
}
