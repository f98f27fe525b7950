package io.loyaltyhub.sandbox;

import java.math.BigDecimal;

/** One line of an order: {@code reference} is the merchant's own code, {@code price} that of one piece in BRL. */
public record SandboxItem(String reference, String name, int quantity, BigDecimal price, String category, String size) {

    public static SandboxItem of(String reference, String name, int quantity, String price) {
        return new SandboxItem(reference, name, quantity, new BigDecimal(price), "", "");
    }

    public BigDecimal sum() {
        return price.multiply(BigDecimal.valueOf(quantity));
    }
}
