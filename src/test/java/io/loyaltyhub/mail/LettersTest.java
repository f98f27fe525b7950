package io.loyaltyhub.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loyaltyhub.mail.MailTemplates.UnusableTemplate;
import io.loyaltyhub.security.EncryptionKey;
import io.loyaltyhub.security.Secrets;
import io.loyaltyhub.security.SignedIds;
import jakarta.mail.Message;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.component.mail.DefaultJavaMailSender;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What members read, and what nobody can make a mail say. */
class LettersTest {

    private static final UUID MERCHANT = UUID.fromString("6f1c1a52-3a0e-4a57-9d1b-0c8f6a2f7c11");
    private static final UUID MEMBER = UUID.fromString("1b4e28ba-2fa1-41d2-883f-0016d3cca427");
    private static final Letter.Shop SHOP = new Letter.Shop("Casa Marina", "https://www.casamarina.com.br", "https://www.casamarina.com.br/cadastro");
    private static final Map<MailKind, Map<String, Object>> DATA = Map.of(
            MailKind.WELCOME, Map.of(),
            MailKind.POINTS_EARNED, Map.of("points", 1225, "more", 2, "lines", List.of(
                    Map.of("description", "Compra: pedido 80412", "points", 1300), Map.of("description", "Estorno do pedido 80399", "points", -75))),
            MailKind.POINTS_EXPIRING, Map.of("points", 1, "on", "2026-12-31"),
            MailKind.COUPON_ISSUED, Map.of("code", "FIDEL-7Q2", "value", new BigDecimal("1250.5"), "lastDay", "2026-12-31", "reward", "Vale-compra"),
            MailKind.COUPON_FAILED, Map.of("reward", "Vale-compra", "points", 400),
            MailKind.PASSWORD_RESET, Map.of("link", "https://www.casamarina.com.br/senha?t=abc&u=1"));

    @TempDir
    private Path templates;

    @Test
    void theTextOfEachKindIsAsItShouldBe() throws Exception {
        assertThat(subjectAndText(MailKind.WELCOME)).isEqualTo("""
                Você agora participa do programa de fidelidade de Casa Marina
                Olá, Marina!

                Você agora participa do programa de fidelidade de Casa Marina: cada compra vale pontos, e os pontos valem prêmios.

                Seu saldo agora é de 1.500 pontos.

                Complete o seu cadastro: https://www.casamarina.com.br/cadastro

                --
                Casa Marina
                https://www.casamarina.com.br
                Seu cadastro: https://www.casamarina.com.br/cadastro

                Não quer mais receber os e-mails do programa (os dos seus cupons e de nova senha continuam chegando)? (link)""");
        assertThat(subjectAndText(MailKind.POINTS_EARNED)).startsWith("""
                Você ganhou 1.225 pontos em Casa Marina
                Olá, Marina!

                Você ganhou 1.225 pontos:

                  +1.300  Compra: pedido 80412
                  -75  Estorno do pedido 80399
                  … e mais 2

                Seu saldo agora é de 1.500 pontos.
                """);
        assertThat(subjectAndText(MailKind.POINTS_EXPIRING)).startsWith("""
                Seus pontos em Casa Marina começam a vencer em 31/12/2026
                Olá, Marina!

                Você tem 1 ponto perto de vencer: ele vale só até 31/12/2026.""");
        assertThat(text(message(new Letter(MERCHANT, 7, MailKind.POINTS_EXPIRING, MEMBER, "marina@exemplo.com.br", Map.of("points", 75, "on", "2026-12-31"),
                null, 1500, SHOP, null)))).contains("Você tem 75 pontos perto de vencer: os primeiros valem só até 31/12/2026.");
        assertThat(subjectAndText(MailKind.COUPON_ISSUED)).isEqualTo("""
                Seu cupom de R$ 1.250,50 em Casa Marina
                Olá, Marina!

                O seu cupom está pronto: Vale-compra.

                Código: FIDEL-7Q2
                Valor: R$ 1.250,50
                Válido até: 31/12/2026
                Use em: https://www.casamarina.com.br

                Informe o código ao fechar a compra. Ele vale uma vez só.
                Seu saldo agora é de 1.500 pontos.

                --
                Casa Marina
                https://www.casamarina.com.br
                Seu cadastro: https://www.casamarina.com.br/cadastro

                Não quer mais receber os e-mails do programa (os dos seus cupons e de nova senha continuam chegando)? (link)""");
        assertThat(subjectAndText(MailKind.COUPON_FAILED)).contains("Não conseguimos criar o seu cupom (Vale-compra), e devolvemos 400 pontos.");
        assertThat(subjectAndText(MailKind.PASSWORD_RESET)).startsWith("Escolha uma nova senha para Casa Marina\n")
                .contains("\nhttps://www.casamarina.com.br/senha?t=abc&u=1\n");
    }

