package io.loyaltyhub.poll;

import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The steps taken with every single order, as processors: {@code process: ref: orders.read} calls the method, where
 * {@code bean: ref: orders, method: read} would first look for the method and its parameters, each time.
 */
@Configuration(proxyBeanMethods = false)
class OrderSteps {

    @Bean("pages.take")
    Processor take(Pages pages) {
        return pages::take;
    }

    @Bean("orders.read")
    Processor read(Orders orders) {
        return orders::read;
    }

    @Bean("orders.readDetail")
    Processor readDetail(Orders orders) {
        return orders::readDetail;
    }

    @Bean("orders.judge")
    Processor judge(Orders orders) {
        return orders::judge;
    }

    @Bean("orders.score")
    Processor score(Orders orders) {
        return orders::score;
    }

    @Bean("orders.add")
    Processor add(Orders orders) {
        return orders::add;
    }
}
