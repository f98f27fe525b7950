package io.loyaltyhub.sale;

/**
 * CPF (11 digits, persons) and CNPJ (14 digits, companies): the numbers by which a buyer is told apart from all others.
 * Both end in two check digits computed modulo 11; numbers of one repeated digit pass that test and are still invalid.
 */
public final class Document {

    private static final int[] CNPJ_WEIGHTS = {6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2};

    private Document() {
    }

    /** The digits of {@code text} if they are a valid CPF or CNPJ, else null. */
    public static String valid(String text) {
        String digits = digits(text);
        return switch (digits.length()) {
            case 11 -> isCpf(digits) ? digits : null;
            case 14 -> isCnpj(digits) ? digits : null;
            default -> null;
        };
    }

    public static String digits(String text) {
        if (text == null) {
            return "";
        }
        StringBuilder digits = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits.append(c);
            }
        }
        return digits.toString();
    }

    private static boolean isCpf(String digits) {
        return !isOneDigitRepeated(digits)
                && cpfCheckDigit(digits, 9) == digits.charAt(9) - '0'
                && cpfCheckDigit(digits, 10) == digits.charAt(10) - '0';
    }

    private static int cpfCheckDigit(String digits, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (digits.charAt(i) - '0') * (length + 1 - i);
        }
        return checkDigit(sum);
    }

    private static boolean isCnpj(String digits) {
        return !isOneDigitRepeated(digits)
                && cnpjCheckDigit(digits, 12) == digits.charAt(12) - '0'
                && cnpjCheckDigit(digits, 13) == digits.charAt(13) - '0';
    }

    private static int cnpjCheckDigit(String digits, int length) {
        int sum = 0;
        int offset = CNPJ_WEIGHTS.length - length;
        for (int i = 0; i < length; i++) {
            sum += (digits.charAt(i) - '0') * CNPJ_WEIGHTS[i + offset];
        }
        return checkDigit(sum);
    }

    private static int checkDigit(int sum) {
        int rest = sum % 11;
        return rest < 2 ? 0 : 11 - rest;
    }

    private static boolean isOneDigitRepeated(String digits) {
        return digits.chars().allMatch(c -> c == digits.charAt(0));
    }
}
