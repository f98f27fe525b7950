package io.loyaltyhub.sandbox;

/** An order status of the shop: the name is upper case, {@code type} is open, closed or canceled. */
public record SandboxStatus(int id, String name, String type, String background) {

    public static final SandboxStatus A_ENVIAR = new SandboxStatus(1, "A ENVIAR", "open", "#CAFAD1");
    public static final SandboxStatus AGUARDANDO_PAGAMENTO = new SandboxStatus(3, "AGUARDANDO PAGAMENTO", "open", "#FFF3C4");
    public static final SandboxStatus ENVIADO = new SandboxStatus(4, "ENVIADO", "open", "#C4E1FF");
    public static final SandboxStatus CANCELADO = new SandboxStatus(9, "CANCELADO", "canceled", "#FFC9C9");
    public static final SandboxStatus FINALIZADO = new SandboxStatus(69, "FINALIZADO", "closed", "#D9D9D9");

    /** Whether the money has come in by the time an order stands here. */
    boolean paid() {
        return id != AGUARDANDO_PAGAMENTO.id && !type.equals("canceled");
    }
}
