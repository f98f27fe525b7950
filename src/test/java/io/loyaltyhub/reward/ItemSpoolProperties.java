package io.loyaltyhub.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Which lines of a feed reach the database. */
class ItemSpoolProperties {

    private static final FeedReader.Outcome WHOLE = new FeedReader.Outcome(1, Map.of(), true, false);

    @Property(tries = 200)
    void ofItemsWithOneIdTheFirstIsALineAndOnlyTheChosenLinesAreGiven(
            @ForAll("items") List<FeedItem> items, @ForAll Set<@IntRange(max = 80) Integer> chosen) throws IOException {
        try (ItemSpool spool = spool(Set.of())) {
            items.forEach(spool);
            spool.end(WHOLE);

            List<FeedItem> once = items.stream().collect(Collectors.toMap(FeedItem::sku, item -> item, (first, second) -> first, LinkedHashMap::new))
                    .values().stream().toList();
            List<String> lines = text(spool.rows()).lines().toList();
            BitSet positions = new BitSet();
            chosen.forEach(positions::set);

            assertThat(lines).hasSize(once.size());
            assertThat(spool.kept()).isEqualTo(once.size());
            assertThat(spool.usable()).isEqualTo(items.size());
            assertThat(text(spool.keys()).lines()).containsExactlyElementsOf(IntStream.range(0, once.size())
                    .mapToObj(i -> i + "\t" + once.get(i).sku() + "\t" + once.get(i).fingerprint()).toList());
            assertThat(text(spool.rows(positions)).lines()).containsExactlyElementsOf(IntStream.range(0, lines.size()).filter(positions::get).mapToObj(lines::get).toList());
        }
    }

    @Example
    void aHundredThousandIdsThatDifferInOneCharacterAreAllKept() throws IOException {
        try (ItemSpool spool = spool(Set.of())) {
            for (int i = 0; i < 100_000; i++) {
                spool.accept(item("SKU-" + i, "Caneca"));
            }
            for (int i = 0; i < 100_000; i += 7) {
                spool.accept(item("SKU-" + i, "Xícara"));
            }
            spool.end(WHOLE);

            assertThat(spool.kept()).isEqualTo(100_000);
            assertThat(text(spool.rows())).doesNotContain("Xícara");
        }
    }

    @Example
    void onlyWantedItemsAreKeptAndItIsKnownWhichWereMet() throws IOException {
        try (ItemSpool spool = spool(Set.of("B", "C"))) {
            List.of("A", "B", "B", "D").forEach(sku -> spool.accept(item(sku, "Caneca")));
            spool.end(WHOLE);

            assertThat(spool.usable()).isEqualTo(4);
            assertThat(spool.kept()).isEqualTo(1);
            assertThat(spool.met()).isEqualTo(new HashSet<>(List.of("B")));
        }
    }

    @Provide
    Arbitrary<List<FeedItem>> items() {
        Arbitrary<String> titles = Arbitraries.strings().withChars("aé\\\t\n\r\"€😀".toCharArray()).ofMinLength(1).ofMaxLength(40_000).edgeCases(cases -> cases.add("\\N"));
        return Combinators.combine(Arbitraries.integers().between(1, 60), titles).as((number, title) -> item("P" + number, title)).list().ofMaxSize(80);
    }

    private static FeedItem item(String sku, String title) {
        return new FeedItem(sku, title, new BigDecimal("10.00"), null, null, null, null, true);
    }

    private static ItemSpool spool(Set<String> wanted) throws IOException {
        return new ItemSpool(UUID.randomUUID(), UUID.randomUUID(), 1, Instant.parse("2026-03-10T12:00:00Z"), wanted, Path.of(System.getProperty("java.io.tmpdir")));
    }

    private static String text(InputStream in) throws IOException {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
