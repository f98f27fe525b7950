package io.loyaltyhub.coupon;

import java.security.SecureRandom;

/** Codes that nobody guesses and everybody can read out: 60 random bits, without I, L, O and U. */
final class CouponCodes {

    private static final String LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int LENGTH = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    private CouponCodes() {
    }

    static String next() {
        StringBuilder code = new StringBuilder("P");
        for (int i = 0; i < LENGTH; i++) {
            code.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return code.toString();
    }
}