    @ParameterizedTest
    @EnumSource
    void everyMailIsTextAndHtmlAndNamesTheShopsPagesAndHasAWayOutUnlessItIsForAPassword(MailKind kind) throws Exception {
        MimeMessage message = message(letter(kind));
        message.saveChanges();

        MimeMultipart parts = (MimeMultipart) message.getContent();
        assertThat(message.getContentType()).startsWith("multipart/alternative");
        assertThat(parts.getBodyPart(0).getContentType()).startsWith("text/plain");
        assertThat(parts.getBodyPart(1).getContentType()).startsWith("text/html");
        assertThat(html(message)).startsWith("<!DOCTYPE html>").contains("Olá, Marina!", "Casa Marina", "href=\"https://www.casamarina.com.br\"",
                        "href=\"https://www.casamarina.com.br/cadastro\">Seu cadastro<")
                .doesNotContain("${", "<#", "<@");
        assertThat(message.getMessageID()).matches("<" + MERCHANT + "\\.[0-9a-v]{16}7@casamarina\\.com\\.br>");
        assertThat(message.getAllRecipients()).containsExactly(new InternetAddress("marina@exemplo.com.br"));
        if (kind == MailKind.PASSWORD_RESET) {
            assertThat(message.getHeader("List-Unsubscribe")).isNull();
            assertThat(html(message)).doesNotContain("unsubscribe");
        } else {
            String address = "https://hub.exemplo/program/" + MERCHANT + "/unsubscribe/";
            assertThat(message.getHeader("List-Unsubscribe", null)).startsWith("<" + address).endsWith(">");
            assertThat(message.getHeader("List-Unsubscribe-Post", null)).isEqualTo("List-Unsubscribe=One-Click");
            assertThat(html(message)).contains("href=\"" + address);
        }
    }

