package io.loyaltyhub.sandbox;

/** A way to pay, as the platform names it: {@code type} is what the complete order calls {@code payment_method_type}. */
public enum SandboxPayment {
    PIX(80, "Pix - Vindi", "pix"),
    BOLETO(81, "Boleto - Vindi", "bank_billet"),
    CARD(82, "Cartão de Crédito - Vindi", "credit_card");

    final int id;
    final String title;
    final String type;

    SandboxPayment(int id, String title, String type) {
        this.id = id;
        this.title = title;
        this.type = type;
    }
}
