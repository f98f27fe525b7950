package io.loyaltyhub.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes a customer: the list has neither phone nor street, the single record and a complete order have both. */
final class CustomerRows {

    private CustomerRows() {
    }

    static void listed(JsonGenerator json, StoredCustomer customer) throws IOException {
        who(json, customer);
        json.writeStringField("last_visit", ShopClock.day(customer.modified()));
        json.writeArrayFieldStart("CustomerAddress");
        json.writeStartObject();
        TrayJson.text(json, "id", addressId(customer.id()));
        json.writeEndObject();
        json.writeEndArray();
    }

    static void complete(JsonGenerator json, StoredCustomer customer, String lastPurchase) throws IOException {
        SandboxCustomer person = customer.person();
        who(json, customer);
        TrayJson.empty(json, "rg", "state_inscription");
        json.writeStringField("phone", person.phone());
        json.writeStringField("cellphone", person.cellphone());
        json.writeStringField("type", person.company() ? "1" : "0");
        json.writeStringField("company_name", person.companyName());
        json.writeStringField("last_purchase", lastPurchase);
        json.writeStringField("total_orders", "1");
        json.writeStringField("blocked", "0");
        json.writeStringField("profile_customer_id", "0");
        SandboxCustomer.Address at = person.address();
        json.writeStringField("address", at.street());
        json.writeStringField("number", at.number());
        json.writeStringField("complement", at.complement());
        json.writeStringField("neighborhood", at.neighborhood());
        json.writeStringField("zip_code", at.zipCode());
        json.writeStringField("country", "BRA");
        json.writeObjectFieldStart("Extensions");
        TrayJson.none(json, "Profile", "Profiles");
        json.writeEndObject();
        json.writeArrayFieldStart("CustomerAddresses");
        json.writeStartObject();
        json.writeObjectFieldStart("CustomerAddress");
        TrayJson.text(json, "id", addressId(customer.id()));
        TrayJson.text(json, "customer_id", customer.id());
        json.writeStringField("recipient", person.name());
        json.writeStringField("address", at.street());
        json.writeStringField("number", at.number());
        json.writeStringField("complement", at.complement());
        json.writeStringField("neighborhood", at.neighborhood());
        json.writeStringField("city", at.city());
        json.writeStringField("state", at.state());
        json.writeStringField("zip_code", at.zipCode());
        json.writeStringField("country", "BRA");
        json.writeStringField("type", "1");
        json.writeStringField("active", "1");
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndArray();
    }

    static long addressId(long customerId) {
        return customerId + 7_000;
    }

    private static void who(JsonGenerator json, StoredCustomer customer) throws IOException {
        SandboxCustomer person = customer.person();
        TrayJson.text(json, "id", customer.id());
        json.writeStringField("name", person.name());
        json.writeStringField("cpf", person.cpf());
        json.writeStringField("cnpj", person.cnpj());
        json.writeStringField("birth_date", person.birthDate() == null ? "0000-00-00" : person.birthDate().toString());
        json.writeStringField("gender", person.female() ? "1" : "0");
        json.writeStringField("email", person.email());
        json.writeStringField("city", person.address().city());
        json.writeStringField("state", person.address().state());
        json.writeStringField("newsletter", "1");
        json.writeStringField("created", ShopClock.stamp(customer.created()));
        json.writeStringField("registration_date", ShopClock.day(customer.created()));
        json.writeStringField("modified", ShopClock.stamp(customer.modified()));
    }
}
