package io.loyaltyhub.reward;

import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a feed into its items, text by text, without looking into them: an XML reader that meets a broken item cannot go on
 * behind it, and one bad item of a million must cost only itself. What stands before the first item says what the feed is,
 * what stands behind the last whether it is whole.
 */
final class FeedFragments {

    private static final Pattern ROOT = Pattern.compile("<(?:\\w+:)?(rss|feed|RDF)[\\s/>]", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAMESPACE = Pattern.compile("xmlns(?::[\\w.-]+)?\\s*=\\s*(?:\"[^\"<]*\"|'[^'<]*')");
    private static final int CHUNK = 1 << 16;
    private static final int LONGEST_PROLOG = 1 << 20;
    /** Each item is read with all declarations in front of it. */
    private static final int MOST_NAMESPACES = 100;
    private static final int LONGEST_NAMESPACES = 1 << 14;
    /** No tag that is looked for is longer: so much is kept of what was looked through in vain. */
    private static final int LONGEST_TAG = 64;
    /** More items than a description ever tells of. */
    private static final int MOST_QUOTED = 16;
    private static final int SHOWN = 200;
    /** There is room in it for what caches write behind the root. */
    private static final int TAIL = 4096;
    /** What a prefix is made of: each tag of the feed is asked. */
    private static final boolean[] WORD = new boolean[128];

    static {
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_".chars().forEach(c -> WORD[c] = true);
    }

    private final Reader in;
    private final int longest;
    private char[] text = new char[4 * CHUNK];
    private int length;
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
        int item;
        int looked = 0;
        while ((item = item(looked)) < 0 && !ended && length < LONGEST_PROLOG) {
            looked = Math.max(0, length - LONGEST_TAG);
            fill();
        }
        boolean found = item >= 0;
        String prolog = new String(text, 0, found ? item : length);
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
        at = found ? item : length;
    }

    private static String namespaces(String prolog) {
        StringBuilder all = new StringBuilder();
        Set<String> names = new HashSet<>();
        Matcher declared = NAMESPACE.matcher(prolog);
        while (declared.find()) {
            String name = declared.group().substring(0, declared.group().indexOf('=')).strip();
            if (names.add(name)) {
                all.append(' ').append(name).append(declared.group().substring(declared.group().indexOf('=')));
            }
            if (names.size() > MOST_NAMESPACES || all.length() > LONGEST_NAMESPACES) {
                throw new FeedRefused("FEED_NOT_UNDERSTOOD", "o catálogo declara namespaces demais");
            }
        }
        // Some feeds forget to declare the one prefix they use.
        return names.contains("xmlns:g") ? all.toString() : all + " xmlns:g=\"http://base.google.com/ns/1.0\"";
    }

    /** Declarations for a wrapper around one item. */
    String namespaces() {
        return namespaces;
    }

    /** The next item with its tags, or null behind the last. Of one that has no end, or is too long, there is a beginning only. */
    String next() throws IOException {
        if (!toItem()) {
            return null;
        }
        int name = nameEnd(at) - at - 1;
        // In a CDATA items' tags are text: how far behind the item's beginning its end is looked for, -1 outside.
        int quoted = -1;
        int items = 0;
        int looked = 1;
        while (true) {
            // Near the end of the text a tag may not be whole yet.
            int end = ended ? length : length - LONGEST_TAG;
            int i = at + looked;
            for (; (i = tag(i, end)) < end; i++) {
                int closed = closed(i, name);
                if (closed > 0) {
                    return cut(closed);
                }
                if (startsWith("<![CDATA[", i)) {
                    quoted = i - at;
                } else if (nameEnd(i) > 0) {
                    // An item that was never closed must not swallow the next, nor a CDATA that was never closed all others.
                    if (quoted < 0 || ++items > MOST_QUOTED || endsCdata(at + quoted, i)) {
                        return cut(i);
                    }
                    quoted = i - at;
                }
            }
            if (ended || length - at > longest) {
                return broken();
            }
            looked = i - at;
            fill();
        }
    }

