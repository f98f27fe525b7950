package io.loyaltyhub.sandbox;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Baskets made from a seed: the same seed is always the same basket, so a hundred thousand need not be stored. */
final class OrderGenerator {

    private static final String[] NAMES = {"Camiseta Básica", "Caneca 300ml", "Tênis de Corrida", "Vestido de Linho", "Calça Jeans",
            "Café Torrado 500g", "Sabonete de Açaí", "Mochila Escolar", "Relógio Digital", "Fone sem Fio", "Boné Trançado",
            "Coleção Pão & Mel", "Sandália Rasteira", "Óculos de Sol", "Chapéu Panamá", "Lençol King \"Algodão\""};
    private static final String[] CODES = {"CAM-BAS-01", "CAN-300", "TEN-COR-42", "VES-LIN-07", "CAL-JEA-40", "CAF-500", "SAB-ACA",
            "MOC-ESC-2", "REL-DIG", "FON-BT-5", "BON-TRA", "COL-PAO-MEL", "SAN-RAS-36", "OCU-SOL", "CHA-PAN", "LEN-KIN-ALG"};
    private static final int[] CENTS = {4990, 3900, 28990, 18950, 15900, 3290, 1450, 12990, 9999, 19990, 4500, 8775, 7990, 22000, 11900, 34990};
    private static final String[] CATEGORIES = {"Roupas", "Casa", "Calçados", "Acessórios"};
    private static final String[] SIZES = {"", "P", "M", "G"};
    private static final String[] SALES_POINTS = {"LOJA VIRTUAL", "LOJA VIRTUAL", "LOJA VIRTUAL", "LOJA VIRTUAL", "MERCADO LIVRE", "BALCÃO"};

    /** One to four lines; about one in six with a coupon, five in six with freight, one card in two with a surcharge. */
    SandboxOrder basket(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int lines = 1 + Math.min(random.nextInt(4), random.nextInt(4));
        List<SandboxItem> items = new ArrayList<>(lines);
        long goods = 0;
        for (int line = 0; line < lines; line++) {
            int product = random.nextInt(NAMES.length);
            int quantity = 1 + random.nextInt(3);
            goods += (long) CENTS[product] * quantity;
            items.add(new SandboxItem(CODES[product], NAMES[product], quantity, BigDecimal.valueOf(CENTS[product], 2),
                    CATEGORIES[product % CATEGORIES.length], SIZES[random.nextInt(SIZES.length)]));
        }
        SandboxPayment payment = SandboxPayment.values()[random.nextInt(3)];
        SandboxOrder order = SandboxOrder.empty().items(items).payment(payment)
                .pointOfSale(SALES_POINTS[random.nextInt(SALES_POINTS.length)]);
        if (random.nextInt(6) == 0) {
            order = order.coupon("FIDEL10", cents(goods / 10));
        }
        if (random.nextInt(6) > 0) {
            order = order.freight(cents(990 + random.nextInt(3000))).shipment(random.nextBoolean() ? "Sedex" : "PAC");
        }
        if (payment == SandboxPayment.CARD && random.nextBoolean()) {
            order = order.surcharge(cents(goods * (1 + random.nextInt(5)) / 100));
        }
        return order;
    }

    /** Spreads neighbouring indexes over all seeds. */
    static long seed(long shopSeed, long index) {
        long mixed = (shopSeed + index) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        return mixed ^ (mixed >>> 27);
    }

    private static String cents(long amount) {
        return BigDecimal.valueOf(amount, 2).toPlainString();
    }
}
