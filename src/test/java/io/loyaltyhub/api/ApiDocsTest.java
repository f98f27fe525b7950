package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.forwardedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.junit.jupiter.web.SpringJUnitWebConfig;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

@SpringJUnitWebConfig(ApiDocsTest.Web.class)
class ApiDocsTest {


    @EnableWebMvc
    @Import(ApiDocs.class)
    static class Web {}

    private MockMvc mvc;

    @BeforeEach
    void web(@Autowired WebApplicationContext context) {
        mvc = MockMvcBuilders.webAppContextSetup(context).build();
    }

    @Test
    void theAddressWithoutSlashLeadsToTheOneWithSlashWhichShowsThePage() throws Exception {
        mvc.perform(get("/api/docs")).andExpect(status().is3xxRedirection()).andExpect(redirectedUrl("/api/docs/"));
        mvc.perform(get("/api/docs/")).andExpect(status().isOk()).andExpect(forwardedUrl("/api/docs/index.html"));
    }

    @Test
    void everyFileThatThePageNamesIsServedByUsAndNoScriptStandsInThePage() throws Exception {
        String page = text("/api/docs/index.html");
        List<String> files = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page).results()
                .map((MatchResult match) -> match.group(1)).toList();
        assertThat(files).contains("swagger-ui-bundle.js", "swagger-ui.css", "docs.js")
                .allSatisfy(file -> mvc.perform(get("/api/docs/" + file)).andExpect(status().isOk()));
        assertThat(page).contains("id=\"api\"").doesNotContain("http:", "https:", "<script>", "style=");
        assertThat(text("/api/docs/docs.js")).contains("url: 'openapi.yaml'", "validatorUrl: null");
    }

    @Test
    void theContractIsServedAsItIs() throws Exception {
        mvc.perform(get("/api/docs/openapi.yaml"))
                .andExpect(status().isOk())
                .andExpect(content().contentTypeCompatibleWith("application/yaml"))
                .andExpect(content().string(Matchers.startsWith("openapi: 3.0.3")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application.yml", "contract-messages.properties", "../application.yml", "nothing.html"})
    void nothingElseOfTheClassPathIsServed(String file) throws Exception {
        mvc.perform(get("/api/docs/" + file)).andExpect(status().isNotFound());
    }

    private String text(String address) throws Exception {
        return mvc.perform(get(address)).andExpect(status().isOk())
                .andReturn().getResponse().getContentAsString(StandardCharsets.UTF_8);
    }
}
