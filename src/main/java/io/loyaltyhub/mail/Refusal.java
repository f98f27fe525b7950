package io.loyaltyhub.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.AddressException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/**
 * Why a mail was not sent.
 *
 * @param message for the merchant: nothing of the server but what it said about the mail
 * @param detail  for the log, and without addresses
 */
record Refusal(Meaning meaning, String message, String detail) {

    /** Of a refused recipient: what speaks of us (5.7, a policy) and not of the mailbox. */
    private static final Pattern POLICY = Pattern.compile("\\b5\\.7\\.\\d");
    /** Of a refused message: what speaks of the mailbox all the same. */
    private static final Pattern MAILBOX = Pattern.compile("\\b5\\.(?:1\\.[1236]|2\\.1)\\b");
    /** Of a report: what speaks of us, of this mail's content or of its size. */
    private static final Pattern NOT_OF_THE_MAILBOX = Pattern.compile("5\\.(?:[67]\\.\\d{1,3}|3\\.4)");
    private static final Pattern ADDRESS = Pattern.compile("[^\\s<>:;,\"()@]+@[^\\s<>:;,\"()@]+");
    private static final int LONGEST = 300;

    Refusal {
        detail = ADDRESS.matcher(detail).replaceAll("(address)");
    }

    enum Meaning { OF_THE_ADDRESS, OF_THE_MAIL, OF_THE_SERVER }

    static Refusal of(Throwable thrown) {
        boolean answered = false;
        Deque<Throwable> causes = new ArrayDeque<>(Set.of(thrown));
        Set<Throwable> seen = new HashSet<>();
        for (Throwable cause = causes.poll(); cause != null; cause = causes.poll()) {
            if (!seen.add(cause)) {
                continue;
            }
            if (cause instanceof SMTPAddressFailedException refused) {
                return saidBy(refused, isPermanent(refused.getReturnCode()) && !POLICY.matcher(text(refused)).find());
            }
            if (cause instanceof SMTPSendFailedException refused && isPermanent(refused.getReturnCode()) && MAILBOX.matcher(text(refused)).find()) {
                return saidBy(refused, true);
            }
            if (cause instanceof AddressException) {
                return new Refusal(Meaning.OF_THE_ADDRESS, "o endereço não é válido", "not an address");
            }
            answered |= cause instanceof SendFailedException;
            if (cause instanceof MessagingException failed && failed.getNextException() != null) {
                causes.add(failed.getNextException());
            }
            if (cause.getCause() != null) {
                causes.add(cause.getCause());
            }
        }
        if (answered) {
            return saidBy(thrown, false);
        }
        if (thrown instanceof MessagingException) {
            return new Refusal(Meaning.OF_THE_SERVER, "o servidor de e-mail não atende", thrown.getClass().getSimpleName() + ": " + oneLine(text(thrown)));
        }
        if (thrown instanceof MailTemplates.UnusableTemplate || thrown instanceof Letters.NoSender) {
            String why = thrown.getCause() == null ? "" : ": " + oneLine(text(thrown.getCause()));
            return new Refusal(Meaning.OF_THE_MAIL, thrown.getMessage(), thrown.getMessage() + why);
        }
        return new Refusal(Meaning.OF_THE_MAIL, "erro interno", thrown.getClass().getSimpleName() + ": " + oneLine(text(thrown)));
    }

    /** What a server says later, in a report, of a mail that it had taken and then refused for ever. */
    static Refusal reported(String status, String said) {
        String line = shortened(said);
        return new Refusal(NOT_OF_THE_MAILBOX.matcher(status).matches() ? Meaning.OF_THE_MAIL : Meaning.OF_THE_ADDRESS,
                "o e-mail voltou: " + line, status + ": " + line);
    }

    private static Refusal saidBy(Throwable refused, boolean ofTheAddress) {
        String said = oneLine(text(refused));
        return new Refusal(ofTheAddress ? Meaning.OF_THE_ADDRESS : Meaning.OF_THE_MAIL, "o servidor de e-mail recusou: " + said, said);
    }

    private static boolean isPermanent(int code) {
        return code >= 500 && code < 600;
    }

    private static String text(Throwable thrown) {
        return String.valueOf(thrown.getMessage());
    }

    private static String oneLine(String text) {
        return shortened(Letters.oneLine(text));
    }

    private static String shortened(String line) {
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
