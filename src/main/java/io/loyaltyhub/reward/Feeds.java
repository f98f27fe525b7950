package io.loyaltyhub.reward;

import io.loyaltyhub.http.ErrorMeaning;
import io.loyaltyhub.http.PlatformFailure;
import io.loyaltyhub.integration.Integration;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The steps that the feed route takes: the request, the answer into a file (bounded in size and time, never in memory), and
 * the file into rewards.
 */
@Component("feeds")
public class Feeds {

    private static final int MOST_REDIRECTS = 4;
    private static final Pattern CHARSET = Pattern.compile("(?i)charset\\s*=\\s*\"?([A-Za-z0-9._-]+)");
    private static final Charset WINDOWS = Charset.forName("windows-1252");
    /** Some shops turn away what does not look like a browser. */
    private static final String AGENT = "Mozilla/5.0 (compatible; loyalty-hub feed reader)";

    private final CatalogPoster poster;
    private final FeedLimits limits;
    private final Clock clock;
    private final Duration patience;

    Feeds(CatalogPoster poster, FeedLimits limits, Clock clock, @Value("${hub.feed.download-timeout:PT30M}") Duration patience) {
        this.poster = poster;
        this.limits = limits;
        this.clock = clock;
        this.patience = patience;
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

    /** The answer → a file, the body; no body where the feed is as it was. A redirect is followed by asking again. */
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
            exchange.setVariable("charset", charset(message.getHeader(Exchange.CONTENT_TYPE, "", String.class)));
            message.setBody(download(in));
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

    private Path download(InputStream in) throws IOException {
        Path file = Files.createTempFile("feed", ".xml");
        Instant deadline = clock.instant().plus(patience);
        long size = 0;
        try (OutputStream out = Files.newOutputStream(file)) {
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
                out.write(piece, 0, read);
            }
            return file;
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            if (e instanceof IOException) {
                throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, 0, "o catálogo foi interrompido no meio", e.getClass().getSimpleName(), null, e);
            }
            throw e;
        }
    }

    /** The file → rewards, as one transaction. Bytes that are not what the file calls itself are read as Windows-1252. */
    public void post(Exchange exchange) throws IOException {
        CatalogRun run = exchange.getVariable("run", CatalogRun.class);
        Path file = exchange.getMessage().getBody(Path.class);
        if (file == null) {
            poster.notModified(run);
            return;
        }
        String charset = exchange.getVariable("charset", String.class);
        CatalogPoster.Validators validators = new CatalogPoster.Validators(exchange.getVariable("etag", String.class), exchange.getVariable("lastModified", String.class));
        try {
            try {
                poster.post(run, validators, null, items -> read(run.integration(), file, charset, null, items));
            } catch (WrongCharset e) {
                poster.post(run, validators, "o arquivo não está na codificação que declara; foi lido como Windows-1252",
                        items -> read(run.integration(), file, charset, WINDOWS, items));
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private FeedReader.Outcome read(Integration integration, Path file, String charset, Charset forced, java.util.function.Consumer<FeedItem> items) {
        try (Reader reader = FeedStream.open(file, charset, forced, limits)) {
            return new FeedReader(limits, clock.instant(), integration.timezone(), integration.siteUrl()).read(reader, items);
        } catch (CharacterCodingException e) {
            throw new WrongCharset();
        } catch (IOException e) {
            throw new FeedRefused("FEED_NOT_UNDERSTOOD", "o arquivo do catálogo não pôde ser aberto");
        }
    }

    private static final class WrongCharset extends RuntimeException {
    }
}
