package io.loyaltyhub.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

/** Logs a member in by {@code Authorization: Bearer <member token>}. A token that is not good, or not any more, logs nobody in. */
class MemberTokenFilter extends OncePerRequestFilter {

    private final MemberTokens tokens;
    private final SecurityContextRepository contexts = new RequestAttributeSecurityContextRepository();

    MemberTokenFilter(MemberTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String header = request.getHeader("Authorization");
        Optional<MemberTokens.Token> token = MerchantKeyFilter.isBearer(header)
                ? tokens.read(header.substring(MerchantKeyFilter.SCHEME.length()).strip()) : Optional.empty();
        token.ifPresent(shown -> {
            SecurityContext context = SecurityContextHolder.createEmptyContext();
            UsernamePasswordAuthenticationToken login = UsernamePasswordAuthenticationToken.authenticated(
                    new Caller(shown.merchantId(), shown.participantId()), shown, AuthorityUtils.createAuthorityList("ROLE_MEMBER"));
            login.setDetails(new WebAuthenticationDetails(request));
            context.setAuthentication(login);
            SecurityContextHolder.setContext(context);
            contexts.saveContext(context, request, response);
        });
        chain.doFilter(request, response);
    }
}
