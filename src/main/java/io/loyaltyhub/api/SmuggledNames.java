package io.loyaltyhub.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Hides from everything behind it the headers and parameters by which a caller could steer a route: names that Camel or its
 * mail component read as instructions (where to call, what to send, which host to send mail by).
 */
class SmuggledNames extends OncePerRequestFilter {

    private static final List<String> PREFIXES = List.of("camel", "org.apache.camel", "mail.smtp");

    static boolean isOne(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT).strip();
        return PREFIXES.stream().anyMatch(lowerCase::startsWith);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(new Cleaned(request), response);
    }

    private static final class Cleaned extends HttpServletRequestWrapper {

        Cleaned(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getHeader(String name) {
            return isOne(name) ? null : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return isOne(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
        }

        @Override
        public Enumeration<String> getHeaderNames() {
            return without(super.getHeaderNames());
        }

        @Override
        public int getIntHeader(String name) {
            return isOne(name) ? -1 : super.getIntHeader(name);
        }

        @Override
        public long getDateHeader(String name) {
            return isOne(name) ? -1 : super.getDateHeader(name);
        }

        @Override
        public String getParameter(String name) {
            return isOne(name) ? null : super.getParameter(name);
        }

        @Override
        public String[] getParameterValues(String name) {
            return isOne(name) ? null : super.getParameterValues(name);
        }

        @Override
        public Enumeration<String> getParameterNames() {
            return without(super.getParameterNames());
        }

        @Override
        public Map<String, String[]> getParameterMap() {
            Map<String, String[]> parameters = new LinkedHashMap<>(super.getParameterMap());
            parameters.keySet().removeIf(SmuggledNames::isOne);
            return Collections.unmodifiableMap(parameters);
        }

        private static Enumeration<String> without(Enumeration<String> names) {
            return Collections.enumeration(Collections.list(names).stream().filter(name -> !isOne(name)).toList());
        }
    }
}
