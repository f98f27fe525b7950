package io.loyaltyhub.reward;

import java.io.IOException;
import java.io.Reader;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a feed into its items, text by text, without looking into them: an XML reader that meets a broken item cannot go on
 * behind it, and one bad item of a million must cost only itself. What stands before the first item says what the feed is,
 * what stands behind the last whether it is whole.
 */
final class FeedFragments {

    private static final Pattern ROOT = Pattern.compile("<(?:\\w+:)?(rss|feed|RDF)\\b[^>]*>", Pattern.CASE_INSENSITIVE);
    private static final Pattern ITEM = Pattern.compile("<((?:\\w+:)?(?:item|entry))(?=[\\s/>])", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAMESPACE = Pattern.compile("xmlns(?::[\\w.-]+)?\\s*=\\s*(?:\"[^\"<]*\"|'[^'<]*')");
    private static final int CHUNK = 1 << 16;
    private static final int LONGEST_PROLOG = 1 << 20;
    /** No tag that is looked for is longer: so much is kept of what was looked through in vain. */
    private static final int LONGEST_TAG = 64;
    private static final int SHOWN = 200;

    private final Reader in;
    private final int longest;
    private final char[] chunk = new char[CHUNK];
    private final StringBuilder text = new StringBuilder(4 * CHUNK);
    /** Where in the text the next item is looked for. */
    private int at;
    private boolean ended;
    private String namespaces = "";
    private String root;
    private String tail = "";

    FeedFragments(Reader in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /** Everything up to the first item. @throws FeedRefused where this is no feed at all */
    void begin() throws IOException {
        Matcher item = ITEM.matcher(text);
        boolean found;
        while (!(found = item.reset().find()) && !ended && text.length() < LONGEST_PROLOG) {
            fill();
        }
        String prolog = found ? text.substring(0, item.start()) : text.toString();
        String lower = prolog.toLowerCase(Locale.ROOT);
        if (prolog.isBlank()) {
            throw new FeedRefused("FEED_EMPTY", "o endereço do catálogo respondeu com um arquivo vazio");
        }
        if (lower.contains("<html") || lower.contains("<!doctype html")) {
            throw new FeedRefused("FEED_IS_A_PAGE", "o endereço do catálogo mostra uma página, não um arquivo XML do Google Shopping");
        }
        if (lower.contains("<!doctype") || lower.contains("<!entity")) {
            throw new FeedRefused("FEED_HAS_DTD", "o catálogo declara um DTD ou entidades próprias, o que não é aceito");
        }
        Matcher tag = ROOT.matcher(prolog);
        if (!tag.find()) {
            throw new FeedRefused("FEED_NOT_UNDERSTOOD", "o arquivo não está no formato do Google Shopping (RSS ou Atom)");
        }
        root = tag.group(1).toLowerCase(Locale.ROOT);
        namespaces = namespaces(prolog);
        at = found ? item.start() : text.length();
    }

    private static String namespaces(String prolog) {
        StringBuilder all = new StringBuilder();
        Matcher declared = NAMESPACE.matcher(prolog);
        while (declared.find()) {
            String name = declared.group().substring(0, declared.group().indexOf('=')).strip();
            if (!(all + " ").contains(" " + name + "=")) {
                all.append(' ').append(name).append(declared.group().substring(declared.group().indexOf('=')));
            }
        }
        // Some feeds forget to declare the one prefix they use.
        return all.indexOf(" xmlns:g=") >= 0 ? all.toString() : all + " xmlns:g=\"http://base.google.com/ns/1.0\"";
    }

    /** Declarations for a wrapper around one item. */
    String namespaces() {
        return namespaces;
    }

    /** The next item with its tags, or null behind the last. Of one that has no end, or is too long, there is a beginning only. */
    String next() throws IOException {
        Matcher start = ITEM.matcher(text);
        while (!start.region(at, text.length()).find()) {
            if (ended) {
                return null;
            }
            at = Math.max(at, text.length() - LONGEST_TAG);
            fill();
            start = ITEM.matcher(text);
        }
        at = start.start();
        String end = "</" + start.group(1) + ">";
        int from = at;
        int close;
        while ((close = find(end, from)) < 0) {
            if (ended || text.length() - at > longest) {
                return broken();
            }
            int looked = text.length() - at;
            fill();
            from = Math.max(at, at + looked - end.length());
        }
        close += end.length();
        // Closed too early to be this one's end: an item that was never closed has swallowed the next.
        Matcher another = ITEM.matcher(text).region(at + 1, close);
        if (another.find()) {
            int quoted = text.indexOf("<![CDATA[", at);
            close = quoted < 0 || quoted > another.start() ? another.start() : close;
        }
        String fragment = text.substring(at, close);
        at = close;
        return fragment;
    }

    /** Goes on where the next item begins, however far that is. */
    private String broken() throws IOException {
        String beginning = text.substring(at, Math.min(text.length(), at + SHOWN));
        at++;
        Matcher next = ITEM.matcher(text);
        while (!next.region(at, text.length()).find()) {
            if (ended) {
                at = text.length();
                return beginning;
            }
            at = Math.max(at, text.length() - LONGEST_TAG);
            fill();
            next = ITEM.matcher(text);
        }
        at = next.start();
        return beginning;
    }

    /** Whether the root was closed: a file that breaks off lacks items that the shop still has. */
    boolean isWhole() {
        return root != null && tail.toLowerCase(Locale.ROOT).matches("(?s).*</(\\w+:)?" + root + "\\s*>.*");
    }

    private void fill() throws IOException {
        int read = in.read(chunk);
        if (read < 0) {
            ended = true;
            return;
        }
        if (at > CHUNK) {
            text.delete(0, at);
            at = 0;
        }
        text.append(chunk, 0, read);
        String end = tail + new String(chunk, Math.max(0, read - 256), Math.min(read, 256));
        tail = end.substring(Math.max(0, end.length() - 256));
    }

    private int find(String wanted, int from) {
        int found = text.indexOf(wanted, from);
        if (found >= 0) {
            return found;
        }
        int last = text.length() - wanted.length();
        for (int i = text.indexOf("</", from); i >= 0 && i <= last; i = text.indexOf("</", i + 1)) {
            if (wanted.regionMatches(true, 0, text.substring(i, i + wanted.length()), 0, wanted.length())) {
                return i;
            }
        }
        return -1;
    }
}
