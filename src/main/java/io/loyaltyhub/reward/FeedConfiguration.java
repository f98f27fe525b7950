package io.loyaltyhub.reward;

import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FeedConfiguration {

    @Bean
    FeedLimits feedLimits(@Value("${hub.feed.max-bytes:2147483648}") long bytes, @Value("${hub.feed.max-items:2000000}") int items,
                          @Value("${hub.feed.max-item-chars:262144}") int itemChars, @Value("${hub.feed.max-ratio:200}") int ratio,
                          @Value("${hub.feed.read-timeout:PT30M}") Duration time) {
        return new FeedLimits(bytes, items, itemChars, ratio, time);
    }
}
