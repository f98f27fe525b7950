package io.loyaltyhub.reward;

import io.loyaltyhub.http.ErrorMeaning;
import io.loyaltyhub.http.PlatformFailure;
import io.loyaltyhub.integration.Integration;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The steps that the feed route takes: the request, the answer into items (bounded in size and time, never in memory), and
 * the items into rewards.
 */
@Component("feeds")
public class Feeds implements AutoCloseable {

    private static final int MOST_REDIRECTS = 4;
    private static final Pattern CHARSET = Pattern.compile("(?i)charset\\s*=\\s*\"?([A-Za-z0-9._-]+)");
    /** Some shops turn away what does not look like a browser. */
    private static final String AGENT = "Mozilla/5.0 (compatible; loyalty-hub feed reader)";

    private final CatalogPoster poster;
    private final FeedLimits limits;
    private final Clock clock;
    private final Duration patience;
    private final Path directory;
    /** One, because one feed is read at a time; none while none is. */
    private final ThreadPoolExecutor readers = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Feeds::thread);

    Feeds(CatalogPoster poster, FeedLimits limits, Clock clock, @Value("${hub.feed.download-timeout:PT30M}") Duration patience,
          @Value("${hub.feed.scratch-dir:}") String directory) {
        this.poster = poster;
        this.limits = limits;
        this.clock = clock;
        this.patience = patience;
        this.directory = Path.of(directory.isBlank() ? System.getProperty("java.io.tmpdir") : directory);
        readers.allowCoreThreadTimeOut(true);
    }

    /** Sets what {@code direct:feed-get} needs to ask for the feed, unless it is as it was. */
    public void begin(Exchange exchange) {
        CatalogRun run = exchange.getMessage().getBody(CatalogRun.class);
        exchange.setVariable("run", run);
        exchange.setVariable("address", run.integration().catalogFeedUrl());
        exchange.setVariable("redirects", 0);
        exchange.setVariable("asking", true);
    }

    public void ask(Exchange exchange) {
        CatalogRun run = exchange.getVariable("run", CatalogRun.class);
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(null);
        message.setHeader(Exchange.HTTP_METHOD, "GET");
        message.setHeader(Exchange.HTTP_URI, exchange.getVariable("address", String.class));
        message.setHeader("User-Agent", AGENT);
        if (run.etag() != null) {
            message.setHeader("If-None-Match", run.etag());
        }
        if (run.lastModified() != null) {
            message.setHeader("If-Modified-Since", run.lastModified());
        }
    }

    /** The answer → {@link FeedReading}, the body; no body where the feed is as it was. A redirect is followed by asking again. */
    public void receive(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        exchange.setVariable("asking", false);
        try (InputStream in = message.getBody(InputStream.class)) {
            message.setBody(null);
            if (status == 304) {
                return;
            }
            if (status >= 300 && status < 400 && message.getHeader("Location") != null) {
                redirect(exchange, message.getHeader("Location", String.class));
                return;
            }
            if (status < 200 || status > 299 || in == null) {
                throw new PlatformFailure(ErrorMeaning.ofStatus(status), status, "o endereço do catálogo respondeu com HTTP " + status,
                        "HTTP " + status, null, null);
            }
            exchange.setVariable("etag", message.getHeader("ETag", String.class));
            exchange.setVariable("lastModified", message.getHeader("Last-Modified", String.class));
            FeedReading reading = new FeedReading(exchange.getVariable("run", CatalogRun.class), charset(message.getHeader(Exchange.CONTENT_TYPE, "", String.class)),
                    clock.instant(), limits, directory, readers);
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    reading.close();
                }
            });
            message.setBody(reading);
            download(in, reading);
        }
    }

    private static void redirect(Exchange exchange, String location) {
        int redirects = exchange.getVariable("redirects", Integer.class) + 1;
        if (redirects > MOST_REDIRECTS) {
            throw new FeedRefused("FEED_REDIRECTS", "o endereço do catálogo redireciona vezes demais");
        }
        try {
            String address = exchange.getVariable("address", String.class);
            String given = location.strip();
            // Java goes by an old rule here, and would leave out the last part of the path.
            String target = given.startsWith("?") ? address.replaceFirst("[?#].*", "") + given : given;
            exchange.setVariable("address", new URI(address).resolve(target).toString());
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new FeedRefused("FEED_REDIRECTS", "o endereço do catálogo redireciona para um endereço inválido");
        }
        exchange.setVariable("redirects", redirects);
        exchange.setVariable("asking", true);
    }

    private static String charset(String contentType) {
        Matcher named = CHARSET.matcher(contentType);
        return named.find() ? named.group(1) : null;
    }

    /** Into a file, from where it is read at the same time. */
    private void download(InputStream in, FeedReading reading) throws IOException {
        Instant deadline = clock.instant().plus(patience);
        long size = 0;
        reading.begin();
        byte[] piece = new byte[1 << 16];
        int read;
        while ((read = next(in, piece)) >= 0) {
            size += read;
            if (size > limits.bytes()) {
                throw new FeedRefused("FEED_TOO_LARGE", "o catálogo é grande demais (limite de " + limits.bytes() + " bytes, hub.feed.max-bytes)");
            }
            if (clock.instant().isAfter(deadline)) {
                throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, "o catálogo demorou demais para ser baixado",
                        "the download took longer than " + patience + " (hub.feed.download-timeout)");
            }
            reading.append(piece, read);
        }
        reading.end();
    }

    private static int next(InputStream in, byte[] piece) {
        try {
            return in.read(piece);
        } catch (IOException e) {
            throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, 0, "o catálogo foi interrompido no meio", e.getClass().getSimpleName(), null, e);
        }
    }

    /** What is read → rewards, as one transaction. */
    public void post(Exchange exchange) throws IOException {
        CatalogRun run = exchange.getVariable("run", CatalogRun.class);
        FeedReading reading = exchange.getMessage().getBody(FeedReading.class);
        if (reading == null) {
            poster.notModified(run);
            return;
        }
        CatalogPoster.Validators validators = new CatalogPoster.Validators(exchange.getVariable("etag", String.class), exchange.getVariable("lastModified", String.class));
        try {
            poster.post(run, validators, reading);
        } catch (FeedReading.WrongCharset e) {
            reading.beginAgain();
            poster.post(run, validators, reading);
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "feed-reader");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        readers.shutdownNow();
    }
}
