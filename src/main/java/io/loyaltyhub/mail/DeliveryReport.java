package io.loyaltyhub.mail;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a mail server says later of a mail that it had taken (RFC 3464). Whoever knows the mailbox can write one: of what it says,
 * nothing is believed but for a token that the hub made.
 *
 * @param tokens that may be the hub's, from where the report went to and from the mail that it quotes
 * @param said   by the server that did not deliver it, in one line
 */
record DeliveryReport(Set<String> tokens, Fate fate, String status, String said) {

    private static final Pattern TOKEN = Pattern.compile("[+.]([0-9a-v]{17,29})@");
    private static final Pattern STATUS = Pattern.compile("(?<![0-9.])([245]\\.[0-9]{1,3}\\.[0-9]{1,3})(?![0-9.])");
    private static final Pattern GAP = Pattern.compile("\\r?\\n[ \\t]*\\r?\\n");
    private static final String[] WENT_TO = {"To", "Delivered-To", "X-Original-To", "Envelope-To", "In-Reply-To", "References"};
    private static final Session NO_SERVER = Session.getInstance(new Properties());
    private static final int BOUNDARIES = 100;
    private static final int PARTS = 10;
    private static final int RECIPIENTS = 50;
    private static final int TOKENS = 20;

    /** From what says least to what says most. */
    enum Fate { NONE, DELIVERED, LATE, REFUSED }

    /** Not what it claims to be. */
    static final class Unreadable extends Exception {

        Unreadable(String message) {
            super(message);
        }
    }

    static DeliveryReport read(byte[] mail) throws Unreadable {
        if (boundaries(mail) > BOUNDARIES) {
            throw new Unreadable("too many parts");
        }
        try {
            MimeMessage message = new MimeMessage(NO_SERVER, new ByteArrayInputStream(mail));
            Reading reading = new Reading();
            for (String header : WENT_TO) {
                reading.tokens(message.getHeader(header));
            }
            MimeMultipart parts = new MimeMultipart(message.getDataHandler().getDataSource());
            for (int i = 0; i < Math.min(parts.getCount(), PARTS); i++) {
                reading.part(parts.getBodyPart(i));
            }
            return new DeliveryReport(reading.tokens, reading.fate, reading.status, reading.said);
        } catch (MessagingException | IOException | RuntimeException e) {
            throw new Unreadable(e.getClass().getSimpleName());
        }
    }

    /** Lines that may begin a part: thousands of them, which no server writes, would take seconds to read. */
    private static int boundaries(byte[] mail) {
        int boundaries = 0;
        for (int i = 2; i < mail.length; i++) {
            boundaries += mail[i] == '-' && mail[i - 1] == '-' && mail[i - 2] == '\n' ? 1 : 0;
        }
        return boundaries;
    }

    private static final class Reading {

        private final Set<String> tokens = new LinkedHashSet<>();
        private Fate fate = Fate.NONE;
        private String status = "";
        private String said = "";

        void part(BodyPart part) throws MessagingException, IOException {
            switch (new ContentType(part.getContentType()).getBaseType().toLowerCase(Locale.ROOT)) {
                case "message/delivery-status", "message/global-delivery-status" -> recipients(part);
                case "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers" -> {
                    try (InputStream quoted = part.getInputStream()) {
                        tokens(new InternetHeaders(quoted).getHeader("Message-ID"));
                    }
                }
                default -> { }
            }
        }

        /** A paragraph about the mail, and one for each recipient. */
        private void recipients(BodyPart part) throws MessagingException, IOException {
            String text;
            try (InputStream fields = part.getInputStream()) {
                text = new String(fields.readAllBytes(), StandardCharsets.UTF_8);
            }
            String[] paragraphs = GAP.split(text.stripLeading(), RECIPIENTS + 2);
            for (int i = 0; i < Math.min(paragraphs.length, RECIPIENTS + 1); i++) {
                recipient(new InternetHeaders(new ByteArrayInputStream((paragraphs[i].stripLeading() + "\r\n\r\n").getBytes(StandardCharsets.UTF_8)), true));
            }
        }

        private void recipient(InternetHeaders fields) {
            String diagnosis = Letters.oneLine(field(fields, "Diagnostic-Code")).replaceFirst("(?i)^smtp *; *", "");
            String code = firstStatus(field(fields, "Status"));
            String of = code.isEmpty() ? firstStatus(diagnosis) : code;
            Fate told = switch (field(fields, "Action").strip().toLowerCase(Locale.ROOT)) {
                case "failed" -> of.startsWith("5") ? Fate.REFUSED : Fate.LATE;
                case "delayed" -> Fate.LATE;
                case "delivered", "relayed", "expanded" -> Fate.DELIVERED;
                default -> Fate.NONE;
            };
            if (told.compareTo(fate) > 0) {
                fate = told;
                status = of;
                said = diagnosis.isEmpty() ? of : diagnosis;
            }
        }

        private static String firstStatus(String text) {
            Matcher found = STATUS.matcher(text);
            return found.find() ? found.group(1) : "";
        }

        private static String field(InternetHeaders fields, String name) {
            String value = fields.getHeader(name, null);
            return value == null ? "" : value;
        }

        void tokens(String[] headers) {
            for (String header : headers == null ? new String[0] : headers) {
                for (Matcher token = TOKEN.matcher(header.toLowerCase(Locale.ROOT)); tokens.size() < TOKENS && token.find();) {
                    tokens.add(token.group(1));
                }
            }
        }
    }
}
