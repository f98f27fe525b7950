package io.loyaltyhub.reward;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Bytes too many for memory, on disk while they are needed. One thread writes; others read from the beginning, behind it while
 * it still writes: a reader that has caught up waits. The file loses its name as soon as it is open, so that nothing is left of it
 * whatever becomes of the hub.
 */
final class ScratchFile implements Closeable {

    private final FileChannel channel;
    private long length;
    private boolean ended;
    private RuntimeException failure;

    private ScratchFile(FileChannel channel) {
        this.channel = channel;
    }

    static ScratchFile create(Path directory) throws IOException {
        Path path = Files.createTempFile(directory, "feed", null);
        try {
            return new ScratchFile(FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } finally {
            Files.delete(path);
        }
    }

    /** @throws java.nio.channels.ClosedChannelException where nobody reads any more */
    void append(byte[] bytes, int count) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes, 0, count);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
        synchronized (this) {
            length += count;
            notifyAll();
        }
    }

    /** Nothing more comes. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Nothing more comes, though it should: whoever reads is told when it gets so far. */
    synchronized void fail(RuntimeException why) {
        if (!ended) {
            failure = why;
            end();
        }
    }

    /** From the first byte to the last, those that are yet to be written included. */
    InputStream open() {
        return new Reading();
    }

    /** How many bytes there are to read behind this place: at least one, or none behind the last. */
    private synchronized long awaitMore(long place) throws IOException {
        try {
            while (length == place && !ended) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        if (length == place && failure != null) {
            throw failure;
        }
        return length - place;
    }

    /** Whoever still reads or waits is told. */
    @Override
    public void close() throws IOException {
        fail(new IllegalStateException("the file is gone"));
        channel.close();
    }

    private final class Reading extends InputStream {

        private long place;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            Objects.checkFromIndexSize(offset, count, into.length);
            if (count == 0) {
                return 0;
            }
            long more = awaitMore(place);
            if (more == 0) {
                return -1;
            }
            int read = channel.read(ByteBuffer.wrap(into, offset, (int) Math.min(count, more)), place);
            place += read;
            return read;
        }

        /** Waits, too: a gzip file that has nothing more at hand would be taken to end there, though another of its members may come. */
        @Override
        public int available() throws IOException {
            return (int) Math.min(awaitMore(place), Integer.MAX_VALUE);
        }
    }
}
