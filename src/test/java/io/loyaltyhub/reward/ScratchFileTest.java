package io.loyaltyhub.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file between a thread that writes and others that read behind it. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ScratchFileTest {

    @TempDir
    private Path folder;
    private ScratchFile file;

    @BeforeEach
    void create() throws IOException {
        file = ScratchFile.create(folder);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    @Test
    void whatIsWrittenIsReadFromTheBeginningByWhoeverAsksWhileMoreStillComes() throws Exception {
        CompletableFuture<byte[]> early = CompletableFuture.supplyAsync(this::readAll);
        byte[] expected = new byte[300_000];
        for (int piece = 0; piece < 3; piece++) {
            byte[] bytes = new byte[100_000];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (i * 31 + piece);
            }
            System.arraycopy(bytes, 0, expected, piece * bytes.length, bytes.length);
            file.append(bytes, bytes.length);
        }
        assertThat(early).isNotDone();
        file.end();

        assertThat(early.get()).isEqualTo(expected);
        assertThat(readAll()).isEqualTo(expected);
    }

    @Test
    void nothingIsLeftOfAFileWhateverBecomesOfTheHub() throws IOException {
        file.append(new byte[1000], 1000);

        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("while it is in use").isEmpty();
        }
    }

    @Test
    void aFailureIsMetBehindWhatWasWrittenBeforeIt() throws IOException {
        file.append(new byte[] {1, 2, 3}, 2);
        file.fail(new IllegalStateException("the shop hung up"));

        try (InputStream in = file.open()) {
            assertThat(in.readNBytes(2)).containsExactly(1, 2);
            assertThatThrownBy(in::read).hasMessage("the shop hung up");
        }
    }

    @Test
    void nobodyWaitsForAFileThatIsClosed() throws IOException {
        CompletableFuture<byte[]> waiting = CompletableFuture.supplyAsync(this::readAll);

        file.close();

        assertThatThrownBy(waiting::get).isInstanceOf(ExecutionException.class);
        assertThatThrownBy(() -> file.append(new byte[1], 1)).isInstanceOf(IOException.class);
    }

    @Test
    void aPackedFileIsReadToItsEndHoweverItsMembersCome() throws Exception {
        CompletableFuture<byte[]> reading = CompletableFuture.supplyAsync(() -> readAll(() -> new GZIPInputStream(file.open())));
        for (String member : List.of("um", " e ", "outro")) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (OutputStream gzip = new GZIPOutputStream(packed)) {
                gzip.write(member.getBytes(StandardCharsets.UTF_8));
            }
            file.append(packed.toByteArray(), packed.size());
            TimeUnit.MILLISECONDS.sleep(100);
        }
        file.end();

        assertThat(reading.get()).asString(StandardCharsets.UTF_8).isEqualTo("um e outro");
    }

    private byte[] readAll() {
        return readAll(file::open);
    }

    private static byte[] readAll(Callable<InputStream> opened) {
        try (InputStream in = opened.call()) {
            return in.readAllBytes();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
