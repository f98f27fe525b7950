package io.loyaltyhub.ops;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second hub off a data directory. The lock is the operating system's, so it ends with the process, however
 * that ends; the file stays.
 */
final class DataDirectoryLock implements AutoCloseable {

    private final FileChannel channel;

    private DataDirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    static DataDirectoryLock take(Path directory) {
        Path file = directory.resolve("hub.lock");
        FileChannel channel = null;
        FileLock lock;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            lock = null;
        } catch (IOException e) {
            closeQuietly(channel);
            throw new StartupRefused("The hub cannot lock " + file + ": " + e + ".",
                    "Let HUB_DATA_DIR name a directory on a local disk that the hub may write to.", e);
        }
        if (lock == null) {
            closeQuietly(channel);
            throw new StartupRefused("Another hub is running on the data directory " + directory + ".",
                    "Stop it, or give this one its own HUB_DATA_DIR; hubs that are to share one database need a "
                            + "PostgreSQL of their own, named by SPRING_DATASOURCE_URL in each of them.");
        }
        return new DataDirectoryLock(channel);
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // nothing was written to it
        }
    }
}
