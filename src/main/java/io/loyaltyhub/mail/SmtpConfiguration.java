package io.loyaltyhub.mail;

import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.mail.DefaultJavaMailSender;
import org.springframework.boot.autoconfigure.mail.MailProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The SMTP server, as {@code spring.mail.*} names it. The endpoint of the route knows this bean, and no host and no password. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MailProperties.class)
class SmtpConfiguration {

    @Bean
    DefaultJavaMailSender mailSender(MailProperties smtp) {
        DefaultJavaMailSender sender = new DefaultJavaMailSender();
        sender.setProtocol(smtp.getProtocol());
        sender.setHost(smtp.getHost());
        sender.setPort(smtp.getPort() == null ? -1 : smtp.getPort());
        sender.setUsername(smtp.getUsername());
        sender.setPassword(smtp.getPassword());
        sender.setJavaMailProperties(properties(smtp));
        return sender;
    }

    /** Angus waits for ever and speaks in the clear unless it is told otherwise; whatever {@code spring.mail.properties} says goes before. */
    private static Properties properties(MailProperties smtp) {
        String prefix = "mail." + smtp.getProtocol() + ".";
        boolean login = smtp.getUsername() != null && !smtp.getUsername().isEmpty();
        Properties properties = new Properties();
        properties.setProperty(prefix + "connectiontimeout", "10000");
        properties.setProperty(prefix + "timeout", "20000");
        properties.setProperty(prefix + "writetimeout", "20000");
        properties.setProperty(prefix + "auth", Boolean.toString(login));
        properties.setProperty(prefix + "ssl.enable", Boolean.toString(smtp.getSsl().isEnabled() || smtp.getProtocol().equals("smtps")));
        properties.setProperty(prefix + "ssl.checkserveridentity", "true");
        properties.setProperty(prefix + "starttls.enable", "true");
        // A password never goes out unencrypted by mere default.
        properties.setProperty(prefix + "starttls.required", Boolean.toString(login && !smtp.getSsl().isEnabled()));
        properties.putAll(smtp.getProperties());
        return properties;
    }

    /** Not a candidate where any executor would do. */
    @Bean(destroyMethod = "shutdown", defaultCandidate = false)
    ExecutorService mailers(MailSettings settings) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor mailers = new ThreadPoolExecutor(settings.workers(), settings.workers(), 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                task -> new Thread(task, "mailer-" + number.incrementAndGet()));
        mailers.allowCoreThreadTimeOut(true);
        return mailers;
    }
}
