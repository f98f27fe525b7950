package io.loyaltyhub.sale;

/** An order that cannot become a sale; {@code field} is the path in the canonical sale that could not be filled. */
public class UnreadableOrder extends RuntimeException {

    private final String field;

    public UnreadableOrder(String field, String problem) {
        super(field + " " + problem);
        this.field = field;
    }

    public String field() {
        return field;
    }
}
