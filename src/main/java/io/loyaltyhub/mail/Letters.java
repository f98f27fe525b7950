package io.loyaltyhub.mail;

import io.loyaltyhub.security.SignedIds;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.component.mail.JavaMailSender;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The template step of the outbox: a letter → the message that is sent, as HTML and as text. */
@Component("letters")
class Letters {

    private static final String UTF_8 = StandardCharsets.UTF_8.name();
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("dd/MM/yyyy");
    private static final Set<String> DAYS = Set.of("lastDay", "on");
    private static final int LONGEST_SUBJECT = 200;
    /** A dot only where no letter follows, as in no domain. */
    private static final Pattern FIRST_NAME = Pattern.compile("(?!.*\\.\\p{L})\\p{L}[\\p{L}\\p{M}'’.-]{0,39}");

    private final MailTemplates templates;
    private final MailSettings settings;
    private final SignedIds tokens;
    private final ReturnTokens returns;
    private final BounceSettings bounces;
    private final JavaMailSender sender;
    private final String publicUrl;

    Letters(MailTemplates templates, MailSettings settings, SignedIds tokens, ReturnTokens returns, BounceSettings bounces, JavaMailSender sender,
            @Value("${hub.public-url:}") String publicUrl) {
        this.templates = templates;
        this.settings = settings;
        this.tokens = tokens;
        this.returns = returns;
        this.bounces = bounces;
        this.sender = sender;
        this.publicUrl = publicUrl.strip().replaceAll("/+$", "");
    }

    /** Neither the merchant nor the hub has an address that mails could come from. */
    static final class NoSender extends RuntimeException {

        NoSender(String message) {
            super(message);
        }
    }

    /** The route's step. Nothing that came with the exchange goes on: Camel's mail component takes headers as instructions. */
    public void write(Exchange exchange) throws MessagingException, UnsupportedEncodingException {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(message(exchange.getVariable("letter", Letter.class)));
    }

    MimeMessage message(Letter letter) throws MessagingException, UnsupportedEncodingException {
        InternetAddress from = from(letter);
        // A new password is no news of the programme that one could have enough of.
        String unsubscribe = letter.kind() == MailKind.PASSWORD_RESET ? null : unsubscribeUrl(letter, from);
        Map<String, Object> model = model(letter, unsubscribe);
        String kind = letter.kind().code();
        String token = returns.token(letter.id(), letter.address());
        SMTPMessage message = new Identified(sender.getSession(), "<" + letter.merchantId() + "." + token + "@" + domain(from.getAddress()) + ">");
        returnTo(message, token);
        message.setFrom(from);
        message.setRecipient(MimeMessage.RecipientType.TO, only(letter.address()));
        message.setSubject(shortened(oneLine(templates.render(letter.merchantId(), kind + ".subject", model))), UTF_8);
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setHeader("Content-Language", "pt-BR");
        if (unsubscribe != null) {
            message.setHeader("List-Unsubscribe", "<" + unsubscribe + ">");
            if (unsubscribe.startsWith("http")) {
                message.setHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
            }
        }
        MimeMultipart parts = new MimeMultipart("alternative");
        parts.addBodyPart(part(templates.render(letter.merchantId(), kind + ".txt", model), "plain"));
        parts.addBodyPart(part(templates.render(letter.merchantId(), kind + ".html", model), "html"));
        message.setContent(parts);
        return message;
    }

    /** Whatever comes back comes to an address that says which mail it was, whether or not it is quoted; and without what it said. */
    private void returnTo(SMTPMessage message, String token) {
        if (bounces.address() != null) {
            String address = bounces.address();
            message.setEnvelopeFrom(address.substring(0, address.indexOf('@')) + "+" + token + "@" + domain(address));
        }
        if (bounces.areAwaited()) {
            message.setReturnOption(SMTPMessage.RETURN_HDRS);
        }
    }

    private static String domain(String address) {
        return address.substring(address.indexOf('@') + 1);
    }

    private static MimeBodyPart part(String text, String subtype) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setText(text, UTF_8, subtype);
        return part;
    }

    private static Map<String, Object> model(Letter letter, String unsubscribe) {
        Map<String, Object> model = new LinkedHashMap<>();
        letter.data().forEach((name, value) -> model.put(name, value instanceof String text && DAYS.contains(name) ? LocalDate.parse(text).format(DAY) : value));
        Map<String, Object> shop = new LinkedHashMap<>();
        shop.put("name", oneLine(letter.shop().name()));
        shop.put("siteUrl", letter.shop().siteUrl());
        shop.put("signupUrl", letter.shop().signupUrl());
        model.put("shop", shop);
        model.put("member", firstName(letter.member()));
        model.put("balance", letter.balance());
        model.put("unsubscribeUrl", unsubscribe);
        return model;
    }

    /** Whoever places an order says what the buyer is called: what does not look like a name, and may be a link, is not said in a merchant's mail. */
    private static String firstName(String name) {
        String first = name == null ? "" : oneLine(name).split(" ", 2)[0];
        return FIRST_NAME.matcher(first).matches() ? first : null;
    }

    /** By mail to the sender, where nobody said how the world reaches this hub. */
    private String unsubscribeUrl(Letter letter, InternetAddress from) {
        return publicUrl.isEmpty() ? "mailto:" + from.getAddress() + "?subject=descadastrar"
                : publicUrl + Unsubscribe.path(letter.merchantId(), tokens.token(Unsubscribe.PURPOSE, letter.merchantId(), letter.participantId()));
    }

    private InternetAddress from(Letter letter) throws UnsupportedEncodingException {
        String given = letter.from() == null ? settings.from() : letter.from();
        if (given == null) {
            throw new NoSender("falta o remetente: informe mailFrom na loja, ou HUB_MAIL_FROM");
        }
        try {
            InternetAddress from = only(given);
            from.setPersonal(oneLine(letter.shop().name()), UTF_8);
            return from;
        } catch (AddressException e) {
            throw new NoSender("o remetente não é um endereço de e-mail válido");
        }
    }

    /** One address and no list of them, whatever a platform called its buyer's e-mail. */
    private static InternetAddress only(String address) throws AddressException {
        InternetAddress only = new InternetAddress(address, true);
        if (only.isGroup() || only.getAddress().indexOf('@') < 1 || !address.equals(oneLine(address))) {
            throw new AddressException("not an address");
        }
        return only;
    }

    /** What becomes part of a header has no line breaks that could begin another, nor any other control character. */
    static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ").replaceAll(" {2,}", " ").strip();
    }

    private static String shortened(String subject) {
        return subject.length() <= LONGEST_SUBJECT ? subject : subject.substring(0, LONGEST_SUBJECT) + "…";
    }

    /** Keeps its id however often it is sent, so that who gets it twice can see that it is the same. */
    private static final class Identified extends SMTPMessage {

        private final String id;

        Identified(Session session, String id) throws MessagingException {
            super(session);
            this.id = id;
            updateMessageID();
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
