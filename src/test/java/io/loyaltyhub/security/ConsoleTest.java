package io.loyaltyhub.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Hawtio console and the management interface below it, as the operator's browser uses them. */
class ConsoleTest extends HubOverHttp {

    private static final String ROUTE = "org.apache.camel:context=loyalty-hub,name=\\\"nothing-to-do\\\",type=routes";

    @Test
    void theConsoleLoadsWithTheOperatorsLogin() throws Exception {
        HttpResponse<String> page = send(asOperator("/hawtio/index.html"));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<base href=\"/hawtio/\"");
        assertThat(page.headers().allValues("Content-Security-Policy")).singleElement().asString().contains("worker-src 'self' blob:");
        String script = page.body().replaceAll("(?s).*src=\"([^\"]+\\.js)\".*", "$1");
        assertThat(send(asOperator(script)).statusCode()).isEqualTo(200);
        assertThat(send(asOperator("/hawtio/")).statusCode()).isEqualTo(200);
        assertThat(header(send(asOperator("/hawtio")), "Location")).endsWith("/hawtio/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hawtio/jolokia", "/jolokia"})
    void theConsoleReadsTheRoutes(String jolokia) throws Exception {
        JsonNode contexts = bodyOf(send(asOperator(jolokia + "/read/org.apache.camel:type=context,*")));

        assertThat(contexts.path("status").intValue()).isEqualTo(200);
        assertThat(contexts.path("value").toString()).contains("\"TotalRoutes\"");
        assertThat(bodyOf(post(jolokia, read(ROUTE))).path("value").path("State").textValue()).isEqualTo("Started");
    }

    @Test
    void theConsoleStopsAndStartsARoute() throws Exception {
        assertThat(bodyOf(post("/hawtio/jolokia", exec(ROUTE, "stop()"))).path("status").intValue()).isEqualTo(200);
        assertThat(bodyOf(post("/hawtio/jolokia", read(ROUTE))).path("value").path("State").textValue()).isEqualTo("Stopped");
        assertThat(bodyOf(post("/hawtio/jolokia", exec(ROUTE, "start()"))).path("status").intValue()).isEqualTo(200);
        assertThat(bodyOf(post("/hawtio/jolokia", read(ROUTE))).path("value").path("State").textValue()).isEqualTo("Started");
    }

    @Test
    void theConsoleDrawsARoute() throws Exception {
        JsonNode drawn = bodyOf(post("/hawtio/jolokia",
                exec("org.apache.camel:context=loyalty-hub,name=\\\"loyalty-hub\\\",type=context", "dumpRoutesAsXml()")));

        assertThat(drawn.path("value").textValue()).contains("nothing-to-do");
    }

    @Test
    void theConsoleListsWhatThereIs() throws Exception {
        // Hawtio's own registry is one per JVM and goes with the first hub that closes; the browser's test uses it.
        JsonNode all = bodyOf(send(asOperator("/hawtio/jolokia/list/org.apache.camel")));

        assertThat(all.path("status").intValue()).isEqualTo(200);
        assertThat(all.path("value").toString()).contains("type=routes");
        assertThat(bodyOf(send(asOperator("/hawtio/user"))).textValue()).isEqualTo("public");
    }

    @Test
    void whatIsDescribedAlikeIsDescribedOnce() throws Exception {
        JsonNode each = bodyOf(send(asOperator("/hawtio/jolokia/list"))).at("/value/org.apache.camel");
        JsonNode shared = bodyOf(post("/hawtio/jolokia", "{\"type\":\"list\",\"config\":{\"listCache\":true}}")).path("value");

        List<String> names = new ArrayList<>();
        each.fieldNames().forEachRemaining(names::add);
        assertThat(names).hasSizeGreaterThan(10);
        JsonNode beans = shared.at("/domains/org.apache.camel");
        assertThat(names).allSatisfy(name -> {
            JsonNode bean = beans.path(name);
            assertThat(bean.isTextual() ? shared.path("cache").path(bean.textValue()) : bean).isEqualTo(each.path(name));
        });
        assertThat(names).filteredOn(name -> beans.path(name).isTextual()).hasSizeGreaterThan(names.size() / 2);
    }

    @Test
    void theConsoleCannotSendMessagesNorRunCode() throws Exception {
        String context = "org.apache.camel:context=loyalty-hub,name=\\\"loyalty-hub\\\",type=context";
        for (String request : new String[] {
            exec(context, "sendBody(java.lang.String,java.lang.Object)"),
            exec(context, "createEndpoint(java.lang.String)"),
            exec(context, "stop()"),
            exec("com.sun.management:type=DiagnosticCommand", "vmSystemProperties"),
            exec("java.util.logging:type=Logging", "setLoggerLevel"),
            "{\"type\":\"write\",\"mbean\":\"java.lang:type=Memory\",\"attribute\":\"Verbose\",\"value\":true}",
            "{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\"SystemProperties\"}"}) {
            assertThat(bodyOf(post("/hawtio/jolokia", request)).path("status").intValue()).as(request).isEqualTo(403);
        }
        // As the console asks: what is refused is left out, the rest is there.
        HttpResponse<String> runtime = post("/hawtio/jolokia?ignoreErrors=true", read("java.lang:type=Runtime"));
        assertThat(runtime.body()).contains("\"Uptime\"").doesNotContain("java.class.path");
    }

    @Test
    void anotherSitesPostIsRefused() throws Exception {
        for (String[] evidence : new String[][] {{"Origin", "https://mau.exemplo.com"}, {"Origin", "null"},
            {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Referer", "https://mau.exemplo.com/x"},
            {"Origin", "http://localhost:1"}}) {
            for (String path : new String[] {"/jolokia", "/hawtio/jolokia"}) {
                HttpResponse<String> response = send(asOperator(path).header(evidence[0], evidence[1])
                        .header("Content-Type", "text/plain").POST(BodyPublishers.ofString(exec(ROUTE, "stop()"))));
                assertThat(response.statusCode()).as(evidence[0]).isEqualTo(403);
                assertThat(header(response, "Access-Control-Allow-Origin")).isEmpty();
            }
        }
        assertThat(bodyOf(post("/jolokia", read(ROUTE))).path("value").path("State").textValue()).isEqualTo("Started");
    }

    @Test
    void theConsolesOwnPostIsAccepted() throws Exception {
        HttpRequest.Builder own = asOperator("/hawtio/jolokia").header("Origin", "http://localhost:" + port)
                .header("Sec-Fetch-Site", "same-origin").POST(BodyPublishers.ofString(read(ROUTE)));

        assertThat(send(own).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/jolokia/exec/java.lang:type=Memory/gc", "/hawtio/jolokia/exec/java.lang:type=Memory/gc",
        "/jolokia/%65xec/java.lang:type=Memory/gc", "/jolokia?p=exec/java.lang:type=Memory/gc",
        "/hawtio/jolokia?p=exec/java.lang:type=Memory/gc", "/hawtio/jolokia/read/%3Fp=exec/java.lang:type=Memory/gc",
        "/jolokia/write/java.lang:type=Memory/Verbose/true", "/jolokia/version?callback=f"})
    void throughGetTheManagementInterfaceCanOnlyBeRead(String path) throws Exception {
        assertThat(send(asOperator(path)).statusCode()).isEqualTo(403);
    }

    @Test
    void anEscapedNameOfTheManagementInterfaceIsNoWayAround() throws Exception {
        assertThat(send(asOperator("/%6aolokia/exec/java.lang:type=Memory/gc")).statusCode()).isEqualTo(400);
        assertThat(send(request("/%6aolokia/list")).statusCode()).isEqualTo(400);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(asOperator(path).header("Content-Type", "text/json").POST(BodyPublishers.ofString(body)));
    }

    private static String read(String mbean) {
        return "{\"type\":\"read\",\"mbean\":\"" + mbean + "\"}";
    }

    private static String exec(String mbean, String operation) {
        return "{\"type\":\"exec\",\"mbean\":\"" + mbean + "\",\"operation\":\"" + operation + "\",\"arguments\":[]}";
    }
}
