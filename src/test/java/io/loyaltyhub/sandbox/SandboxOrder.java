package io.loyaltyhub.sandbox;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * What somebody buys. Immutable: each method answers a changed copy. Amounts are BRL; times are the shop's wall clock
 * (Brasília). {@link #total()} follows from the rest: goods − coupon − discount + freight + surcharge + interest + taxes.
 */
public final class SandboxOrder implements Cloneable {

    private Long id;
    private SandboxCustomer customer;
    private List<SandboxItem> items = List.of();
    private SandboxStatus status = SandboxStatus.A_ENVIAR;
    private String couponCode = "";
    private BigDecimal couponDiscount = zero();
    private BigDecimal discount = zero();
    private BigDecimal freight = zero();
    private BigDecimal surcharge = zero();
    private BigDecimal interest = zero();
    private BigDecimal taxes = zero();
    private SandboxPayment payment = SandboxPayment.PIX;
    private String shipment = "PAC";
    private String pointOfSale = "LOJA VIRTUAL";
    private String externalCode = "";
    private LocalDateTime placedAt;
    private LocalDateTime modifiedAt;

    private SandboxOrder() {
    }

    /** An empty basket of nobody in particular: the shop chooses a customer when it is placed. */
    public static SandboxOrder empty() {
        return new SandboxOrder();
    }

    /** One mug for exactly 100.00, without freight or coupon: for sums that a reader can do in the head. */
    public static SandboxOrder ofHundred() {
        return empty().items(SandboxItem.of("CAN-300", "Caneca 300ml", 1, "100.00"));
    }

    public SandboxOrder id(long value) {
        return with(copy -> copy.id = value);
    }

    public SandboxOrder customer(SandboxCustomer value) {
        return with(copy -> copy.customer = value);
    }

    /** Bought by the person with this index, see {@link BrazilianPeople}. */
    public SandboxOrder customer(int person) {
        return customer(BrazilianPeople.person(person));
    }

    public SandboxOrder items(SandboxItem... values) {
        return items(Arrays.asList(values));
    }

    public SandboxOrder items(List<SandboxItem> values) {
        return with(copy -> copy.items = List.copyOf(values));
    }

    public SandboxOrder status(SandboxStatus value) {
        return with(copy -> copy.status = value);
    }

    public SandboxOrder coupon(String code, String amount) {
        return with(copy -> {
            copy.couponCode = code;
            copy.couponDiscount = money(amount);
        });
    }

    public SandboxOrder discount(String amount) {
        return with(copy -> copy.discount = money(amount));
    }

    public SandboxOrder freight(String amount) {
        return with(copy -> copy.freight = money(amount));
    }

    /** What the way of paying costs: {@code payment_method_rate}. */
    public SandboxOrder surcharge(String amount) {
        return with(copy -> copy.surcharge = money(amount));
    }

    public SandboxOrder interest(String amount) {
        return with(copy -> copy.interest = money(amount));
    }

    public SandboxOrder taxes(String amount) {
        return with(copy -> copy.taxes = money(amount));
    }

    public SandboxOrder payment(SandboxPayment value) {
        return with(copy -> copy.payment = value);
    }

    public SandboxOrder shipment(String value) {
        return with(copy -> copy.shipment = value);
    }

    public SandboxOrder pointOfSale(String value) {
        return with(copy -> copy.pointOfSale = value);
    }

    public SandboxOrder externalCode(String value) {
        return with(copy -> copy.externalCode = value);
    }

    public SandboxOrder placedAt(LocalDateTime value) {
        return with(copy -> copy.placedAt = value);
    }

    public SandboxOrder modifiedAt(LocalDateTime value) {
        return with(copy -> copy.modifiedAt = value);
    }

    /** Null until placed, unless chosen. */
    public Long id() {
        return id;
    }

    public SandboxCustomer customer() {
        return customer;
    }

    public List<SandboxItem> items() {
        return items;
    }

    public SandboxStatus status() {
        return status;
    }

    public String couponCode() {
        return couponCode;
    }

    public BigDecimal couponDiscount() {
        return couponDiscount;
    }

    public BigDecimal discount() {
        return discount;
    }

    public BigDecimal freight() {
        return freight;
    }

    public BigDecimal surcharge() {
        return surcharge;
    }

    public BigDecimal interest() {
        return interest;
    }

    public BigDecimal taxes() {
        return taxes;
    }

    public SandboxPayment payment() {
        return payment;
    }

    public String shipment() {
        return shipment;
    }

    public String pointOfSale() {
        return pointOfSale;
    }

    public String externalCode() {
        return externalCode;
    }

    LocalDateTime placedAt() {
        return placedAt;
    }

    LocalDateTime modifiedAt() {
        return modifiedAt;
    }

    /** The sum of the items, before any discount: {@code partial_total}. */
    public BigDecimal goods() {
        return items.stream().map(SandboxItem::sum).reduce(zero(), BigDecimal::add);
    }

    /** What was paid for goods alone, after every discount: the usual base of points. */
    public BigDecimal paidForGoods() {
        return goods().subtract(couponDiscount).subtract(discount);
    }

    public BigDecimal total() {
        return paidForGoods().add(freight).add(surcharge).add(interest).add(taxes);
    }

    private SandboxOrder with(Consumer<SandboxOrder> change) {
        try {
            SandboxOrder copy = (SandboxOrder) clone();
            change.accept(copy);
            return copy;
        } catch (CloneNotSupportedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static BigDecimal money(String amount) {
        return new BigDecimal(amount).setScale(2, RoundingMode.UNNECESSARY);
    }

    private static BigDecimal zero() {
        return BigDecimal.valueOf(0, 2);
    }
}
