package io.loyaltyhub.reward;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A feed's file as characters: unpacked where it is a gzip or zip file, whatever it is called, and decoded as its byte order
 * mark, the HTTP header or its XML declaration says, in this order; UTF-8 where nobody says.
 */
final class FeedStream {

    private static final int HEAD = 1024;
    private static final Pattern DECLARED = Pattern.compile("<\\?xml[^>]*encoding\\s*=\\s*[\"']([A-Za-z0-9._-]+)[\"']");

    private FeedStream() {
    }

    /**
     * @param httpCharset as the answer named it; null where it did not
     * @param forced      decode with this one whatever the file says: it said the wrong thing; null at the first try
     */
    static Reader open(InputStream file, String httpCharset, Charset forced, FeedLimits limits) throws IOException {
        BufferedInputStream bytes = new BufferedInputStream(unpacked(file, limits), 1 << 16);
        Charset charset = forced == null ? charset(bytes, httpCharset) : forced;
        skipMark(bytes);
        return new InputStreamReader(bytes, (forced == null ? new Strict(charset.newDecoder()) : charset.newDecoder())
                .onMalformedInput(CodingErrorAction.REPLACE).onUnmappableCharacter(CodingErrorAction.REPLACE));
    }

    private static InputStream unpacked(InputStream file, FeedLimits limits) throws IOException {
        Counted packed = new Counted(file);
        BufferedInputStream raw = new BufferedInputStream(packed, 1 << 16);
        raw.mark(4);
        int first = raw.read();
        int second = raw.read();
        raw.reset();
        if (first == 0x1f && second == 0x8b) {
            return new Bounded(new GZIPInputStream(raw, 1 << 16), packed, limits);
        }
        if (first == 'P' && second == 'K') {
            // Names are of no use, and in this charset all bytes are one.
            ZipInputStream zip = new ZipInputStream(raw, StandardCharsets.ISO_8859_1);
            Bounded unpacked = new Bounded(zip, packed, limits);
            ZipEntry entry;
            while ((entry = zip.getNextEntry()) != null && entry.isDirectory()) {
                // There should be nothing in it; what there is counts.
                unpacked.transferTo(OutputStream.nullOutputStream());
            }
            if (entry == null) {
                throw new FeedRefused("FEED_EMPTY", "o arquivo zip do catálogo está vazio");
            }
            return unpacked;
        }
        return raw;
    }

    private static Charset charset(BufferedInputStream bytes, String httpCharset) throws IOException {
        bytes.mark(HEAD);
        byte[] head = bytes.readNBytes(HEAD);
        bytes.reset();
        if (head.length >= 2 && (head[0] & 0xff) == 0xff && (head[1] & 0xff) == 0xfe) {
            return StandardCharsets.UTF_16LE;
        }
        if (head.length >= 2 && (head[0] & 0xff) == 0xfe && (head[1] & 0xff) == 0xff) {
            return StandardCharsets.UTF_16BE;
        }
        if (head.length >= 3 && (head[0] & 0xff) == 0xef && (head[1] & 0xff) == 0xbb && (head[2] & 0xff) == 0xbf) {
            return StandardCharsets.UTF_8;
        }
        if (head.length >= 2 && head[0] == '<' && head[1] == 0) {
            return StandardCharsets.UTF_16LE;
        }
        if (head.length >= 2 && head[0] == 0 && head[1] == '<') {
            return StandardCharsets.UTF_16BE;
        }
        if (httpCharset != null) {
            return named(httpCharset);
        }
        Matcher declared = DECLARED.matcher(new String(head, StandardCharsets.ISO_8859_1));
        return declared.find() ? named(declared.group(1)) : StandardCharsets.UTF_8;
    }

    /**
     * Not always what it says: this Java may not know the name, shops say Latin-1 when they mean Windows-1252, and programs say UTF-16
     * of texts that they then write otherwise; one that is in UTF-16 was known by its beginning.
     */
    private static Charset named(String name) {
        try {
            Charset charset = Charset.forName(name);
            if (charset.name().startsWith("UTF-16")) {
                return StandardCharsets.UTF_8;
            }
            return charset.equals(StandardCharsets.ISO_8859_1) ? Charset.forName("windows-1252") : charset;
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return StandardCharsets.UTF_8;
        }
    }

    private static void skipMark(BufferedInputStream bytes) throws IOException {
        bytes.mark(3);
        int first = bytes.read();
        int second = bytes.read();
        int third = bytes.read();
        if (first == 0xef && second == 0xbb && third == 0xbf) {
            return;
        }
        bytes.reset();
        if (first == 0xff && second == 0xfe || first == 0xfe && second == 0xff) {
            bytes.skipNBytes(2);
        }
    }

    /** What is malformed is reported; but a character that the file's end cuts off says nothing against the charset. */
    private static final class Strict extends CharsetDecoder {

        private final CharsetDecoder decoder;

        Strict(CharsetDecoder decoder) {
            super(decoder.charset(), decoder.averageCharsPerByte(), decoder.maxCharsPerByte());
            this.decoder = decoder.onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPLACE);
        }

        @Override
        protected CoderResult decodeLoop(ByteBuffer in, CharBuffer out) {
            CoderResult result = decoder.decode(in, out, false);
            // This is asked after each call, which alone does not know the end.
            onMalformedInput(result.isMalformed() ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE);
            return result;
        }
    }

    private static class Counted extends FilterInputStream {

        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        long bytes() {
            return bytes;
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int some = super.read(into, offset, length);
            count(Math.max(some, 0));
            return some;
        }

        void count(int more) {
            bytes += more;
        }
    }

    /** Stops a small file that unpacks to a mountain. */
    private static final class Bounded extends Counted {

        private final Counted packed;
        private final FeedLimits limits;

        Bounded(InputStream in, Counted packed, FeedLimits limits) {
            super(in);
            this.packed = packed;
            this.limits = limits;
        }

        @Override
        void count(int more) {
            super.count(more);
            if (bytes() > limits.bytes()) {
                throw new FeedRefused("FEED_TOO_LARGE", "o catálogo é grande demais (limite de " + limits.bytes() + " bytes, hub.feed.max-bytes)");
            }
            if (bytes() > (1 << 24) && bytes() / Math.max(1, packed.bytes()) > limits.ratio()) {
                throw new FeedRefused("FEED_TOO_LARGE", "o catálogo compactado cresce demais ao ser aberto (hub.feed.max-ratio)");
            }
        }
    }
}
