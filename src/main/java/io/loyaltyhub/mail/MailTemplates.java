package io.loyaltyhub.mail;

import freemarker.cache.ClassTemplateLoader;
import freemarker.cache.ConditionalTemplateConfigurationFactory;
import freemarker.cache.FileExtensionMatcher;
import freemarker.cache.FileTemplateLoader;
import freemarker.cache.MultiTemplateLoader;
import freemarker.cache.TemplateLoader;
import freemarker.core.HTMLOutputFormat;
import freemarker.core.PlainTextOutputFormat;
import freemarker.core.TemplateClassResolver;
import freemarker.core.TemplateConfiguration;
import freemarker.template.Configuration;
import freemarker.template.SimpleObjectWrapper;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import io.loyaltyhub.api.Messages;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * The texts of mails: FreeMarker templates, the hub's own or those that stand in their place for one merchant. A template gets
 * to see texts, numbers and lists, and no Java; whatever it puts into HTML is escaped; it reads no file but its neighbours.
 */
@Component
class MailTemplates {

    private static final int LONGEST = 1 << 19;

    private final Path directory;
    private final Configuration hubs = configuration(new ClassTemplateLoader(MailTemplates.class, "/mail"));
    private final Map<UUID, Configuration> merchants = new ConcurrentHashMap<>();

    MailTemplates(MailSettings settings) {
        this.directory = settings.templatesDir();
    }

    /** @param name file name, {@code welcome.html} */
    String render(UUID merchant, String name, Map<String, Object> model) {
        try {
            Page page = new Page();
            of(merchant).getTemplate(name).process(model, page);
            return page.toString();
        } catch (IOException | TemplateException | RuntimeException e) {
            throw new UnusableTemplate(name, e);
        }
    }

    /** A template that is not there, is broken, or says something of what it is not given. */
    static final class UnusableTemplate extends RuntimeException {

        UnusableTemplate(String name, Exception cause) {
            super("o modelo " + name + " não pode ser usado", cause);
        }
    }

    private Configuration of(UUID merchant) {
        if (directory == null || !Files.isDirectory(directory.resolve(merchant.toString()))) {
            return hubs;
        }
        return merchants.computeIfAbsent(merchant, id -> {
            try {
                // Follows no link out of its directory.
                return configuration(new MultiTemplateLoader(new TemplateLoader[] {
                    new FileTemplateLoader(directory.resolve(id.toString()).toFile()), hubs.getTemplateLoader()}));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Configuration configuration(TemplateLoader loader) {
        Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
        configuration.setTemplateLoader(loader);
        configuration.setDefaultEncoding("UTF-8");
        configuration.setLocale(Messages.PORTUGUESE);
        configuration.setLocalizedLookup(false);
        configuration.setRecognizeStandardFileExtensions(false);
        configuration.setOutputFormat(PlainTextOutputFormat.INSTANCE);
        TemplateConfiguration html = new TemplateConfiguration();
        html.setOutputFormat(HTMLOutputFormat.INSTANCE);
        configuration.setTemplateConfigurations(new ConditionalTemplateConfigurationFactory(new FileExtensionMatcher("html"), html));
        configuration.setObjectWrapper(new SimpleObjectWrapper(Configuration.VERSION_2_3_34));
        configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
        configuration.setAPIBuiltinEnabled(false);
        configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        configuration.setLogTemplateExceptions(false);
        configuration.setWrapUncheckedExceptions(true);
        return configuration;
    }

    /** Ends a template that never does. */
    private static final class Page extends StringWriter {

        @Override
        public void write(int character) {
            super.write(character);
            bound();
        }

        @Override
        public void write(String text) {
            super.write(text);
            bound();
        }

        @Override
        public void write(String text, int from, int length) {
            super.write(text, from, length);
            bound();
        }

        @Override
        public void write(char[] text, int from, int length) {
            super.write(text, from, length);
            bound();
        }

        private void bound() {
            if (getBuffer().length() > LONGEST) {
                throw new IllegalStateException("longer than " + LONGEST + " characters");
            }
        }
    }
}
