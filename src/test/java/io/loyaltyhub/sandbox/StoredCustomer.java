package io.loyaltyhub.sandbox;

/** A customer and when the shop first and last wrote the record, in seconds of its wall clock. */
record StoredCustomer(SandboxCustomer person, long created, long modified) {

    long id() {
        return person.id();
    }
}
