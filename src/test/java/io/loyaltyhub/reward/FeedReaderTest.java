package io.loyaltyhub.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of feeds as shops write them. */
class FeedReaderTest {

    private static final FeedLimits LIMITS = new FeedLimits(1 << 26, 10_000, 20_000, 200, Duration.ofMinutes(1));
    private static final Instant MARCH = Instant.parse("2026-03-10T12:00:00Z");
    private static final String RSS = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\"><channel>";
    private static final String END = "</channel></rss>";

    @TempDir
    private Path folder;
    private final List<FeedItem> items = new ArrayList<>();

    @Test
    void aRegularItemIsReadWithItsSalePriceWhileThatHolds() throws IOException {
        String item = """
                <item><g:id>CAM-AZ-M</g:id><title>Camisa Linho (Azul, M)</title><link>https://www.exemplo.com.br/camisa/?pf=gs</link>
                <g:image_link>https://img.exemplo.com.br/1.jpg</g:image_link><g:availability>in stock</g:availability><g:price>199.90 BRL</g:price>
                <g:sale_price>169.90 BRL</g:sale_price><g:sale_price_effective_date>2026-03-01T00:00-0300/2026-03-31T23:59-0300</g:sale_price_effective_date>
                <g:installment><g:months>3</g:months><g:amount>56.63 BRL</g:amount></g:installment><g:item_group_id>CAM</g:item_group_id>
                <g:shipping><g:country>BR</g:country><g:price>0 BRL</g:price></g:shipping></item>
                """;

        read(RSS + item + END);
        assertThat(items).containsExactly(new FeedItem("CAM-AZ-M", "Camisa Linho (Azul, M)", new BigDecimal("169.90"),
                "https://img.exemplo.com.br/1.jpg", "https://www.exemplo.com.br/camisa/?pf=gs", "CAM", null, true));

        items.clear();
        read(new StringReader(RSS + item + END), Instant.parse("2026-04-02T00:00:00Z"));
        assertThat(items.get(0).price()).as("once the sale is over").isEqualByComparingTo("199.90");
    }

    @Test
    void atomIsReadToo() throws IOException {
        read("""
                <?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Loja</title>
                <link rel="self" href="https://www.exemplo.com.br/feed.xml"/><entry><g:id>CINTO-U</g:id><g:title><![CDATA[Cinto Couro & Fivela]]></g:title>
                <link href="https://www.exemplo.com.br/cinto?a=1&amp;b=2"/><g:price>89.9 BRL</g:price><g:availability>in_stock</g:availability></entry></feed>
                """);

        assertThat(items).hasSize(1);
        assertThat(items.get(0).title()).isEqualTo("Cinto Couro & Fivela");
        assertThat(items.get(0).link()).isEqualTo("https://www.exemplo.com.br/cinto?a=1&b=2");
    }

    @Test
    void namesAreFoundInAnyCaseWithAndWithoutTheirNamespaceAndWithoutItsDeclaration() throws IOException {
        read("<rss><item><g:ID><![CDATA[ 128 ]]></g:ID><TITLE>Bateria 5.000 mAh</TITLE><g:Price>R$ 1.071,37</g:Price><g:image_link/>"
                + "<brand>Sem Marca</brand></item></rss>");

        assertThat(items).containsExactly(new FeedItem("128", "Bateria 5.000 mAh", new BigDecimal("1071.37"), null, null, null, null, true));
    }

    @Test
    void googlesOwnElementGoesBeforeThePlainOne() throws IOException {
        read(RSS + "<item><title>plano</title><g:title>do Google</g:title><id>x</id><g:id>SKU</g:id><g:price>1.00 BRL</g:price></item>" + END);

        assertThat(items.get(0).title()).isEqualTo("do Google");
        assertThat(items.get(0).sku()).isEqualTo("SKU");
    }

