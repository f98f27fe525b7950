package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ProblemTest {

    @Test
    void aProblemIsSaidInTheCallersLanguage() {
        Problem problem = Problem.invalid(List.of(FieldError.of("name", "problem.too-large", 5),
                FieldError.localised("siteUrl", "precisa começar com https://")));

        ObjectNode portuguese = ProblemJson.of(problem, Messages.PORTUGUESE);
        ObjectNode english = ProblemJson.of(problem, Messages.ENGLISH);

        assertThat(portuguese.path("title").textValue()).isEqualTo("Dados inválidos");
        assertThat(portuguese.path("status").intValue()).isEqualTo(400);
        assertThat(portuguese.path("errors").get(0).path("field").textValue()).isEqualTo("name");
        assertThat(portuguese.path("errors").get(0).path("message").textValue()).isEqualTo("A requisição passa do limite de 5 KB.");
        assertThat(portuguese.path("errors").get(1).path("message").textValue()).isEqualTo("precisa começar com https://");
        assertThat(english.path("title").textValue()).isEqualTo("Invalid data");
    }

    @Test
    void brokenJsonIsA400ThatSaysWhereButNotWhat() {
        Throwable broken = catchThrowable(() -> new ObjectMapper().readTree("{\n \"token\": segredo123}"));

        ObjectNode json = ProblemJson.of(new RuntimeException(broken), Messages.PORTUGUESE);

        assertThat(json.path("status").intValue()).isEqualTo(400);
        assertThat(json.path("detail").textValue()).contains("linha 2").contains("coluna");
        assertThat(json.toString()).doesNotContain("segredo");
    }

    @Test
    void aProblemIsFoundInsideWhatWrappedIt() {
        assertThat(ProblemJson.of(new CompletionException(new RuntimeException(Problem.conflict("x"))), Messages.ENGLISH)
                .path("status").intValue()).isEqualTo(409);
    }

    @Test
    void whatNobodyExpectedKeepsItsWordsToItselfAndGivesAReference() {
        ObjectNode one = ProblemJson.of(new IllegalStateException("password=hunter2"), Messages.ENGLISH);
        ObjectNode another = ProblemJson.of(new IllegalStateException("password=hunter2"), Messages.ENGLISH);

        assertThat(one.path("status").intValue()).isEqualTo(500);
        assertThat(one.toString()).doesNotContain("hunter2").doesNotContain("IllegalState");
        assertThat(one.path("detail").textValue()).containsPattern("[0-9a-f]{10}").isNotEqualTo(another.path("detail").textValue());
    }

    @Test
    void anUnwrittenMessageDoesNotBreakTheAnswer() {
        assertThat(ProblemJson.of(Problem.conflict("no.such.code", 1), Messages.PORTUGUESE).path("detail").textValue())
                .isEqualTo("no.such.code");
    }

    @Test
    void portugueseUnlessEnglishIsPreferred() {
        assertThat(Messages.preferred(null)).isEqualTo(Messages.PORTUGUESE);
        assertThat(Messages.preferred("*")).isEqualTo(Messages.PORTUGUESE);
        assertThat(Messages.preferred("fr, de")).isEqualTo(Messages.PORTUGUESE);
        assertThat(Messages.preferred("pt;q=0.4, en;q=0.5")).isEqualTo(Messages.ENGLISH);
        assertThat(Messages.preferred("fr, en-GB;q=0.3")).isEqualTo(Messages.ENGLISH);
        assertThat(Messages.preferred("en;q=0, pt")).isEqualTo(Messages.PORTUGUESE);
        assertThat(Messages.preferred(";;;=")).isEqualTo(Messages.PORTUGUESE);
    }

    @Test
    void everyTextStandsInBothLanguagesAndIsAPatternThatWorks() throws IOException {
        Properties english = texts("/messages.properties");
        Properties portuguese = texts("/messages_pt_BR.properties");

        assertThat(portuguese.stringPropertyNames()).isEqualTo(english.stringPropertyNames());
        for (String key : english.stringPropertyNames()) {
            for (Properties language : List.of(english, portuguese)) {
                String text = language.getProperty(key);
                assertThat(text).as(key).isNotBlank();
                if (text.contains("{0")) {
                    assertThat(new MessageFormat(text).format(new Object[] {1, 2, 3, 4})).as(key).doesNotContain("{");
                }
            }
        }
    }

    private static Properties texts(String resource) throws IOException {
        Properties texts = new Properties();
        try (Reader reader = new InputStreamReader(ProblemTest.class.getResourceAsStream(resource), StandardCharsets.UTF_8)) {
            texts.load(reader);
        }
        return texts;
    }
}
