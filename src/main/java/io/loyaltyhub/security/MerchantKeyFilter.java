package io.loyaltyhub.security;

import io.loyaltyhub.merchant.ApiKeys;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

/** Logs a merchant in by {@code Authorization: Bearer <api key>}. A key that is not valid logs nobody in. */
class MerchantKeyFilter extends OncePerRequestFilter {

    static final String SCHEME = "Bearer ";

    private final ApiKeys keys;
    private final SecurityContextRepository contexts = new RequestAttributeSecurityContextRepository();

    MerchantKeyFilter(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String header = request.getHeader("Authorization");
        if (isBearer(header)) {
            keys.merchantOf(header.substring(SCHEME.length()).strip()).ifPresent(merchant -> {
                SecurityContext context = SecurityContextHolder.createEmptyContext();
                context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(Caller.merchant(merchant), null,
                        AuthorityUtils.createAuthorityList("ROLE_MERCHANT")));
                SecurityContextHolder.setContext(context);
                contexts.saveContext(context, request, response);
            });
        }
        chain.doFilter(request, response);
    }

    static boolean isBearer(String header) {
        return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }
}
