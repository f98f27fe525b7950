package io.loyaltyhub.sandbox;

/** The shop says no: becomes the platform's error body. {@code errorCode} is 0 where the body has none. */
final class TrayRefusal extends RuntimeException {

    final int status;
    final int errorCode;

    TrayRefusal(int status, String cause) {
        this(status, 0, cause);
    }

    TrayRefusal(int status, int errorCode, String cause) {
        super(cause, null, false, false);
        this.status = status;
        this.errorCode = errorCode;
    }

    /** 1000 expired, 1001 blocked, 1002 inactive, 1003 cancelled, 1099 unknown. */
    static TrayRefusal unauthorised(int errorCode) {
        return new TrayRefusal(401, errorCode, switch (errorCode) {
            case 1000 -> "Token expirado";
            case 1001 -> "Aplicativo bloqueado";
            case 1002 -> "Aplicativo inativo";
            case 1003 -> "Aplicativo cancelado";
            default -> "Token inválido ou desconhecido";
        });
    }
}
