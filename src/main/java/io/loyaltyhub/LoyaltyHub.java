package io.loyaltyhub;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

@SpringBootApplication
@ConfigurationPropertiesScan
public class LoyaltyHub {

    public static void main(String[] args) {
        SpringApplication.run(LoyaltyHub.class, args);
    }
}
