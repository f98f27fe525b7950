package io.loyaltyhub.security;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Says a made-up operator password on the console, once and past the log, where it would be kept and shipped. */
@Component
class OperatorPasswordNotice {

    private final OperatorAccount operator;

    OperatorPasswordNotice(OperatorAccount operator) {
        this.operator = operator;
    }

    @EventListener(ApplicationReadyEvent.class)
    void say() {
        operator.generatedPassword().ifPresent(password -> System.out.printf("""

                The operator's password is shown this once and stored hashed (set HUB_OPERATOR_PASSWORD to choose one):

                    user      %s
                    password  %s

                """, OperatorAccount.USER, password));
    }
}
