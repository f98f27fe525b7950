package io.loyaltyhub.reward;

import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A reward as lists show it: by itself, or the cheapest of a product's variants for all of them. What the variants' titles have
 * in common is the product's, and the rest is what a variant is called.
 *
 * @param face     the cheapest
 * @param variants what there is to choose from, cheapest first; none where there is no choice
 */
public record Product(Reward face, List<Reward> variants) {

    private static final int SHORTEST_TITLE = 3;
    private static final String BETWEEN = "[\\s\\-–—,/|:;·]+";
    private static final Pattern BEFORE = Pattern.compile("^" + BETWEEN);
    private static final Pattern AFTER = Pattern.compile(BETWEEN + "$");
    private static final Pattern UNCLOSED = Pattern.compile("[(\\[][^)\\]]*$");
    private static final Pattern BRACKETS = Pattern.compile("[(\\[\\])]");

    public Product {
        variants = variants.size() < 2 ? List.of() : List.copyOf(variants);
    }

    /** What the titles of all variants begin with, whole words only; the cheapest one's where that is nothing to speak of. */
    public String title() {
        if (variants.isEmpty()) {
            return face.fullTitle();
        }
        String common = common();
        return common.isEmpty() ? face.title() : common;
    }

    /** What each variant is called, in their order; those that would be called the same have their product's id with it. */
    public List<String> names() {
        String common = common();
        List<String> names = variants.stream().map(variant -> name(variant, common)).toList();
        return IntStream.range(0, names.size())
                .mapToObj(i -> Collections.frequency(names, names.get(i)) == 1 ? names.get(i) : names.get(i) + " (" + variants.get(i).sku() + ")").toList();
    }

    private static String name(Reward variant, String common) {
        String rest = BRACKETS.matcher(variant.title().substring(common.length())).replaceAll(" ");
        String name = Stream.of(AFTER.matcher(BEFORE.matcher(rest).replaceAll("")).replaceAll(""), variant.variant() == null ? "" : variant.variant())
                .filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
        return name.isEmpty() ? variant.title() : name;
    }

    private String common() {
        String first = face.title();
        int end = variants.stream().mapToInt(variant -> common(first, variant.title())).min().orElse(first.length());
        if (variants.stream().allMatch(variant -> variant.title().length() == end)) {
            return first;
        }
        int word = end;
        if (variants.stream().anyMatch(variant -> isOfAWord(variant.title(), end))) {
            while (isOfAWord(first, word - 1)) {
                word--;
            }
        }
        String common = AFTER.matcher(UNCLOSED.matcher(first.substring(0, word)).replaceAll("")).replaceAll("");
        return common.length() < SHORTEST_TITLE ? "" : common;
    }

    private static int common(String one, String other) {
        int same = 0;
        while (same < one.length() && same < other.length() && one.charAt(same) == other.charAt(same)) {
            same++;
        }
        return same;
    }

    private static boolean isOfAWord(String text, int at) {
        return at >= 0 && at < text.length() && Character.isLetterOrDigit(text.charAt(at));
    }
}
