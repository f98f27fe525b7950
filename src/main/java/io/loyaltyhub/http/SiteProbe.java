package io.loyaltyhub.http;

import java.io.IOException;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.methods.HttpHead;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.util.Timeout;
import org.springframework.stereotype.Component;

/** Whether somebody is there at the address that a merchant gave of a shop. */
@Component
public class SiteProbe {

    private static final Timeout PATIENCE = Timeout.ofSeconds(5);

    private final AddressGuard guard;
    private final CloseableHttpClient client;

    public SiteProbe(AddressGuard guard, PoolingHttpClientConnectionManager connections, HttpClientConfigurer configurer) {
        this.guard = guard;
        HttpClientBuilder builder = HttpClientBuilder.create().setConnectionManager(connections).setConnectionManagerShared(true)
                .setDefaultRequestConfig(RequestConfig.custom().setConnectionRequestTimeout(PATIENCE).setResponseTimeout(PATIENCE).build());
        configurer.configureHttpClient(builder);
        this.client = builder.build();
    }

    /** Any answer will do that a browser would show a page for, or go on from. */
    public boolean answers(String address) {
        if (guard.objection(address).isPresent()) {
            return false;
        }
        try {
            return client.execute(new HttpHead(address), answer -> answer.getCode() < 500 && answer.getCode() != 404 && answer.getCode() != 410);
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}
