package io.loyaltyhub.ops;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** Files and directories that only the user the hub runs as may read. They never exist with a wider mode. */
public final class PrivateFiles {

    private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PrivateFiles() {
    }

    /** Makes the directory, and the missing ones above it, with mode 0700; one that exists is left as it is. */
    public static Path directory(Path directory) {
        try {
            return Files.createDirectories(directory, mode("rwx------"));
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    /**
     * The file's text; where there is no such file it is made with the text given and mode 0600. Of several processes
     * that make it at the same time one wins, and all return its text.
     */
    public static String readOrCreate(Path file, Supplier<String> text) {
        try {
            if (Files.notExists(file)) {
                create(file, text.get());
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /** Written aside and linked into place, so that the file is never seen half written and never replaced. */
    private static void create(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
        try {
            Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try (FileChannel channel = FileChannel.open(draft, options, mode("rw-------"))) {
                ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException theOtherOneWasFaster) {
            // its text is the one that counts
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static FileAttribute<?>[] mode(String permissions) {
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString(permissions);
        return POSIX ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)} : new FileAttribute<?>[0];
    }

    private static StartupRefused unusable(Path path, IOException e) {
        return new StartupRefused("The hub cannot use " + path + ": " + e + ".",
                "Give the user that the hub runs as (" + System.getProperty("user.name") + ") a directory of its own to "
                        + "write to, and name it in HUB_DATA_DIR.", e);
    }
}
