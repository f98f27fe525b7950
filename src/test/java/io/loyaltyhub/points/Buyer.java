package io.loyaltyhub.points;

import io.loyaltyhub.sale.Sale;
import io.loyaltyhub.sandbox.BrazilianDocuments;

/** Somebody who buys, as an order names them. */
public record Buyer(String document, String email) {

    /** The person with this number, who shows both document and e-mail. */
    public static Buyer number(int number) {
        return new Buyer(BrazilianDocuments.cpf(number), "buyer" + number + "@example.com");
    }

    /** The same person by another e-mail alone, so that nothing says who it is. */
    public Buyer byAnotherEmail() {
        return new Buyer(null, "another." + email);
    }

    public Buyer withoutDocument() {
        return new Buyer(null, email);
    }

    public Buyer withoutEmail() {
        return new Buyer(document, null);
    }

    public Sale.Customer customer() {
        return new Sale.Customer(null, "Ana Souza", document, email, null, null);
    }
}
