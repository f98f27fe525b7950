package io.loyaltyhub.participant;

import io.loyaltyhub.sale.Document;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Somebody with all that names them, in whichever of their participants or purchases it stands.
 *
 * @param ids    the participant, and those that were given up for it
 * @param emails those that no other participant has
 */
public record Person(UUID merchantId, List<UUID> ids, Set<String> names, Set<String> documents, Set<String> emails, Set<String> phones) {

    private static final Pattern SPECIAL = Pattern.compile("[^\\p{L}\\p{N}\\s@_-]");

    /** A regular expression of PostgreSQL's and Java's for the documents, with or without punctuation, and the e-mails; null where there are none. */
    public String certainMarks() {
        List<String> marks = new ArrayList<>(documents.stream().map(document -> number(document, "[./\\\\-]{0,2}")).toList());
        emails.forEach(email -> marks.add(literal(email)));
        return marks.isEmpty() ? null : "(?i)" + String.join("|", marks);
    }

    /** The same for full names, which others may have too; null where there are none. */
    public String nameMarks() {
        List<String> marks = names.stream().filter(name -> name.strip().indexOf(' ') > 0).map(Person::literal).toList();
        return marks.isEmpty() ? null : "(?i)" + String.join("|", marks);
    }

    /** The same for telephones. */
    public String phoneMarks() {
        return phones.isEmpty() ? null : phones.stream().map(phone -> number(phone, "[ ().+-]{0,2}")).collect(Collectors.joining("|"));
    }

    /** Whether a text that is to be kept for ever says who this is. */
    public boolean isNamedIn(String text) {
        String words = plain(text);
        String digits = Document.digits(text);
        return names.stream().map(Person::plain).anyMatch(name -> name.indexOf(' ') > 0 && words.contains(name))
                || emails.stream().anyMatch(email -> words.contains(plain(email)))
                || isPart(documents, digits) || isPart(phones, digits);
    }

    private static boolean isPart(Collection<String> numbers, String digits) {
        return numbers.stream().anyMatch(digits::contains);
    }

    private static String plain(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}", "").toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
    }

    private static String number(String digits, String between) {
        return "(?<![0-9])" + String.join(between, digits.split("")) + "(?![0-9])";
    }

    private static String literal(String text) {
        return SPECIAL.matcher(text).replaceAll(found -> "\\\\" + java.util.regex.Matcher.quoteReplacement(found.group()));
    }
}
