package io.loyaltyhub.security;

import io.loyaltyhub.api.Problem;
import io.loyaltyhub.merchant.ApiKeys;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.RequestCacheConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.web.PathPatternRequestMatcherBuilderFactoryBean;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.ContentSecurityPolicyHeaderWriter;
import org.springframework.security.web.header.writers.DelegatingRequestMatcherHeaderWriter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.NegatedRequestMatcher;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Who may call what: nothing without a login but health, what a token in its address opens, and the way to a member's login;
 * nothing but the API for a merchant, and nothing but the programme for a member.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration implements WebMvcConfigurer {

    private static final String[] HEALTH = {"/health", "/health/liveness", "/health/readiness"};
    private static final String ACTUATOR = "/actuator";
    /** What members call, from pages of the shops. */
    static final String PROGRAMME = "/api/v1/program/**";

    /** For our own pages (the API's documentation); the console sends a policy of its own. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /** A strong, slow hash; which one it is stands in what it makes, so that a better one can take its place. */
    @Bean
    static PasswordEncoder passwordEncoder() {
        return PasswordEncoderFactories.createDelegatingPasswordEncoder();
    }

    /** Paths are compared as they are, not by what Spring's MVC would answer them with: that would be looked for at each request. */
    @Bean
    static PathPatternRequestMatcherBuilderFactoryBean requestMatchers() {
        return new PathPatternRequestMatcherBuilderFactoryBean();
    }

    @Bean
    SecurityFilterChain securityFilterChain(HttpSecurity http, ApiKeys keys, MemberTokens members) throws Exception {
        AuthenticationEntryPoint askForLogin = askForLogin();
        return http
                .authorizeHttpRequests(requests -> requests
                        // The request itself was let in before.
                        .dispatcherTypeMatchers(DispatcherType.ERROR).permitAll()
                        .requestMatchers(HttpMethod.GET, HEALTH).permitAll()
                        .requestMatchers(HttpMethod.GET, below(ACTUATOR, HEALTH)).permitAll()
                        // The token in its address is a hook's credential; its route looks at it.
                        .requestMatchers("/hooks/**", "/api/v1/hooks/**").permitAll()
                        // And the token in a member's mail is what unsubscribes that member.
                        .requestMatchers("/program/*/unsubscribe/*").permitAll()
                        .requestMatchers(HttpMethod.GET, "/widget/**").permitAll()
                        .requestMatchers(HttpMethod.OPTIONS, PROGRAMME).permitAll()
                        .requestMatchers(HttpMethod.GET, "/api/v1/program/*").permitAll()
                        .requestMatchers(HttpMethod.POST, "/api/v1/program/*/login", "/api/v1/program/*/password/forgot", "/api/v1/program/*/password/reset")
                        .permitAll()
                        .requestMatchers(PROGRAMME).hasRole("MEMBER")
                        .requestMatchers("/api/**").hasAnyRole("OPERATOR", "MERCHANT")
                        .anyRequest().hasRole("OPERATOR"))
                .httpBasic(basic -> basic.authenticationEntryPoint(askForLogin))
                .addFilterAfter(new MerchantKeyFilter(keys), BasicAuthenticationFilter.class)
                .addFilterAfter(new MemberTokenFilter(members), MerchantKeyFilter.class)
                .cors(cors -> cors.configurationSource(fromShops()))
                .addFilterAfter(new SameOriginFilter(), AuthorizationFilter.class)
                .exceptionHandling(failures -> failures
                        .authenticationEntryPoint(askForLogin)
                        .accessDeniedHandler((request, response, denied) -> {
                            throw Problem.forbidden();
                        }))
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .requestCache(RequestCacheConfigurer::disable)
                // No session and no cookie to ride on; for the login that browsers repeat there is SameOriginFilter.
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .headers(headers -> headers
                        // The console has a policy of its own, and of two both hold.
                        .addHeaderWriter(new DelegatingRequestMatcherHeaderWriter(
                                new NegatedRequestMatcher(PathPatternRequestMatcher.withDefaults().matcher("/hawtio/**")),
                                new ContentSecurityPolicyHeaderWriter(CONTENT_SECURITY_POLICY)))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN))
                        .withObjectPostProcessor(beforeTheAnswer()))
                .build();
    }

    /**
     * Headers are written before a request goes on, not when it comes back: by then a route may be writing its answer on a
     * thread of its own, and of two who write at once into one answer, neither succeeds.
     */
    private static ObjectPostProcessor<HeaderWriterFilter> beforeTheAnswer() {
        return new ObjectPostProcessor<>() {
            @Override
            public <F extends HeaderWriterFilter> F postProcess(F filter) {
                filter.setShouldWriteHeadersEagerly(true);
                return filter;
            }
        };
    }

    /** From any site, since no browser sends a member's token by itself; and with nothing that it does send by itself. */
    private static CorsConfigurationSource fromShops() {
        CorsConfiguration any = new CorsConfiguration();
        any.setAllowedOrigins(List.of("*"));
        any.setAllowedMethods(List.of("GET", "POST"));
        any.setAllowedHeaders(List.of("Authorization", "Content-Type", "Idempotency-Key", "Accept-Language"));
        any.setExposedHeaders(List.of("Retry-After"));
        any.setAllowCredentials(false);
        any.setMaxAge(Duration.ofHours(1));
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration(PROGRAMME, any);
        return source;
    }

    /** Browsers show their login box on a Basic challenge; a program whose key was refused gets none. */
    private static AuthenticationEntryPoint askForLogin() {
        return (request, response, failure) -> {
            boolean byKey = MerchantKeyFilter.isBearer(request.getHeader("Authorization"));
            response.setHeader("WWW-Authenticate", byKey
                    ? "Bearer realm=\"loyalty-hub\", error=\"invalid_token\""
                    : "Basic realm=\"loyalty-hub\", charset=\"UTF-8\"");
            throw Problem.unauthorized();
        };
    }

    @Bean
    AuthenticationProvider operatorLogin(OperatorAccount operator) {
        return new AuthenticationProvider() {
            @Override
            public Authentication authenticate(Authentication login) {
                if (OperatorAccount.USER.equals(login.getName()) && login.getCredentials() instanceof String password
                        && operator.matches(password)) {
                    return UsernamePasswordAuthenticationToken.authenticated(Caller.operator(), null,
                            AuthorityUtils.createAuthorityList("ROLE_OPERATOR"));
                }
                throw new BadCredentialsException("Not the operator");
            }

            @Override
            public boolean supports(Class<?> type) {
                return UsernamePasswordAuthenticationToken.class.isAssignableFrom(type);
            }
        };
    }

    /** Health stands where the console stands, at the root, and where load balancers look for it. */
    @Override
    public void addViewControllers(ViewControllerRegistry views) {
        for (String path : HEALTH) {
            views.addViewController(ACTUATOR + path).setViewName("forward:" + path);
        }
    }

    private static String[] below(String base, String[] paths) {
        String[] below = new String[paths.length];
        for (int i = 0; i < paths.length; i++) {
            below[i] = base + paths[i];
        }
        return below;
    }
}
