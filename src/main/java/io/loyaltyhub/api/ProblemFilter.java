package io.loyaltyhub.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.WebUtils;

/**
 * The one place where a failed request becomes an answer, whoever failed: a route, the router's 404 and 405, the login, a
 * filter. It sees a request twice where a route answers it, since that happens on another thread.
 */
class ProblemFilter extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemFilter.class);

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        ProblemResponse answer = WebUtils.getNativeResponse(response, ProblemResponse.class);
        boolean secondTime = answer != null;
        if (!secondTime) {
            answer = new ProblemResponse(response, isForPrograms(request),
                    Messages.preferred(request.getHeader("Accept-Language")));
        }
        if (request.getRequestURI().matches("/[^/]*%.*")) {
            // No first part of a path needs escapes, and where a servlet is mapped to it Spring fails on them (500).
            answer.fail(Problem.ofStatus(400));
            return;
        }
        try {
            chain.doFilter(request, secondTime ? response : answer);
        } catch (IOException | ServletException | RuntimeException | Error failure) {
            if (answer.isCommitted()) {
                // The caller has half an answer or has gone away; neither can be mended.
                LOG.debug("A request failed after its answer had begun", failure);
                throw failure;
            }
            answer.fail(Problem.of(failure));
            return;
        }
        if (!request.isAsyncStarted()) {
            answer.finish();
        }
    }

    private static boolean isForPrograms(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.startsWith("/api/") || path.startsWith("/hooks/");
    }
}
