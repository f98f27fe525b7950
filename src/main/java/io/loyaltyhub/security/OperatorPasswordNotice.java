package io.loyaltyhub.security;

/** Says a made-up operator password on the console, once and past the log, where it would be kept and shipped. */
final class OperatorPasswordNotice {

    private OperatorPasswordNotice() {
    }

    static void say(String password) {
        System.out.printf("""

                The operator's password is shown this once and stored hashed (set HUB_OPERATOR_PASSWORD to choose one):

                    user      %s
                    password  %s

                """, OperatorAccount.USER, password);
    }
}
