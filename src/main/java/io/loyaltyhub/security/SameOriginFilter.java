package io.loyaltyhub.security;

import io.loyaltyhub.api.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps other sites from using the operator's login. A browser that has it sends it along with whatever request a page of
 * any site makes here, so a request that changes something must come from a page of the hub itself, or from no page at all
 * (a program). Browsers say where a POST comes from and cannot be made not to; of a GET they may say nothing, so
 * through a GET the management interface only lets itself be read, and never as a script (JSONP).
 */
class SameOriginFilter extends OncePerRequestFilter {

    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> JOLOKIA_READS = Set.of("", "read", "list", "search", "version");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        // No browser sends a merchant's key or a member's token by itself, and members come from pages of the shops.
        if (!MerchantKeyFilter.isBearer(request.getHeader("Authorization")) && !request.getServletPath().startsWith("/api/v1/program/")) {
            String jolokia = pathBelowJolokia(request);
            boolean safe = SAFE_METHODS.contains(request.getMethod());
            if ((!safe || jolokia != null) && comesFromAnotherSite(request)) {
                throw Problem.forbidden("problem.cross-site");
            }
            if (safe && jolokia != null && !onlyReads(jolokia, request)) {
                throw Problem.forbidden("problem.jolokia-get");
            }
        }
        chain.doFilter(request, response);
    }

    private static boolean comesFromAnotherSite(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = request.getHeader("Origin");
        if (origin == null) {
            origin = request.getHeader("Referer");
        }
        return origin != null && !authorityOf(origin).equals(withoutDefaultPort(request.getHeader("Host")));
    }

    /** Host and port; nothing for what is no address, such as the origin "null" of a page that hides its own. */
    private static String authorityOf(String origin) {
        try {
            return withoutDefaultPort(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException noAddress) {
            return "";
        }
    }

    /** The scheme is left out of the comparison: behind a proxy that ends TLS, the hub does not know it. */
    private static String withoutDefaultPort(String authority) {
        return authority == null ? "" : authority.toLowerCase(Locale.ROOT).replaceFirst(":(80|443)$", "");
    }

    /** What follows {@code /jolokia} in the decoded path, without slashes at its ends; null for any other path. */
    private static String pathBelowJolokia(HttpServletRequest request) {
        String path = request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
        for (String base : new String[] {"/jolokia", "/hawtio/jolokia"}) {
            if (path.equals(base) || path.startsWith(base + "/")) {
                return path.substring(base.length()).replaceAll("^/+|/+$", "");
            }
        }
        return null;
    }

    private static boolean onlyReads(String path, HttpServletRequest request) {
        return JOLOKIA_READS.contains(path.split("/", 2)[0])
                && path.indexOf('?') < 0
                && request.getParameter("p") == null
                && request.getParameter("callback") == null;
    }
}
