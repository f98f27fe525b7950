package io.loyaltyhub;

import io.loyaltyhub.command.CommandLine;
import java.util.OptionalInt;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

@SpringBootApplication
@ConfigurationPropertiesScan
public class LoyaltyHub {

    public static void main(String[] args) {
        OptionalInt commanded = CommandLine.run(args);
        if (commanded.isPresent()) {
            System.exit(commanded.getAsInt());
        }
        SpringApplication.run(LoyaltyHub.class, args);
    }
}
