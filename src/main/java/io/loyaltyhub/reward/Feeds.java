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
import java.nio.charset.Charset;
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
    private static final Charset WINDOWS = Charset.forName("windows-1252");
    /** Some shops turn away what does not look like a browser. */
    private static final String AGENT = "Mozilla/5.0 (compatible; loyalty-hub feed reader)";

    private final CatalogPoster poster;
    private final FeedLimits limits;
    private final Clock clock;
    private final Duration patience;
    /** One, because one feed is read at a time; none while none is. */
    private final ThreadPoolExecutor downloads = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Feeds::thread);

    Feeds(CatalogPoster poster, FeedLimits limits, Clock clock, @Value("${hub.feed.download-timeout:PT30M}") Duration patience) {
        this.poster = poster;
        this.limits = limits;
        this.clock = clock;
        this.patience = patience;
        downloads.allowCoreThreadTimeOut(true);
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

    /** The answer → {@link FeedRead}, the body; no body where the feed is as it was. A redirect is followed by asking again. */
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
            message.setBody(read(exchange.getVariable("run", CatalogRun.class), in, charset(message.getHeader(Exchange.CONTENT_TYPE, "", String.class))));
        }
    }

    private static void redirect(Exchange exchange, String location) {
        int redirects = exchange.getVariable("redirects", Integer.class) + 1;
        if (redirects > MOST_REDIRECTS) {
            throw new FeedRefused("FEED_REDIRECTS", "o endereço do catálogo redireciona vezes demais");
        }
        try {
            exchange.setVariable("address", new URI(exchange.getVariable("address", String.class)).resolve(location.strip()).toString());
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

    /**
     * While the answer still comes it is read, from the file that another thread brings it into; that one also serves a second
     * reading, where its bytes are not what it calls itself: they are Windows-1252 then.
     */
    private FeedRead read(CatalogRun run, InputStream answer, String charset) throws IOException {
        try (ScratchFile file = ScratchFile.create()) {
            downloads.execute(() -> download(answer, file));
            try {
                return read(run, file, charset, null, null);
            } catch (WrongCharset e) {
                return read(run, file, charset, WINDOWS, "o arquivo não está na codificação que declara; foi lido como Windows-1252");
            }
        }
    }

    private void download(InputStream in, ScratchFile file) {
        Instant deadline = clock.instant().plus(patience);
        long size = 0;
        try {
            byte[] piece = new byte[1 << 16];
            int read;
            while ((read = in.read(piece)) >= 0) {
                size += read;
                if (size > limits.bytes()) {
                    throw new FeedRefused("FEED_TOO_LARGE", "o catálogo é grande demais (limite de " + limits.bytes() + " bytes, hub.feed.max-bytes)");
                }
                if (clock.instant().isAfter(deadline)) {
                    throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, "o catálogo demorou demais para ser baixado",
                            "the download took longer than " + patience + " (hub.feed.download-timeout)");
                }
                file.append(piece, read);
            }
            file.end();
        } catch (IOException e) {
            file.fail(new PlatformFailure(ErrorMeaning.UNAVAILABLE, 0, "o catálogo foi interrompido no meio", e.getClass().getSimpleName(), null, e));
        } catch (RuntimeException e) {
            file.fail(e);
        }
    }

    private FeedRead read(CatalogRun run, ScratchFile file, String charset, Charset forced, String note) throws IOException {
        Integration integration = run.integration();
        Instant now = clock.instant();
        ItemSpool items = new ItemSpool(integration.merchantId(), integration.id(), run.id(), now, Set.copyOf(integration.rewardSkus()));
        try (Reader reader = FeedStream.open(file.open(), charset, forced, limits)) {
            return new FeedRead(items, new FeedReader(limits, now, integration.timezone(), integration.siteUrl()).read(reader, items), note);
        } catch (IOException | RuntimeException e) {
            items.close();
            throw e instanceof CharacterCodingException ? new WrongCharset()
                    : e instanceof IOException ? new FeedRefused("FEED_NOT_UNDERSTOOD", "o arquivo do catálogo não pôde ser aberto") : (RuntimeException) e;
        }
    }

    /** What was read → rewards, as one transaction. */
    public void post(Exchange exchange) throws IOException {
        CatalogRun run = exchange.getVariable("run", CatalogRun.class);
        try (FeedRead feed = exchange.getMessage().getBody(FeedRead.class)) {
            if (feed == null) {
                poster.notModified(run);
            } else {
                poster.post(run, new CatalogPoster.Validators(exchange.getVariable("etag", String.class), exchange.getVariable("lastModified", String.class)), feed);
            }
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "feed-download");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        downloads.shutdownNow();
    }

    private static final class WrongCharset extends RuntimeException {
    }
}
