package io.loyaltyhub.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;

/**
 * Says as problem+json what the server refuses before any filter sees it (an address that is none, a header too large), in
 * the place of the server's own page.
 */
public class ServerRefusals extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, Throwable failure) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        // Where the request could not be read, neither can be what language it asks for.
        String wanted = request.getCoyoteRequest().getMimeHeaders().getHeader("Accept-Language");
        Locale locale = Messages.preferred(wanted);
        byte[] body = ProblemJson.of(Problem.ofStatus(response.getStatus()), locale).toString().getBytes(StandardCharsets.UTF_8);
        response.setContentType(ProblemJson.CONTENT_TYPE);
        response.setHeader("Content-Language", locale.toLanguageTag());
        response.setContentLength(body.length);
        try {
            response.getOutputStream().write(body);
            response.finishResponse();
        } catch (IOException | IllegalStateException gone) {
            // Nobody is there to be told.
        }
    }
}
