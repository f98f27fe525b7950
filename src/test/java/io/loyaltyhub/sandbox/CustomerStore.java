package io.loyaltyhub.sandbox;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Everybody who has bought or registered. */
final class CustomerStore {

    private final TreeMap<Long, StoredCustomer> customers = new TreeMap<>();
    private final ShopClock clock;

    CustomerStore(ShopClock clock) {
        this.clock = clock;
    }

    synchronized void know(SandboxCustomer customer) {
        StoredCustomer known = customers.get(customer.id());
        if (known == null || !known.person().equals(customer)) {
            long now = clock.now();
            customers.put(customer.id(), new StoredCustomer(customer, known == null ? now : known.created(), now));
        }
    }

    synchronized void knowPerson(int index) {
        if (!customers.containsKey(BrazilianPeople.FIRST_ID + index)) {
            know(BrazilianPeople.person(index));
        }
    }

    synchronized void change(long id, UnaryOperator<SandboxCustomer> change) {
        StoredCustomer known = find(id);
        if (known == null) {
            throw new NoSuchElementException("The shop has no customer " + id);
        }
        know(change.apply(known.person()).withId(id));
    }

    /** Null if there is none. */
    synchronized StoredCustomer find(long id) {
        return customers.get(id);
    }

    synchronized List<StoredCustomer> select(Predicate<StoredCustomer> filter) {
        return customers.values().stream().filter(filter).toList();
    }
}