    private String cut(int end) {
        String fragment = new String(text, at, end - at);
        at = end;
        return fragment;
    }

    /** Goes on where the next item begins, however far that is. */
    private String broken() throws IOException {
        String beginning = new String(text, at, Math.min(length - at, SHOWN));
        at++;
        toItem();
        return beginning;
    }

    /** Moves to the next item; false, and to the end, where there is none. */
    private boolean toItem() throws IOException {
        int item;
        while ((item = item(at)) < 0) {
            if (ended) {
                at = length;
                return false;
            }
            at = Math.max(at, length - LONGEST_TAG);
            fill();
        }
        at = item;
        return true;
    }

    private int item(int from) {
        for (int i = tag(from, length); i < length; i = tag(i + 1, length)) {
            if (nameEnd(i) > 0) {
                return i;
            }
        }
        return -1;
    }

    /** Where the next tag begins; the end where none does. Every character of a feed passes here, and nothing else is done with most. */
    private int tag(int from, int end) {
        char[] characters = text;
        int i = from;
        while (i < end && characters[i] != '<') {
            i++;
        }
        return Math.max(i, from);
    }

    /** Where the name ends of the item's start tag that begins here, whatever its prefix and case; -1 for anything else. */
    private int nameEnd(int tag) {
        int local = tag + 1;
        int end = itemNameEnd(local);
        if (end > 0) {
            return end;
        }
        int most = Math.min(length - 1, tag + LONGEST_TAG / 2);
        while (local < most && text[local] < WORD.length && WORD[text[local]]) {
            local++;
        }
        return local > tag + 1 && local < most && text[local] == ':' ? itemNameEnd(local + 1) : -1;
    }

    private int itemNameEnd(int from) {
        int end = matches("item", from) ? from + 4 : matches("entry", from) ? from + 5 : length;
        return end < length && (isBlank(text[end]) || text[end] == '/' || text[end] == '>') ? end : -1;
    }

    private boolean matches(String lowerCase, int from) {
        if (from + lowerCase.length() > length) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            if ((text[from + i] | 0x20) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private boolean startsWith(String wanted, int from) {
        if (from + wanted.length() > length) {
            return false;
        }
        for (int i = 0; i < wanted.length(); i++) {
            if (text[from + i] != wanted.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Where the end tag ends that stands here, if it is that of the item that the text begins with; -1 for anything else. */
    private int closed(int tag, int name) {
        int end = tag + 2 + name;
        if (end >= length || text[tag + 1] != '/') {
            return -1;
        }
        int most = Math.min(length, tag + LONGEST_TAG) - 1;
        while (end < most && isBlank(text[end])) {
            end++;
        }
        if (text[end] != '>') {
            return -1;
        }
        for (int i = 0; i < name; i++) {
            if (Character.toLowerCase(text[tag + 2 + i]) != Character.toLowerCase(text[at + 1 + i])) {
                return -1;
            }
        }
        return end + 1;
    }

    private boolean endsCdata(int from, int to) {
        for (int i = from; i + 2 < to; i++) {
            if (text[i] == ']' && text[i + 1] == ']' && text[i + 2] == '>') {
                return true;
            }
        }
        return false;
    }

    /** Whether the root was closed: a file that breaks off lacks items that the shop still has. */
    boolean isWhole() {
        return root != null && tail.toLowerCase(Locale.ROOT).matches("(?s).*</(\\w+:)?" + root + "\\s*>.*");
    }

    private void fill() throws IOException {
        if (at > CHUNK) {
            System.arraycopy(text, at, text, 0, length - at);
            length -= at;
            at = 0;
        }
        if (text.length - length < CHUNK) {
            text = Arrays.copyOf(text, text.length * 2);
        }
        int read = in.read(text, length, CHUNK);
        if (read < 0) {
            ended = true;
            return;
        }
        String end = tail + new String(text, length + Math.max(0, read - TAIL), Math.min(read, TAIL));
        tail = end.substring(Math.max(0, end.length() - TAIL));
        length += read;
    }
}