    @ParameterizedTest
    @CsvSource({"in stock,true", "in_stock,true", "Em Estoque,true", "Disponível,true", "12,true", "0,false", "out of stock,false", "Esgotado,false",
        "Indisponível,false", "preorder,false", "'',true"})
    void availabilityIsUnderstoodInPortugueseAndAsAQuantity(String text, boolean available) throws IOException {
        read(RSS + item("A", "<g:availability>" + text + "</g:availability>") + END);

        assertThat(items.get(0).available()).isEqualTo(available);
    }

    @Test
    void aBadItemCostsOnlyItself() throws IOException {
        FeedReader.Outcome outcome = read(RSS + item("A", "")
                + "<item><g:id>B</g:id><title>Sem preço</title></item>"
                + "<item><g:id>C</g:id><title>Consulta</title><g:price>sob consulta</g:price></item>"
                + "<item><title>Sem id</title><g:price>1.00 BRL</g:price></item>"
                + "<item><g:id>D</g:id><title>Dólar</title><g:price>1.00 USD</g:price></item>"
                + "<item><g:id>E</g:id><title>Tag aberta</g:id><g:price>1.00 BRL</g:price></item>"
                + "<item><g:id>F</g:id><title><![CDATA[nunca fechado]] </title><g:price>1.00 BRL</g:price></item>"
                + "<item><g:id>H</g:id><title>Separadores</title><g:price>1.299,90,00</g:price></item>"
                + "<item><g:id>G</g:id><title>sem fim</title><g:price>1.00 BRL</g:price>"
                + item("Z", "") + END);

        assertThat(items).extracting(FeedItem::sku).containsExactly("A", "Z");
        assertThat(outcome.read()).isEqualTo(10);
        assertThat(outcome.rejected()).isEqualTo(Map.of("price-missing", 1, "price-unreadable", 2, "id-missing", 1, "other-currency", 1, "malformed", 3));
        assertThat(outcome.whole()).isTrue();
    }

    @Test
    void oneBrokenItemAmongThousandsCostsOnlyItself() throws IOException {
        StringBuilder feed = new StringBuilder(RSS);
        for (int number = 1; number <= 5_000; number++) {
            String more = "<description>" + (number == 3_500 ? "<p>Para alturas <b>< 1,60 m</p>" : "<![CDATA[<p>Leve & fácil" + "!".repeat(number % 97) + "</p>]]>")
                    + "</description>";
            feed.append(item("P" + number, more));
        }

        FeedReader.Outcome outcome = read(feed + END);

        assertThat(outcome).isEqualTo(new FeedReader.Outcome(5_000, Map.of("malformed", 1), true, false));
        assertThat(items).extracting(FeedItem::sku).containsExactlyElementsOf(
                IntStream.rangeClosed(1, 5_000).filter(number -> number != 3_500).mapToObj(number -> "P" + number).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"2026-03-01T00:00:00.000Z/2026-03-05T00:00:00.000Z | 10.00", "2026-03-01T00:00:00.000Z/2026-03-15T00:00:00.123456Z | 5.00",
        "2026-03-01/2026-03-09 | 10.00", "2026-03-01/2026-03-10 | 5.00", "2026-03-10/2026-03-15 | 5.00", "2026-03-11/2026-03-15 | 10.00",
        "2026-03-01 00:00:00/2026-03-05 00:00:00 | 10.00", "2026-03-01 00:00 -0300 / 2026-03-10 09:00 -0300 | 5.00", "2026-03-01T00:00-03:00/2026-03-10T08:59-03 | 10.00",
        "2026-03-01T00:00/2026-03-10T09:01 | 5.00", "de 01/03 a 05/03 | 5.00"})
    void datesOfASaleAreReadInTheirCommonForms(String dates, BigDecimal price) throws IOException {
        read(RSS + item("A", "<g:sale_price>5.00 BRL</g:sale_price><g:sale_price_effective_date>" + dates + "</g:sale_price_effective_date>") + END);

        assertThat(items.get(0).price()).isEqualTo(price);
    }

