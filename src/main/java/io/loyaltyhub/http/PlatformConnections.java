package io.loyaltyhub.http;

import java.time.Duration;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/**
 * How the platforms are connected to. camel-http's own defaults wait three minutes for everything, and the HTTP client's
 * would repeat calls, follow redirects and keep cookies without the budget, the address guard or the ledger knowing.
 */
@Configuration
class PlatformConnections {

    /** Headers are few and short; the client's own would read them until there is no memory left. */
    private static final Http1Config HEADERS = Http1Config.custom().setMaxLineLength(32 * 1024).setMaxHeaderCount(200).build();

    @Bean(destroyMethod = "close")
    CallsThatEnd callsThatEnd(@Value("${hub.http.response-timeout:20000}") Duration response, @Value("${hub.http.answer-timeout:PT40S}") Duration answer) {
        return new CallsThatEnd(response.plus(answer));
    }

    /** A feed may be a gigabyte. What it may cost is watched where it is read. */
    @Bean(destroyMethod = "close")
    CallsThatEnd feedsThatEnd(@Value("${hub.http.response-timeout:20000}") Duration response, @Value("${hub.feed.download-timeout:PT30M}") Duration download) {
        return new CallsThatEnd(response.plus(download));
    }

    @Bean
    @Primary
    HttpClientConfigurer platformClient(@Qualifier("callsThatEnd") CallsThatEnd callsThatEnd) {
        return client(callsThatEnd);
    }

    @Bean
    HttpClientConfigurer feedClient(@Qualifier("feedsThatEnd") CallsThatEnd feedsThatEnd) {
        return client(feedsThatEnd);
    }

    private static HttpClientConfigurer client(CallsThatEnd callsThatEnd) {
        return client -> client.setUserAgent("loyalty-hub").disableAutomaticRetries().disableRedirectHandling().disableCookieManagement().disableAuthCaching()
                .addExecInterceptorFirst("calls-that-end", callsThatEnd)
                .addExecInterceptorLast("unread-answers", new UnreadAnswers());
    }

    @Bean(destroyMethod = "close")
    PoolingHttpClientConnectionManager platformConnectionPool(
            AddressGuard guard,
            @Value("${hub.http.connect-timeout:5000}") Duration connect,
            @Value("${hub.http.response-timeout:20000}") Duration response) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(guard)
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder().http1Config(HEADERS).build())
                .setMaxConnTotal(200)
                .setMaxConnPerRoute(20)
                .setConnPoolPolicy(PoolReusePolicy.LIFO)
                .setDefaultSocketConfig(SocketConfig.custom().setSoTimeout(Timeout.of(response)).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(connect))
                        .setSocketTimeout(Timeout.of(response))
                        .setTimeToLive(TimeValue.ofMinutes(5))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(2))
                        .build())
                .build();
    }
}
