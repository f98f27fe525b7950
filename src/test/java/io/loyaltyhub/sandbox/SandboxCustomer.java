package io.loyaltyhub.sandbox;

import java.time.LocalDate;

/**
 * A customer of the sandbox shop. {@code cpf}, {@code cnpj}, {@code email}, {@code phone} and {@code cellphone} may be
 * empty but not null; {@code birthDate} may be null. Who has a CNPJ is a company.
 */
public record SandboxCustomer(long id, String name, String cpf, String cnpj, String email, String phone, String cellphone,
                              LocalDate birthDate, boolean female, String companyName, Address address) {

    /** Where parcels go. */
    public record Address(String street, String number, String complement, String neighborhood, String city, String state,
                          String zipCode) {
    }

    public boolean company() {
        return !cnpj.isEmpty();
    }

    /** The CPF or the CNPJ, digits only; empty if there is neither. */
    public String document() {
        return (company() ? cnpj : cpf).replaceAll("\\D", "");
    }

    public SandboxCustomer withId(long other) {
        return new SandboxCustomer(other, name, cpf, cnpj, email, phone, cellphone, birthDate, female, companyName, address);
    }

    public SandboxCustomer withName(String other) {
        return new SandboxCustomer(id, other, cpf, cnpj, email, phone, cellphone, birthDate, female, companyName, address);
    }

    public SandboxCustomer withCpf(String other) {
        return new SandboxCustomer(id, name, other, cnpj, email, phone, cellphone, birthDate, female, companyName, address);
    }

    public SandboxCustomer withEmail(String other) {
        return new SandboxCustomer(id, name, cpf, cnpj, other, phone, cellphone, birthDate, female, companyName, address);
    }

    public SandboxCustomer withPhones(String landline, String mobile) {
        return new SandboxCustomer(id, name, cpf, cnpj, email, landline, mobile, birthDate, female, companyName, address);
    }

    public SandboxCustomer withBirthDate(LocalDate other) {
        return new SandboxCustomer(id, name, cpf, cnpj, email, phone, cellphone, other, female, companyName, address);
    }
}