    @Test
    void anItemThatIsNotClosedDoesNotSwallowTheNextBehindACdataThatIs() throws IOException {
        FeedReader.Outcome outcome = read(RSS + "<item><g:id>A</g:id><title><![CDATA[A <item> ]]></title><description><![CDATA[x]]></description>"
                + item("B", "") + item("C", "") + END);

        assertThat(items).extracting(FeedItem::sku).containsExactly("B", "C");
        assertThat(outcome.read()).isEqualTo(3);
    }

    @Test
    void anEndTagMayHaveABlankInIt() throws IOException {
        read(RSS + (item("A", "<description><![CDATA[x]]></description>") + item("B", "<description><![CDATA[x]]></description>")).replace("</item>", "</item\n >")
                + END);

        assertThat(items).extracting(FeedItem::sku).containsExactly("A", "B");
    }

    @Test
    @Timeout(10)
    void manyItemsInACdataThatNeverEndsAreLookedThroughOnce() throws IOException {
        FeedLimits limits = new FeedLimits(1 << 26, 1_000_000, 1 << 18, 200, Duration.ofMinutes(1));
        FeedReader reader = new FeedReader(limits, MARCH, ZoneOffset.ofHours(-3), null);

        assertThat(reader.read(new StringReader(RSS + "<item><![CDATA[".repeat(200_000) + END), items::add).rejected()).containsOnlyKeys("malformed");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 1000})
    void itMakesNoDifferenceInWhatPiecesTheFeedArrives(int size) throws IOException {
        String feed = RSS + item("A", "<description><![CDATA[um <item > dentro]]></description>") + "<ITEM lang='pt'><g:id>B</g:id><title>B</title><g:price>1 BRL</g:price></ITEM>"
                + "<item/>" + "<item><g:id>C</g:id>" + item("D", "<entry>") + "\n" + item("E", "y".repeat(300)) + "<items>" + item("F", "") + "</items>" + END;
        FeedReader.Outcome whole = read(feed);
        List<FeedItem> expected = List.copyOf(items);
        items.clear();

        assertThat(read(inPieces(feed, size), MARCH)).isEqualTo(whole);
        assertThat(items).isEqualTo(expected).extracting(FeedItem::sku).containsExactly("A", "B", "E", "F");
    }

    private static Reader inPieces(String text, int size) {
        return new FilterReader(new StringReader(text)) {
            @Override
            public int read(char[] into, int offset, int length) throws IOException {
                return super.read(into, offset, Math.min(length, size));
            }
        };
    }

    @Test
    void anItemWithoutBoundsIsGivenUpAndTheNextIsRead() throws IOException {
        FeedReader.Outcome outcome = read(RSS + "<item><g:id>A</g:id><description>" + "x".repeat(200_000) + "</description></item>" + item("B", "") + END);

        assertThat(items).extracting(FeedItem::sku).containsExactly("B");
        assertThat(outcome.rejected()).isEqualTo(Map.of("malformed", 1));
    }

    @Test
    void whatIsNearlyXmlIsMended() throws IOException {
        read(RSS + "<item><g:id>A</g:id><title>Pão &amp;amp; Cia &nbsp; Café com leite &eacute; bom\u0001</title>"
                + "<link>https://www.exemplo.com.br/?a=1&b=2</link><g:price>1.00&nbsp;BRL</g:price></item>" + END);

        assertThat(items).hasSize(1);
        assertThat(items.get(0).title()).isEqualTo("Pão & Cia Café com leite é bom");
        assertThat(items.get(0).link()).isEqualTo("https://www.exemplo.com.br/?a=1&b=2");
    }

    @Test
    void tagsInATitleAreTakenOutAndRelativeAddressesMadeWhole() throws IOException {
        read(RSS + "<item><g:id>A</g:id><title><![CDATA[<h1>Vestido</h1> <b>Midi</b>]]></title><link>javascript:alert(1)</link>"
                + "<g:image_link>/img/1.jpg</g:image_link><g:price>1.00 BRL</g:price></item>" + END);

        assertThat(items.get(0).title()).isEqualTo("Vestido Midi");
        assertThat(items.get(0).link()).isNull();
        assertThat(items.get(0).imageUrl()).isEqualTo("https://www.exemplo.com.br/img/1.jpg");
    }

    @Test
    void ampersandsOfAddressesThatAreEscapedOnceTooOftenAreAmpersands() throws IOException {
        read(RSS + item("A", "<link><![CDATA[https://www.exemplo.com.br/?a=1&amp;b=2]]></link>"
                + "<g:image_link>https://i.exemplo.com.br/?w=1&amp;amp;h=2</g:image_link>") + END);

        assertThat(items.get(0).link()).isEqualTo("https://www.exemplo.com.br/?a=1&b=2");
        assertThat(items.get(0).imageUrl()).isEqualTo("https://i.exemplo.com.br/?w=1&h=2");
    }

    @Test
    void anItemWithNothingButASkuIsCalledByThat() throws IOException {
        read(RSS + "<item><g:sku>S</g:sku><title>S</title><g:price>1.00 BRL</g:price></item>" + item("A", "<sku>S</sku>") + END);

        assertThat(items).extracting(FeedItem::sku).containsExactly("S", "A");
    }

    @Test
    void aLongCommentBehindTheEndLeavesAFileWhole() throws IOException {
        assertThat(read(RSS + item("A", "") + END + "<!-- " + "Page Caching using Disk: Enhanced ".repeat(30) + "-->").whole()).isTrue();
    }

    @Test
    void aFileThatBreaksOffIsNotWhole() throws IOException {
        assertThat(read(RSS + item("A", "") + item("B", "").substring(0, 30)).whole()).isFalse();
        assertThat(read(RSS + item("A", "") + END).whole()).isTrue();
        assertThat(read(RSS + item("A", "")).whole()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'' | FEED_EMPTY", "<!DOCTYPE html><html><body>Entrar</body></html> | FEED_IS_A_PAGE", "{\"a\": 1} | FEED_NOT_UNDERSTOOD",
        "<urlset><url/></urlset> | FEED_NOT_UNDERSTOOD",
        "<!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><rss><item/></rss> | FEED_HAS_DTD"})
    void whatIsNoFeedIsRefusedAsAWhole(String text, String code) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(FeedRefused.class)
                .satisfies(refused -> assertThat(((FeedRefused) refused).code()).isEqualTo(code));
    }

    @Test
    void declarationsWithoutNumberAreRefusedSinceEachItemIsReadWithThem() {
        String many = IntStream.range(0, 60_000).mapToObj(number -> " xmlns:a" + number + "=\"u\"").collect(Collectors.joining());

        for (String declared : List.of(many, " xmlns:a=\"" + "u".repeat(20_000) + "\"")) {
            assertThatThrownBy(() -> read("<rss" + declared + ">" + item("A", "") + "</rss>")).isInstanceOf(FeedRefused.class)
                    .satisfies(refused -> assertThat(((FeedRefused) refused).code()).isEqualTo("FEED_NOT_UNDERSTOOD"));
        }
    }

    @Test
    void aFeedThatTakesTooLongToReadIsGivenUp() {
        FeedLimits hurried = new FeedLimits(1 << 26, 10_000, 20_000, 200, Duration.ZERO);
        FeedReader reader = new FeedReader(hurried, MARCH, ZoneOffset.ofHours(-3), null);

        assertThatThrownBy(() -> reader.read(new StringReader(RSS + item("A", "") + END), items::add))
                .isInstanceOf(FeedRefused.class).hasMessageContaining("demora demais para ser lido");
    }

    @Test
    @Timeout(10)
    void aRootThatNeverEndsIsLookedThroughOnce() throws IOException {
        assertThat(read("<rss ".repeat(100_000)).read()).isZero();
    }

    @Test
    @Timeout(10)
    void aTitleOfNothingButBeginningsOfTagsIsLookedThroughOnce() throws IOException {
        FeedReader.Outcome outcome = read(RSS + item("A", "<color><![CDATA[" + "<".repeat(15_000) + "]]></color>").repeat(2_000) + END);

        assertThat(outcome.read()).isEqualTo(2_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "ISO-8859-1", "windows-1252", "UTF-16LE"})
    void charactersAreReadAsTheFileDeclaresThem(String charset) throws IOException {
        String text = "<?xml version=\"1.0\" encoding=\"" + charset + "\"?><rss>" + item("AÇÃO", "") + "</rss>";
        byte[] bytes = text.getBytes(Charset.forName(charset));
        if (charset.equals("UTF-16LE")) {
            bytes = ("\ufeff" + text).getBytes(StandardCharsets.UTF_16LE);
        }

        readFile(bytes);

        assertThat(items.get(0).sku()).isEqualTo("AÇÃO");
    }

    @Test
    void aFileThatIsCutWithinACharacterIsOfItsCharsetAllTheSame() throws IOException {
        byte[] bytes = (RSS + item("AÇÃO", "") + "<item><g:id>Ã").getBytes(StandardCharsets.UTF_8);

        assertThat(readFile(Arrays.copyOf(bytes, bytes.length - 1)).whole()).isFalse();
        assertThat(items).extracting(FeedItem::sku).containsExactly("AÇÃO");
    }

    @Test
    void bytesThatNoCharacterHasAreOfAnotherCharset() {
        byte[] bytes = (RSS + item("AÇÃO", "") + END).getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> readFile(bytes)).isInstanceOf(CharacterCodingException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void whatCallsItselfUtf16WithoutAMarkIsReadAsItsBytesAre(String charset) throws IOException {
        readFile(("<?xml version=\"1.0\" encoding=\"utf-16\"?><rss>" + item("AÇÃO", "") + "</rss>").getBytes(Charset.forName(charset)));

        assertThat(items).extracting(FeedItem::sku).containsExactly("AÇÃO");
    }

    @Test
    void aZipFileMayHaveAFolderAndNamesAsWindowsWritesThem() throws IOException {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip, Charset.forName("IBM850"))) {
            out.putNextEntry(new ZipEntry("catálogo/"));
            out.putNextEntry(new ZipEntry("catálogo/catálogo.xml"));
            out.write((RSS + item("A", "") + END).getBytes(StandardCharsets.UTF_8));
        }

        readFile(zip.toByteArray());

        assertThat(items).extracting(FeedItem::sku).containsExactly("A");
    }

    @Test
    void packedFilesAreUnpackedWhateverTheyAreCalled() throws IOException {
        byte[] feed = ("\ufeff" + RSS + item("A", "") + END).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(feed);
        }
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("feed.xml"));
            out.write(feed);
        }

        readFile(gzip.toByteArray());
        readFile(zip.toByteArray());

        assertThat(items).extracting(FeedItem::sku).containsExactly("A", "A");
    }

    @Test
    void aSmallFileThatUnpacksToAMountainIsStopped() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write((RSS + "<item>").getBytes(StandardCharsets.UTF_8));
            byte[] blanks = new byte[1 << 20];
            for (int i = 0; i < 40; i++) {
                out.write(blanks);
            }
        }

        assertThatThrownBy(() -> readFile(gzip.toByteArray())).isInstanceOf(FeedRefused.class)
                .satisfies(refused -> assertThat(((FeedRefused) refused).code()).isEqualTo("FEED_TOO_LARGE"));
    }

    private static String item(String sku, String more) {
        return "<item><g:id>" + sku + "</g:id><title>Produto " + sku + "</title><g:price>10.00 BRL</g:price>" + more + "</item>";
    }

    private FeedReader.Outcome read(String feed) throws IOException {
        return read(new StringReader(feed), MARCH);
    }

    private FeedReader.Outcome read(Reader feed, Instant now) throws IOException {
        return new FeedReader(LIMITS, now, ZoneOffset.ofHours(-3), "https://www.exemplo.com.br").read(feed, items::add);
    }

    private FeedReader.Outcome readFile(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("feed"), bytes);
        try (Reader reader = FeedStream.open(Files.newInputStream(file), null, null, LIMITS)) {
            return read(reader, MARCH);
        }
    }
}