    @Test
    void aMailCarriesTheSameIdHoweverOftenItIsMade() throws Exception {
        assertThat(message(letter(MailKind.WELCOME)).getMessageID()).isEqualTo(message(letter(MailKind.WELCOME)).getMessageID());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Loja\r\nBcc: todos@exemplo.com", "Loja\nBcc: todos@exemplo.com\n\n<b>corpo</b>", "Loja\u2028Bcc: x@exemplo.com",
        "Loja\u0000\u0085Bcc: x@exemplo.com", "Loja\u202Egro.oplmexe"})
    void noNameBeginsAnotherHeader(String name) throws Exception {
        Letter letter = letter(MailKind.WELCOME, name, new Letter.Shop(name, null, null), "marina@exemplo.com.br", "fidelidade@casamarina.com.br");
        Files.createDirectory(templates.resolve(MERCHANT.toString()));
        Files.writeString(templates.resolve(MERCHANT + "/welcome.subject"), "${member}\r\nX-Injected: 1\n${shop.name}");

        MimeMessage message = message(letter);
        String raw = raw(message);

        assertThat(message.getAllRecipients()).hasSize(1);
        String headers = raw.substring(0, raw.indexOf("\r\n\r\n"));
        assertThat(headers.lines()).noneMatch(line -> line.matches("(?i)(?:bcc|x-injected|<b>).*")).noneMatch(line -> line.isBlank());
        assertThat(message.getSubject()).doesNotContain("\r", "\n", "\u0000").contains("X-Injected");
        assertThat(((InternetAddress) message.getFrom()[0]).getPersonal()).startsWith("Loja").doesNotContain("\r", "\n", "\u202E");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://premio.exemplo/x", "HTTPS://premio.exemplo Silva", "premio.exemplo", "www.premio.exemplo/x Silva", "Ganhe:premio", "joao@premio.exemplo",
        "12 Silva", " ", "Ganheumpremiodequatrocentospontosagoramesmo"})
    void whatIsNoNameIsNotSaid(String name) throws Exception {
        MimeMessage message = message(letter(MailKind.WELCOME, name, SHOP, "marina@exemplo.com.br", null));

        assertThat(text(message)).startsWith("Olá!\n").doesNotContain("premio");
        assertThat(html(message)).contains("<p>Olá!</p>").doesNotContain("premio");
    }

    @ParameterizedTest
    @ValueSource(strings = {"D'Ávila", "João-Pedro", "Ma.", "José", "Jose\u0301", "Ñ", "O’Neill"})
    void aNameIsSaidAsItIsWritten(String name) throws Exception {
        assertThat(text(message(letter(MailKind.WELCOME, name + " Silva", SHOP, "marina@exemplo.com.br", null)))).startsWith("Olá, " + name + "!\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@exemplo.com, b@exemplo.com", "a@exemplo.com\r\nBcc: b@exemplo.com", "todos: a@exemplo.com, b@exemplo.com;", "a", "@", "a b@exemplo.com"})
    void anAddressIsOneOrNone(String address) {
        assertThatThrownBy(() -> message(letter(MailKind.WELCOME, "Marina", SHOP, address, null))).isInstanceOf(AddressException.class);
    }

    /** Camel's mail component takes {@code mail.smtp.*} headers for where to send (CVE-2026-46584). */
    @Test
    void noHeaderOfTheExchangeComesNearTheMailServer() throws Exception {
        DefaultExchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeaders(new HashMap<>(Map.of("mail.smtp.host", "evil.exemplo", "CamelMailTo", "evil@exemplo.com", "To", "evil@exemplo.com")));
        exchange.setVariable("letter", letter(MailKind.WELCOME));

        letters("programa@hub.exemplo", "https://hub.exemplo").write(exchange);

        assertThat(exchange.getMessage().getHeaders()).isEmpty();
        assertThat(exchange.getMessage().getBody(MimeMessage.class).getAllRecipients()).containsExactly(new InternetAddress("marina@exemplo.com.br"));
    }

    @Test
    void whatComesFromElsewhereIsEscaped() throws Exception {
        String evil = "<script>alert('\"&')</script>";
        Letter letter = new Letter(MERCHANT, 7, MailKind.POINTS_EARNED, MEMBER, "marina@exemplo.com.br",
                Map.of("points", 5, "more", 0, "lines", List.of(Map.of("points", 5, "description", evil))), evil, 5,
                new Letter.Shop(evil, "https://loja.exemplo/?a=\"onclick=1", evil), null);

        String html = html(message(letter));

        assertThat(html).doesNotContain("<script", "\"onclick").contains("&lt;script&gt;");
    }

    @Test
    void theSenderIsTheMerchantsOrTheHubsUnderTheMerchantsName() throws Exception {
        assertThat(message(letter(MailKind.WELCOME)).getFrom()).containsExactly(new InternetAddress("fidelidade@casamarina.com.br", "Casa Marina"));
        MimeMessage ofTheHub = message(letter(MailKind.WELCOME, "Marina", SHOP, "marina@exemplo.com.br", null));
        assertThat(ofTheHub.getFrom()).containsExactly(new InternetAddress("programa@hub.exemplo", "Casa Marina"));
        assertThatThrownBy(() -> letters(null, "https://hub.exemplo").message(letter(MailKind.WELCOME, "Marina", SHOP, "marina@exemplo.com.br", null)))
                .isInstanceOf(Letters.NoSender.class);
        assertThatThrownBy(() -> message(letter(MailKind.WELCOME, "Marina", SHOP, "marina@exemplo.com.br", "a@b.com, c@d.com"))).isInstanceOf(Letters.NoSender.class);
    }

    @Test
    void withoutAPublicAddressOneUnsubscribesByMail() throws Exception {
        MimeMessage message = letters("programa@hub.exemplo", "").message(letter(MailKind.WELCOME));

        assertThat(message.getHeader("List-Unsubscribe", null)).isEqualTo("<mailto:fidelidade@casamarina.com.br?subject=descadastrar>");
        assertThat(message.getHeader("List-Unsubscribe-Post")).isNull();
    }

    @Test
    void aMerchantsOwnTemplateStandsInTheHubsPlaceAndTheOthersStay() throws Exception {
        Files.createDirectory(templates.resolve(MERCHANT.toString()));
        Files.writeString(templates.resolve(MERCHANT + "/welcome.html"), "<#import \"layout.html\" as l><@l.mail><p>Oi da ${shop.name}, ${balance} pts</p></@l.mail>");

        assertThat(html(message(letter(MailKind.WELCOME)))).contains("<p>Oi da Casa Marina, 1.500 pts</p>", "unsubscribe");
        assertThat(text(message(letter(MailKind.WELCOME)))).contains("cada compra vale pontos");
        Letter another = new Letter(MEMBER, 1, MailKind.WELCOME, MEMBER, "a@exemplo.com", Map.of(), "Ana", 0, SHOP, null);
        assertThat(html(message(another))).contains("cada compra vale pontos");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "${\"freemarker.template.utility.Execute\"?new()(\"id\")}", "${\"java.lang.Runtime\"?new()}", "${member?api.class}", "${member.class}",
        "${.data_model.class.name}",
        "<#include \"../secret.txt\">", "<#include \"/../../secret.txt\">", "<#include \"file:///etc/hostname\">", "<#include \"link.txt\">", "${nothing}", "<#if>",
        "<#list 1.. as x>xxxxxxxxxxxxxxxx</#list>"})
    void aTemplateSeesNoJavaAndNoOtherFileAndEnds(String template) throws Exception {
        Path own = Files.createDirectory(templates.resolve(MERCHANT.toString()));
        Files.writeString(templates.resolve("secret.txt"), "secret");
        Files.createSymbolicLink(own.resolve("link.txt"), templates.resolve("secret.txt"));
        Files.writeString(own.resolve("welcome.txt"), template);

        assertThatThrownBy(() -> message(letter(MailKind.WELCOME))).isInstanceOf(UnusableTemplate.class).hasMessageContaining("welcome.txt");
    }

    private String subjectAndText(MailKind kind) throws Exception {
        MimeMessage message = message(letter(kind));
        return message.getSubject() + "\n" + text(message).replaceAll("https://hub\\.exemplo/\\S+", "(link)").strip();
    }

    private static Letter letter(MailKind kind) {
        return letter(kind, "Marina Alves Teixeira", SHOP, "marina@exemplo.com.br", "fidelidade@casamarina.com.br");
    }

    private static Letter letter(MailKind kind, String member, Letter.Shop shop, String address, String from) {
        return new Letter(MERCHANT, 7, kind, MEMBER, address, DATA.get(kind), member, 1500, shop, from);
    }

    private MimeMessage message(Letter letter) throws Exception {
        return letters("programa@hub.exemplo", "https://hub.exemplo/").message(letter);
    }

    private Letters letters(String from, String publicUrl) {
        return letters(from, publicUrl, new BounceSettings(null, "imaps", null, null, null, "INBOX", null, Duration.ofMinutes(1), Map.of()));
    }

    private Letters letters(String from, String publicUrl, BounceSettings bounces) {
        MailSettings settings = new MailSettings(from, templates, 1, Duration.ofSeconds(1), Duration.ofDays(1), Duration.ofDays(1), LocalTime.NOON, Duration.ZERO);
        Secrets secrets = new Secrets(EncryptionKey.of("only for the tests of mails"));
        return new Letters(new MailTemplates(settings), settings, new SignedIds(secrets), new ReturnTokens(secrets), bounces, new DefaultJavaMailSender(), publicUrl);
    }

    private static String text(MimeMessage message) throws Exception {
        return ((String) ((MimeMultipart) message.getContent()).getBodyPart(0).getContent()).replace("\r\n", "\n");
    }

    private static String html(MimeMessage message) throws Exception {
        return (String) ((MimeMultipart) message.getContent()).getBodyPart(1).getContent();
    }

    private static String raw(Message message) throws Exception {
        message.saveChanges();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        message.writeTo(bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
