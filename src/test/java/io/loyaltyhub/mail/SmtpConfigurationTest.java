package io.loyaltyhub.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import org.apache.camel.component.mail.DefaultJavaMailSender;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.mail.MailProperties;

class SmtpConfigurationTest {

    @Test
    void aPasswordIsNotSentInTheClearUnlessSomebodySaysSo() throws Exception {
        try (PickySmtp smtp = PickySmtp.start()) {
            MailProperties properties = new MailProperties();
            properties.setHost("127.0.0.1");
            properties.setPort(smtp.port());
            send(properties);
            assertThat(smtp.taken()).as("without a login there is nothing to hide").containsExactly("ana@exemplo.com.br");

            properties.setUsername("hub");
            properties.setPassword("geheim");
            assertThatThrownBy(() -> send(properties)).isInstanceOf(MessagingException.class).hasMessageContaining("STARTTLS is required");
            assertThat(smtp.heard()).noneMatch(line -> line.startsWith("AUTH"));
            assertThat(smtp.taken()).hasSize(1);
        }
    }

    @Test
    void noServerIsWaitedForForEver() {
        DefaultJavaMailSender sender = new SmtpConfiguration().mailSender(new MailProperties());

        assertThat(sender.getJavaMailProperties()).containsKeys("mail.smtp.connectiontimeout", "mail.smtp.timeout", "mail.smtp.writetimeout")
                .containsEntry("mail.smtp.ssl.checkserveridentity", "true");
    }

    private static void send(MailProperties properties) throws MessagingException {
        DefaultJavaMailSender sender = new SmtpConfiguration().mailSender(properties);
        MimeMessage message = new MimeMessage(sender.getSession());
        message.setFrom(new InternetAddress("programa@exemplo.com.br"));
        message.setRecipient(MimeMessage.RecipientType.TO, new InternetAddress("ana@exemplo.com.br"));
        message.setText("Olá");
        sender.send(message);
    }
}
