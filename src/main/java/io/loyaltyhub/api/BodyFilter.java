package io.loyaltyhub.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads a request's body before anybody else does, up to a limit: what comes in pieces and never ends is refused here and
 * not by whoever happens to read it. Runs after the login, so that a stranger's body is not read at all.
 */
class BodyFilter extends OncePerRequestFilter {

    private static final Pattern CHARSET = Pattern.compile("(?i)charset\\s*=\\s*[\"']?([^\"';]*)");

    private final ToIntFunction<HttpServletRequest> limits;

    /** @param limits in bytes, by what is called */
    BodyFilter(ToIntFunction<HttpServletRequest> limits) {
        this.limits = limits;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        int limit = limits.applyAsInt(request);
        if (request.getContentLengthLong() > limit) {
            throw Problem.tooLarge(limit);
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.toLowerCase(Locale.ROOT).strip().equals("identity")) {
            // The routes would unpack it, and a megabyte unpacked is a gigabyte where somebody means it.
            throw Problem.unsupportedMediaType("problem.encoded-body");
        }
        String type = request.getContentType();
        if (type != null && type.split(";", 2)[0].indexOf('*') >= 0) {
            // Spring fails on a content that is of any type at all.
            throw Problem.unsupportedMediaType("problem.status.415");
        }
        byte[] body = read(request, limit);
        if (body.length > limit) {
            throw Problem.tooLarge(limit);
        }
        if (!isReadable(request, body)) {
            throw Problem.badRequest("problem.status.400");
        }
        chain.doFilter(new ReadRequest(request, body), response);
    }

    /** What Camel fails on before a route can say so: a charset there is not, and a form that is none. */
    private static boolean isReadable(HttpServletRequest request, byte[] body) {
        try {
            String type = request.getContentType() == null ? "" : request.getContentType();
            // As the caller wrote it: where it is nonsense, the request's own getter already says UTF-8.
            Matcher named = CHARSET.matcher(type);
            Charset charset = named.find() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
            if (type.startsWith("application/x-www-form-urlencoded") && body.length > 0) {
                for (String field : new String(body, charset).split("&")) {
                    if (URLDecoder.decode(field, charset).isEmpty() || field.indexOf('=') < 0) {
                        return false;
                    }
                }
            }
            return true;
        } catch (IllegalArgumentException unreadable) {
            return false;
        }
    }

    private static byte[] read(HttpServletRequest request, int limit) {
        try {
            return request.getInputStream().readNBytes(limit + 1);
        } catch (IOException broken) {
            throw Problem.badRequest("problem.broken-body");
        }
    }

    private static final class ReadRequest extends HttpServletRequestWrapper {

        private final byte[] body;
        private ServletInputStream stream;
        private BufferedReader reader;

        ReadRequest(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = body;
        }

        @Override
        public ServletInputStream getInputStream() {
            if (stream == null) {
                stream = new BodyStream(body);
            }
            return stream;
        }

        @Override
        public BufferedReader getReader() throws IOException {
            if (reader == null) {
                String encoding = getCharacterEncoding();
                reader = new BufferedReader(new InputStreamReader(getInputStream(),
                        encoding == null ? StandardCharsets.UTF_8.name() : encoding));
            }
            return reader;
        }

        @Override
        public int getContentLength() {
            return body.length;
        }

        @Override
        public long getContentLengthLong() {
            return body.length;
        }
    }

    private static final class BodyStream extends ServletInputStream {

        private final ByteArrayInputStream bytes;

        BodyStream(byte[] body) {
            this.bytes = new ByteArrayInputStream(body);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return bytes.read(target, offset, length);
        }

        @Override
        public int available() {
            return bytes.available();
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("Not read without blocking");
        }
    }
}
