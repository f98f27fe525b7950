package io.loyaltyhub.security;

import io.loyaltyhub.api.ApiConfiguration;
import io.loyaltyhub.api.Messages;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.api.ProblemJson;
import io.loyaltyhub.merchant.ApiKeys;
import java.time.Clock;
import java.time.Duration;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The front door alone, with routes behind it that say what reached them. Not annotated as a configuration, lest a test of
 * the whole hub should find it.
 */
@EnableAutoConfiguration
@Import({ApiConfiguration.class, SecurityConfiguration.class, OperatorAccount.class, ApiKeys.class})
class StandInHub {

    static final CountDownLatch DONE_WAITING = new CountDownLatch(1);

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    MemberTokens memberTokens(Clock clock) {
        return new MemberTokens(new Secrets(EncryptionKey.of("a passphrase of some length")), clock, Duration.ofMinutes(5));
    }

    /** application.yml has every HTTP call go through a bean of this name; the stand-ins make none. */
    @Bean
    PoolingHttpClientConnectionManager platformConnectionPool() {
        return new PoolingHttpClientConnectionManager();
    }

    @Bean
    HttpClientConfigurer platformClient() {
        return client -> { };
    }

    @Bean
    RouteBuilder standInRoutes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                onException(Problem.class).handled(true).process(exchange -> {
                    Problem problem = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Problem.class);
                    exchange.getMessage().setBody(ProblemJson.of(problem,
                            Messages.preferred(exchange.getMessage().getHeader("Accept-Language", String.class))).toString());
                    exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, ProblemJson.CONTENT_TYPE);
                    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, problem.status());
                });
                restConfiguration().component("platform-http");
                rest().openApi().specification("stand-in-api.yaml").missingOperation("fail");

                from("direct:who").process(e -> e.getMessage().setBody(Caller.current().name()));
                from("direct:ofMerchant").process(e -> {
                    Caller.current().requireMerchant(UUID.fromString(e.getMessage().getHeader("merchant", String.class)));
                    e.getMessage().setBody(Caller.current().name());
                });
                from("direct:onlyOperator").process(e -> {
                    Caller.current().requireOperator();
                    e.getMessage().setBody("yes");
                });
                from("direct:echo").convertBodyTo(String.class);
                from("direct:headers").process(StandInHub::nameHeaders);
                from("direct:headersOfForm").process(StandInHub::nameHeaders);
                from("direct:explode").process(e -> {
                    throw new IllegalStateException("password=hunter2");
                });
                from("direct:waitForIt").process(e -> DONE_WAITING.await());
                from("platform-http:/hooks?matchOnUriPrefix=true&httpMethodRestrict=POST").setBody(constant("heard"));
                from("timer:nothing?delay=1000000").routeId("nothing-to-do").log("never");
            }
        };
    }

    private static void nameHeaders(Exchange exchange) {
        TreeSet<String> names = new TreeSet<>(exchange.getMessage().getHeaders().keySet());
        exchange.getMessage().setHeader("X-Token-For-The-Platform", "segredo");
        exchange.getMessage().setHeader("Location", "/somewhere");
        exchange.getMessage().setBody(String.join(",", names));
    }
}
