package io.loyaltyhub.sale;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * The canonical sale: one order of any platform in the hub's own words. Amounts are BRL with two decimals; times carry
 * the offset of the shop; what the platform did not say is null.
 *
 * @param id             the platform's key of the order
 * @param number         what the customer sees
 * @param externalNumber the shop's number of the same sale, where an ERP reports it
 * @param warnings       what was wrong without making the sale unreadable, e.g. {@code DOCUMENT_INVALID}
 */
public record Sale(
        String id,
        String number,
        String externalNumber,
        String channel,
        String branch,
        Status status,
        OffsetDateTime placedAt,
        OffsetDateTime updatedAt,
        Customer customer,
        List<Item> items,
        Amounts amounts,
        String coupon,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {

    public static final String DOCUMENT_INVALID = "DOCUMENT_INVALID";

    /** An order's status at its platform; statuses are told apart by id, by name where a platform has no ids. */
    public record Status(String id, String name) {
    }

    /** Who bought. {@code document} is a CPF or CNPJ, digits only, check digits verified. */
    public record Customer(String id, String name, String document, String email, String phone, LocalDate birthDate) {
    }

    public record Item(String sku, String name, BigDecimal quantity, BigDecimal unitPrice) {
    }

    /**
     * @param goods    what was paid for goods: after every discount, without freight, interest and payment surcharges
     * @param refunded what was given back since
     */
    public record Amounts(
            BigDecimal goods,
            BigDecimal shipping,
            BigDecimal discount,
            BigDecimal surcharge,
            BigDecimal total,
            BigDecimal refunded) {
    }

    /** The same sale of this branch, unless the platform names one. */
    public Sale ofBranch(String name) {
        return branch != null || name == null ? this
                : new Sale(id, number, externalNumber, channel, name, status, placedAt, updatedAt, customer, items, amounts, coupon, warnings);
    }

    /** The same sale, less who bought. */
    public Sale withoutCustomer() {
        return new Sale(id, number, externalNumber, channel, branch, status, placedAt, updatedAt, new Customer(null, null, null, null, null, null), items,
                amounts, coupon, warnings);
    }

    /**
     * The fingerprint of what matters for points. Two readings of an order with the same version need not be looked at
     * twice; it is kept readable because people compare it when they ask why an order was skipped.
     */
    public String version() {
        String changed = updatedAt == null ? "-" : updatedAt.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime().toString();
        return status.id() + '|' + amounts.total() + '|' + amounts.goods() + '|' + amounts.refunded() + '|' + changed;
    }
}
