package io.loyaltyhub.demo;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.user.MessageDeliveryHandler;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An SMTP server that delivers nothing: each mail becomes a line of the console and two files, as it was sent and as a page. */
public final class MailCatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("mails");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HHmmss");
    private static final int KEPT = 200;

    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final Path directory;
    private int caught;

    private MailCatcher(Path directory) {
        this.directory = directory;
    }

    public static MailCatcher start(Path directory) {
        MailCatcher catcher = new MailCatcher(directory);
        catcher.server.start();
        MessageDeliveryHandler usual = catcher.server.getUserManager().getMessageDeliveryHandler();
        catcher.server.getUserManager().setMessageDeliveryHandler((mail, to) -> {
            catcher.show(mail.getMessage(), to.getEmail());
            return usual.handle(mail, to);
        });
        return catcher;
    }

    public int port() {
        return server.getSmtp().getPort();
    }

    Path directory() {
        return directory;
    }

    private synchronized void show(MimeMessage message, String to) throws MessagingException {
        LOG.info("mail to {}: {}", to, message.getSubject());
        try {
            if (++caught <= KEPT) {
                Files.createDirectories(directory);
                String name = TIME.format(LocalTime.now()) + "-" + caught;
                try (OutputStream out = Files.newOutputStream(directory.resolve(name + ".eml"))) {
                    message.writeTo(out);
                }
                // Whoever waits for it finds it whole.
                Path page = Files.writeString(directory.resolve(name + ".part"), (String) ((MimeMultipart) message.getContent()).getBodyPart(1).getContent());
                Files.move(page, directory.resolve(name + ".html"), StandardCopyOption.ATOMIC_MOVE);
            }
            if (caught % KEPT == 0) {
                server.purgeEmailFromAllMailboxes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (FolderException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
