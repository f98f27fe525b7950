package io.loyaltyhub.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.support.ApiContract;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator's pages, seen by a browser: what a page does not show there, no test of its files would miss. */
class PagesTest {

    private static final String TREE_NODE = "button[class*='tree-view__node-text']";
    private static final String ROW = "[...document.querySelectorAll('tr')].find(row => [...row.cells].some(cell => cell.textContent.trim() === 'tray-orders'))";

    private static RunningHub hub;
    private Chromium browser;

    @BeforeAll
    static void startHub() {
        if (Chromium.installed().isEmpty()) {
            assumeTrue(System.getenv("CI") != null, "No Chromium on this machine");
            throw new IllegalStateException("These tests need Chromium: apt-get install chromium");
        }
        // The console asks for every step of every route, again and again: with one platform that is soon done.
        hub = RunningHub.start(TestDatabase.create(), Map.of("camel.main.jmx-enabled", "true", "hub.routes-dir", RoutesCopy.of("tray")));
    }

    @AfterAll
    static void stopHub() {
        Chromium.end();
        if (hub != null) {
            hub.close();
        }
    }

    @BeforeEach
    void openBrowser() throws IOException, InterruptedException {
        browser = Chromium.start("operator", RunningHub.PASSWORD);
    }

    @AfterEach
    void closeBrowser() {
        browser.close();
    }

    @Test
    void theConsoleShowsTheRoutesDrawsOneAndStopsAndStartsIt() throws Exception {
        browser.open(hub.address().resolve("/hawtio/"));
        browser.click(TREE_NODE, "tray-orders");
        browser.awaitText("timer → HTTP poll");
        browser.click("a, button", "Route Diagram");
        browser.await("document.querySelectorAll('.camel-route-diagram .react-flow__node').length > 10");
        for (String step : List.of("claim-due", "row-to-sale", "unless-seen", "list")) {
            browser.await("document.querySelector('.camel-route-diagram').textContent.includes('" + step + "')");
        }
        picture("hawtio");

        browser.click(TREE_NODE, "routes");
        browser.awaitText("Completed");
        for (String[] change : new String[][] {{"Stop", "Stopped"}, {"Start", "Started"}}) {
            // The table is drawn anew whenever the console looks again, and may take a tick in the row along.
            browser.await("(() => { const row = " + ROW + "; if (!row) return false; const box = row.querySelector('input[type=checkbox]');"
                    + " const button = [...document.querySelectorAll('button')].find(one => one.textContent.trim() === '" + change[0] + "');"
                    + " if (!box.checked) { box.click(); return false; } if (!button || button.disabled) { box.click(); return false; }"
                    + " button.click(); return true; })()");
            browser.await(ROW + ".textContent.includes('" + change[1] + "')");
        }

        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theContractIsAPageToBrowseAndToTry() throws Exception {
        hub.operator().post("merchants", Map.of("name", "Casa Marina")).expect(201);
        browser.open(hub.address().resolve("/api/docs/"));
        browser.awaitText("/merchants/{merchant}/integrations");
        for (ApiContract.Operation operation : ApiContract.current().operations()) {
            browser.awaitText(operation.declared().get("summary").asText());
        }
        picture("docs");

        browser.evaluate("document.querySelector('#operations-Merchants-listMerchants .opblock-summary-control').click()");
        browser.click("#operations-Merchants-listMerchants button", "Try it out");
        browser.click("#operations-Merchants-listMerchants button", "Execute");
        browser.awaitText("Casa Marina");

        assertThat(browser.complaints()).isEmpty();
    }

    private void picture(String name) throws IOException {
        browser.screenshot(Files.createDirectories(Path.of("target", "screenshots")).resolve(name + ".png"));
    }
}
