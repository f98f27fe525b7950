package io.loyaltyhub.api;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A response whose errors always have a body, and always ours: an empty 404, a container's error page or an exception
 * printed as text is left out, and a problem written in its place when the request is through.
 */
class ProblemResponse extends HttpServletResponseWrapper {

    private final boolean onlyOurErrors;
    private final Locale locale;
    private boolean errorSent;
    private boolean hasBody;
    private boolean writes;

    /**
     * @param onlyOurErrors whether the body of an error is dropped unless it is problem+json; else only those without one are
     *                      filled in (a health check that fails has a body of its own)
     */
    ProblemResponse(HttpServletResponse response, boolean onlyOurErrors, Locale locale) {
        super(response);
        this.onlyOurErrors = onlyOurErrors;
        this.locale = locale;
    }

    void fail(Problem problem) throws IOException {
        resetBuffer();
        write(problem);
    }

    /** To be called once, when everybody else has had their say. */
    void finish() throws IOException {
        if (getStatus() >= 400 && !hasBody && !isCommitted()) {
            fail(getStatus() == 500 ? Problem.of(new IllegalStateException("An answer of 500 that says no more"))
                    : Problem.ofStatus(getStatus()));
        }
    }

    private void write(Problem problem) throws IOException {
        byte[] body = ProblemJson.of(problem, locale).toString().getBytes(StandardCharsets.UTF_8);
        HttpServletResponse response = (HttpServletResponse) getResponse();
        response.setStatus(problem.status());
        response.setContentType(ProblemJson.CONTENT_TYPE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setHeader("Content-Language", locale.toLanguageTag());
        if (problem.status() == 503) {
            response.setHeader("Retry-After", "5");
        }
        response.setContentLength(body.length);
        hasBody = true;
        if (writes) {
            // Whoever failed had begun to write text, and a response gives out one of the two only.
            response.getWriter().write(new String(body, StandardCharsets.UTF_8));
        } else {
            response.getOutputStream().write(body);
        }
    }

    private boolean drops() {
        return getStatus() >= 400 && (errorSent || onlyOurErrors && !isProblemJson());
    }

    private boolean isProblemJson() {
        return getContentType() != null && getContentType().startsWith(ProblemJson.CONTENT_TYPE);
    }

    @Override
    public void sendError(int status) throws IOException {
        resetBuffer();
        setStatus(status);
        hasBody = false;
        errorSent = true;
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        sendError(status);
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (drops()) {
            return new Nowhere();
        }
        hasBody = true;
        return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (drops()) {
            return new PrintWriter(Writer.nullWriter());
        }
        hasBody = true;
        writes = true;
        return super.getWriter();
    }

    @Override
    public void flushBuffer() throws IOException {
        if (!drops()) {
            super.flushBuffer();
        }
    }

    @Override
    public void setContentLength(int length) {
        if (!drops()) {
            super.setContentLength(length);
        }
    }

    @Override
    public void setContentLengthLong(long length) {
        if (!drops()) {
            super.setContentLengthLong(length);
        }
    }

    @Override
    public void reset() {
        super.reset();
        hasBody = false;
        writes = false;
        errorSent = false;
    }

    private static final class Nowhere extends ServletOutputStream {

        @Override
        public void write(int b) {
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("Not read without blocking");
        }
    }
}
