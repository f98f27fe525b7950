package io.loyaltyhub.sandbox.kit;

import io.loyaltyhub.sandbox.BrazilianPeople;
import io.loyaltyhub.sandbox.SandboxCustomer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An order in no platform's words. A test says what is bought and by whom and places it; from then on the shop changes it. Amounts
 * are BRL with two decimals.
 */
public final class Order {

    /** {@code unitPrice} is that of one piece, before the order's discount. */
    public record Item(String sku, String name, int quantity, BigDecimal unitPrice) {

        public static Item of(String sku, String name, int quantity, String unitPrice) {
            return new Item(sku, name, quantity, money(unitPrice));
        }

        public BigDecimal sum() {
            return unitPrice.multiply(BigDecimal.valueOf(quantity));
        }
    }

    /** When the order came to where. */
    public record Step(Stage stage, Instant at) {
    }

    private long id;
    private String number = "";
    private String externalNumber = "";
    private int person;
    private List<Item> items;
    private BigDecimal shipping = money("0");
    private BigDecimal discount = money("0");
    private BigDecimal surcharge = money("0");
    private String coupon = "";
    private Stage stage = Stage.PAID;
    private Instant placedAt;
    private Instant changedAt;
    private final List<Step> history = new ArrayList<>();

    private Order(List<Item> items) {
        this.items = items;
    }

    public static Order of(Item... items) {
        return new Order(List.copyOf(Arrays.asList(items)));
    }

    /** One mug for exactly 100.00, paid for by person 0, without freight or discount. */
    public static Order ofHundred() {
        return of(Item.of("CAN-300", "Caneca 300ml", 1, "100.00"));
    }

    // --- what a test may choose before it is placed

    /** The shop chooses one otherwise. */
    public synchronized Order id(long value) {
        id = value;
        return this;
    }

    /** What people call it; the shop chooses otherwise. */
    public synchronized Order number(String value) {
        number = value;
        return this;
    }

    /** What a marketplace or another system calls it. */
    public synchronized Order externalNumber(String value) {
        externalNumber = value;
        return this;
    }

    /** Bought by the person with this index, see {@link BrazilianPeople}. */
    public synchronized Order person(int index) {
        person = index;
        return this;
    }

    public synchronized Order items(Item... values) {
        items = List.copyOf(Arrays.asList(values));
        return this;
    }

    public synchronized Order shipping(String amount) {
        shipping = money(amount);
        return this;
    }

    /** Taken off the goods; {@link #goods()} is what is left. */
    public synchronized Order discount(String amount) {
        discount = money(amount);
        return this;
    }

    /** What the way of paying costs, or the wrapping: on top, and not for goods. */
    public synchronized Order surcharge(String amount) {
        surcharge = money(amount);
        return this;
    }

    /** The coupon that the discount, or a part of it, is for. */
    public synchronized Order coupon(String code) {
        coupon = code;
        return this;
    }

    /** PAID unless said otherwise. */
    public synchronized Order stage(Stage value) {
        stage = value;
        return this;
    }

    /** Now unless said otherwise. */
    public synchronized Order placedAt(Instant value) {
        placedAt = value;
        return this;
    }

    // --- what it is

    public synchronized long id() {
        return id;
    }

    public synchronized String number() {
        return number;
    }

    public synchronized String externalNumber() {
        return externalNumber;
    }

    public synchronized int person() {
        return person;
    }

    /** The person with everything that is known about it. */
    public SandboxCustomer buyer() {
        return BrazilianPeople.person(person());
    }

    public String name() {
        return buyer().name();
    }

    /** Digits of the CPF, or of the CNPJ where a company buys. */
    public String document() {
        return buyer().document();
    }

    public boolean company() {
        return buyer().company();
    }

    public String email() {
        return buyer().email();
    }

    /** The mobile phone: everybody has one. */
    public String phone() {
        return buyer().cellphone();
    }

    /** Null where it is not known. */
    public LocalDate birthDate() {
        return buyer().birthDate();
    }

    public synchronized List<Item> items() {
        return items;
    }

    /** The items before any discount. */
    public synchronized BigDecimal subtotal() {
        return items.stream().map(Item::sum).reduce(money("0"), BigDecimal::add);
    }

    /** What was paid for goods alone, after discounts. */
    public synchronized BigDecimal goods() {
        return subtotal().subtract(discount);
    }

    public synchronized BigDecimal shipping() {
        return shipping;
    }

    public synchronized BigDecimal discount() {
        return discount;
    }

    public synchronized BigDecimal surcharge() {
        return surcharge;
    }

    /** Empty without one. */
    public synchronized String coupon() {
        return coupon;
    }

    /** Goods, shipping and surcharge. */
    public synchronized BigDecimal total() {
        return goods().add(shipping).add(surcharge);
    }

    public synchronized Stage stage() {
        return stage;
    }

    public synchronized List<Step> history() {
        return List.copyOf(history);
    }

    /** When it came to this stage last; null if it never did. */
    public synchronized Instant reached(Stage wanted) {
        return history.stream().filter(step -> step.stage() == wanted).map(Step::at).reduce((earlier, later) -> later).orElse(null);
    }

    public synchronized Instant placedAt() {
        return placedAt;
    }

    /** When it was placed, moved or edited last. */
    public synchronized Instant changedAt() {
        return changedAt;
    }

    // --- what becomes of it

    synchronized void placed(long chosenId, String chosenNumber, Instant now) {
        id = chosenId;
        number = chosenNumber;
        placedAt = placedAt == null ? now : placedAt;
        changedAt = placedAt;
        history.add(new Step(stage, placedAt));
    }

    synchronized void moved(Stage to, Instant now) {
        stage = to;
        changedAt = now;
        history.add(new Step(to, now));
    }

    /** The same basket, at another price: the discount stays, the goods come to this much. */
    synchronized void repriced(BigDecimal goods, Instant now) {
        Item first = items.get(0);
        items = List.of(new Item(first.sku(), first.name(), 1, goods.add(discount)));
        changedAt = now;
    }

    synchronized void touched(Instant now) {
        changedAt = now;
    }

    private static BigDecimal money(String amount) {
        return new BigDecimal(amount).setScale(2, RoundingMode.UNNECESSARY);
    }
}
