package io.loyaltyhub.sandbox;

/** CPF and CNPJ numbers with correct check digits, made from an index so that every index has its own. */
public final class BrazilianDocuments {

    private static final int[] CNPJ_FIRST = {5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2};
    private static final int[] CNPJ_SECOND = {6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2};

    private BrazilianDocuments() {
    }

    /** Eleven digits. The multiplier shares no factor with a billion, so no two indexes meet. */
    public static String cpf(long index) {
        String base = digits(Math.floorMod(index * 387_420_489L + 529_982_247L, 1_000_000_000L), 9);
        if (base.chars().distinct().count() == 1) {
            base = "529982240"; // a CPF of eleven equal digits is refused everywhere
        }
        String nine = base + checkDigit(base, descendingFrom(10));
        return nine + checkDigit(nine, descendingFrom(11));
    }

    /** Fourteen digits, always the head office (branch 0001). */
    public static String cnpj(long index) {
        String base = digits(Math.floorMod(index * 43_046_721L + 11_222_333L, 100_000_000L), 8) + "0001";
        String thirteen = base + checkDigit(base, CNPJ_FIRST);
        return thirteen + checkDigit(thirteen, CNPJ_SECOND);
    }

    public static boolean isCpf(String document) {
        return document.matches("\\d{11}") && document.chars().distinct().count() > 1
                && document.charAt(9) == checkDigit(document.substring(0, 9), descendingFrom(10))
                && document.charAt(10) == checkDigit(document.substring(0, 10), descendingFrom(11));
    }

    public static boolean isCnpj(String document) {
        return document.matches("\\d{14}")
                && document.charAt(12) == checkDigit(document.substring(0, 12), CNPJ_FIRST)
                && document.charAt(13) == checkDigit(document.substring(0, 13), CNPJ_SECOND);
    }

    /** {@code 52998224725} as old records write it: {@code 529.982.247-25}. */
    public static String punctuated(String cpf) {
        return cpf.substring(0, 3) + "." + cpf.substring(3, 6) + "." + cpf.substring(6, 9) + "-" + cpf.substring(9);
    }

    private static char checkDigit(String digits, int[] weights) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            sum += (digits.charAt(i) - '0') * weights[i];
        }
        int rest = sum % 11;
        return (char) ('0' + (rest < 2 ? 0 : 11 - rest));
    }

    private static int[] descendingFrom(int first) {
        int[] weights = new int[first - 1];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = first - i;
        }
        return weights;
    }

    private static String digits(long number, int length) {
        String text = Long.toString(number);
        return "0".repeat(length - text.length()) + text;
    }
}
