package io.loyaltyhub.reward;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.springframework.web.util.HtmlUtils;

/**
 * Reads a Google Shopping feed item by item, in the variants and with the spellings that Brazilian shops have: RSS, Atom,
 * names in any case and with or without their namespace, availability in Portuguese, prices of every kind. What cannot be
 * used is counted by reason and costs only itself.
 *
 * <p>Elements are read by hand: bound classes cannot be told that {@code g:ID}, {@code id} and {@code g:id} are one.
 */
final class FeedReader {

    private static final String GOOGLE = "http://base.google.com/ns/1.0";
    private static final String LAZY_PARSING = "com.ctc.wstx.lazyParsing";
    private static final int LONGEST_SKU = 100;
    private static final int LONGEST_TITLE = 300;
    private static final int LONGEST_URL = 2000;
    private static final int LONGEST_VARIANT = 60;
    private static final List<String> VARYING = List.of("color", "size", "material", "pattern");
    private static final Pattern BARE_AMPERSAND = Pattern.compile("&(?!(?:amp|lt|gt|quot|apos|#\\d{1,7}|#x[0-9a-fA-F]{1,6});)");
    private static final Pattern HTML_ENTITY = Pattern.compile("&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30});");
    private static final Pattern NOT_XML = Pattern.compile("[\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\uFFFE\\uFFFF]");
    private static final Pattern TAG = Pattern.compile("<[^<>]{1,500}>");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://\\S+");
    private static final Pattern WITH_SCHEME = Pattern.compile("(?s)[A-Za-z][A-Za-z0-9+.-]*:.*");
    /** All that is asked of an item; descriptions are most of a feed, and of no use. */
    private static final Set<String> USED = Set.of("id", "mpn", "gtin", "sku", "title", "price", "sale_price", "sale_price_effective_date", "image_link", "link",
            "item_group_id", "availability", "color", "size", "material", "pattern");
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd['T'][' ']")
            .optionalStart().appendPattern("HH:mm[:ss]").optionalStart().appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true).optionalEnd()
            .appendPattern("[' '][XXX][XX][X]").toFormatter(Locale.ROOT);

    private final XMLInputFactory parsers = parsers();
    private final FeedLimits limits;
    private final Instant now;
    private final ZoneOffset zone;
    private final String site;
    private boolean saleToCome;

    /**
     * @param now  which sale prices hold
     * @param zone of sale dates that come without one
     * @param site what relative addresses are relative to; may be null
     */
    FeedReader(FeedLimits limits, Instant now, ZoneOffset zone, String site) {
        this.limits = limits;
        this.now = now;
        this.zone = zone;
        this.site = site;
    }

    /**
     * What reading a feed came to.
     *
     * @param read     items met, usable or not
     * @param rejected how many were not usable, by reason
     * @param whole    whether the file had its end
     * @param saleToCome whether a sale begins or ends later, so that the same file will have other prices
     */
    record Outcome(int read, Map<String, Integer> rejected, boolean whole, boolean saleToCome) {
    }

    /** An item that cannot be used, and why; the reason is a word, counted and shown. */
    private static final class Unusable extends RuntimeException {

        private final String reason;

        Unusable(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }

    Outcome read(Reader feed, Consumer<FeedItem> items) throws IOException {
        long begun = System.nanoTime();
        long most = limits.time().toNanos();
        FeedFragments fragments = new FeedFragments(feed, limits.itemChars());
        fragments.begin();
        Map<String, Integer> rejected = new TreeMap<>();
        int read = 0;
        String fragment;
        while ((fragment = fragments.next()) != null) {
            if (++read > limits.items()) {
                throw new FeedRefused("FEED_TOO_LARGE", "o catálogo tem mais de " + limits.items() + " itens (hub.feed.max-items)");
            }
            // What an item costs is bounded, what a feed of two gigabytes costs is not.
            if (System.nanoTime() - begun > most) {
                throw new FeedRefused("FEED_TOO_LARGE", "o catálogo demora demais para ser lido (hub.feed.read-timeout)");
            }
            FeedItem item;
            try {
                item = item(elements(fragment, fragments.namespaces()));
            } catch (Unusable unusable) {
                rejected.merge(unusable.reason, 1, Integer::sum);
                continue;
            }
            items.accept(item);
        }
        return new Outcome(read, rejected, fragments.isWhole(), saleToCome);
    }

    // --- from text to elements

    /** The direct children by lower-case name; where an element stands with Google's namespace and without, the former. */
    private Map<String, String> elements(String fragment, String namespaces) {
        String wrapped = "<x" + namespaces + ">" + fragment + "</x>";
        try {
            return parsed(wrapped);
        } catch (XMLStreamException first) {
            try {
                return parsed(mended(wrapped));
            } catch (XMLStreamException e) {
                throw new Unusable("malformed");
            }
        }
    }

    /** What shops write that is no XML: a bare ampersand, entities of HTML, control characters. */
    private static String mended(String text) {
        String named = HTML_ENTITY.matcher(text).replaceAll(entity -> {
            String character = HtmlUtils.htmlUnescape(entity.group());
            return java.util.regex.Matcher.quoteReplacement(character.equals(entity.group()) ? "&amp;" + entity.group().substring(1) : character);
        });
        return NOT_XML.matcher(BARE_AMPERSAND.matcher(named).replaceAll("&amp;")).replaceAll(" ");
    }

    private Map<String, String> parsed(String wrapped) throws XMLStreamException {
        XMLStreamReader xml = parsers.createXMLStreamReader(new StringReader(wrapped));
        Map<String, String> found = new HashMap<>();
        Map<String, Boolean> googles = new HashMap<>();
        StringBuilder text = new StringBuilder();
        int depth = 0;
        String link = null;
        String name = null;
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    depth++;
                    if (depth == 3) {
                        text.setLength(0);
                        name = used(xml.getLocalName());
                        if ("link".equals(name) && link == null && isAlternate(xml.getAttributeValue(null, "rel"))) {
                            link = xml.getAttributeValue(null, "href");
                        }
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    // Prices also stand below shipping and the like: only the item's own children count.
                    if (depth == 3 && name != null) {
                        text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    if (depth == 3 && name != null) {
                        keep(found, googles, name, GOOGLE.equals(xml.getNamespaceURI()), text.toString().replace('\u00a0', ' ').strip());
                    }
                    depth--;
                }
                default -> { }
            }
        }
        xml.close();
        if (link != null) {
            found.merge("link", link, (own, href) -> own.isEmpty() ? href : own);
        }
        return found;
    }

    private static boolean isAlternate(String rel) {
        return rel == null || rel.equals("alternate");
    }

    /** In lower case; null for a name that nothing is made of. */
    private static String used(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return USED.contains(lower) ? lower : null;
    }

    private static void keep(Map<String, String> found, Map<String, Boolean> googles, String name, boolean google, String value) {
        boolean better = !found.containsKey(name) || found.get(name).isEmpty() || google && !googles.get(name) && !value.isEmpty();
        if (better) {
            found.put(name, value);
            googles.put(name, google);
        }
    }

    // --- from elements to an item

    private FeedItem item(Map<String, String> elements) {
        String sku = first(elements, "id", "mpn", "gtin", "sku");
        if (sku == null) {
            throw new Unusable("id-missing");
        }
        if (sku.length() > LONGEST_SKU) {
            throw new Unusable("id-too-long");
        }
        String title = plainText(elements.get("title"));
        if (title.isEmpty()) {
            throw new Unusable("title-missing");
        }
        BigDecimal price = price(elements);
        // A product without variants is often a group of its own; so is the first variant of one that has some.
        String given = first(elements, "item_group_id");
        String group = given == null || given.length() > LONGEST_SKU ? null : given;
        return new FeedItem(sku, title.length() > LONGEST_TITLE ? title.substring(0, LONGEST_TITLE) : title, price,
                address(elements.get("image_link")), address(elements.get("link")),
                group, group == null ? null : variant(elements, title), isAvailable(elements.get("availability")));
    }

    /** Many shops call all variants of a product the same. */
    private static String variant(Map<String, String> elements, String title) {
        List<String> told = new ArrayList<>();
        for (String name : VARYING) {
            String value = plainText(elements.get(name));
            if (!value.isEmpty() && value.length() <= LONGEST_VARIANT && !told.contains(value) && !hasWords(title, value)) {
                told.add(value);
            }
        }
        return told.isEmpty() ? null : String.join(", ", told);
    }

    private static boolean hasWords(String title, String words) {
        char first = Character.toLowerCase(words.charAt(0));
        for (int from = 0; from + words.length() <= title.length(); from++) {
            if (Character.toLowerCase(title.charAt(from)) == first && title.regionMatches(true, from, words, 0, words.length())
                    && isWordEdge(title, from - 1) && isWordEdge(title, from + words.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWordEdge(String text, int at) {
        return at < 0 || at >= text.length() || !Character.isLetterOrDigit(text.charAt(at));
    }

    private static String first(Map<String, String> elements, String... names) {
        for (String name : names) {
            String value = elements.get(name);
            if (value != null && !value.isBlank()) {
                return value.replace("\0", "").strip();
            }
        }
        return null;
    }

    private BigDecimal price(Map<String, String> elements) {
        BigDecimal full = parse(elements.get("price"));
        String sale = elements.get("sale_price");
        if (sale == null || sale.isBlank() || !isEffective(elements.get("sale_price_effective_date"))) {
            return full;
        }
        try {
            BigDecimal reduced = parse(sale);
            return reduced.compareTo(full) < 0 ? reduced : full;
        } catch (Unusable e) {
            return full;
        }
    }

    private static BigDecimal parse(String text) {
        try {
            FeedPrice price = FeedPrice.parse(text);
            if (!price.currency().equals("BRL")) {
                throw new Unusable("other-currency");
            }
            return price.amount();
        } catch (FeedPrice.Missing e) {
            throw new Unusable("price-missing");
        } catch (FeedPrice.Unreadable e) {
            throw new Unusable("price-unreadable");
        }
    }

    /** No dates, or dates that make no sense: always. */
    private boolean isEffective(String dates) {
        if (dates == null || dates.isBlank()) {
            return true;
        }
        String[] ends = dates.split("/", 2);
        try {
            if (ends.length < 2) {
                return true;
            }
            Instant begin = time(ends[0], LocalTime.MIN);
            Instant end = time(ends[1], LocalTime.MAX);
            saleToCome |= now.isBefore(begin) || !now.isAfter(end);
            return !now.isBefore(begin) && !now.isAfter(end);
        } catch (DateTimeException e) {
            return true;
        }
    }

    /** @param ofDay at which a day is meant that comes without a time */
    private Instant time(String text, LocalTime ofDay) {
        TemporalAccessor parsed = TIME.parseBest(text.strip(), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
        if (parsed instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        return (parsed instanceof LocalDate day ? day.atTime(ofDay) : LocalDateTime.from(parsed)).toInstant(zone);
    }

    private static boolean isAvailable(String text) {
        if (text == null || text.isBlank()) {
            return true;
        }
        String plain = text.strip().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (plain.chars().allMatch(Character::isDigit)) {
            return !plain.matches("0+");
        }
        return switch (plain) {
            case "in stock", "available", "em estoque", "disponível", "disponivel", "instock" -> true;
            default -> false;
        };
    }

    /** Entities decoded once more where they were escaped twice, tags taken out, blanks folded. */
    private static String plainText(String text) {
        if (text == null) {
            return "";
        }
        String once = text.indexOf('&') >= 0 ? HtmlUtils.htmlUnescape(text) : text;
        String bare = (once.indexOf('<') >= 0 ? TAG.matcher(once).replaceAll(" ") : once).replace("\0", "");
        return isFolded(bare) ? bare : BLANKS.matcher(bare).replaceAll(" ").strip();
    }

    /** Whether nothing but single spaces stands between words, as in nearly all titles. */
    private static boolean isFolded(String text) {
        char before = ' ';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' && Character.isWhitespace(c) || c == ' ' && before == ' ') {
                return false;
            }
            before = c;
        }
        return before != ' ';
    }

    /** An http(s) address, relative ones made whole; null for anything else, which no page is to link to. */
    private String address(String text) {
        if (text == null || text.isBlank() || text.length() > LONGEST_URL) {
            return null;
        }
        // Within a CDATA, or escaped twice, an ampersand is still written as in XML.
        String given = text.strip().replace("&amp;", "&");
        if (given.startsWith("//")) {
            return "https:" + given;
        }
        if (ABSOLUTE.matcher(given).matches()) {
            return given;
        }
        boolean relative = !WITH_SCHEME.matcher(given).matches() && site != null;
        return relative ? site.replaceAll("/+$", "") + (given.startsWith("/") ? "" : "/") + given : null;
    }

    private static XMLInputFactory parsers() {
        XMLInputFactory parsers = XMLInputFactory.newFactory();
        parsers.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        parsers.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        parsers.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        parsers.setProperty(XMLInputFactory.IS_COALESCING, true);
        // What is wrong with a text is to be said where it is met, as a checked exception.
        if (parsers.isPropertySupported(LAZY_PARSING)) {
            parsers.setProperty(LAZY_PARSING, false);
        }
        return parsers;
    }
}
