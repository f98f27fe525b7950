package io.loyaltyhub.sandbox;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The shop's orders. A hundred thousand cost a few megabytes, because a bulk order is only a seed until somebody reads it;
 * a selection is kept until the next change, so that paging through it does not filter everything again for each page.
 */
final class OrderStore {

    private static final int SELECTIONS_KEPT = 16;

    private final OrderGenerator generator = new OrderGenerator();
    private final TreeMap<Long, StoredOrder> orders = new TreeMap<>();
    private final Map<OrderFilter, List<StoredOrder>> selections = new LinkedHashMap<>();
    private final CustomerStore customers;
    private final ShopClock clock;
    private final long shopSeed;
    private long nextId = 80_001;
    private long placedSoFar;
    private int people = 1_000;

    OrderStore(CustomerStore customers, ShopClock clock, long shopSeed) {
        this.customers = customers;
        this.clock = clock;
        this.shopSeed = shopSeed;
    }

    synchronized void people(int count) {
        people = count;
    }

    synchronized long place(SandboxOrder order) {
        long seed = OrderGenerator.seed(shopSeed, placedSoFar++);
        SandboxCustomer customer = order.customer() != null ? order.customer() : BrazilianPeople.person(personOf(seed));
        customers.know(customer);
        long id = order.id() != null ? order.id() : nextId;
        if (orders.containsKey(id)) {
            throw new IllegalArgumentException("There is an order " + id + " already");
        }
        nextId = Math.max(nextId, id + 1);
        long now = clock.now();
        long placed = order.placedAt() != null ? ShopClock.seconds(order.placedAt()) : now;
        long modified = order.modifiedAt() != null ? ShopClock.seconds(order.modifiedAt()) : placed;
        put(new StoredOrder(id, customer.id(), order, seed, order.status(), placed, modified, order.status().paid() ? placed : 0));
        return id;
    }

    synchronized long placeMany(int count, SandboxStatus status, long firstAt, long secondsApart) {
        long first = nextId;
        for (int i = 0; i < count; i++) {
            long seed = OrderGenerator.seed(shopSeed, placedSoFar++);
            int person = personOf(seed);
            customers.knowPerson(person);
            long at = firstAt + i * secondsApart;
            long id = nextId++;
            orders.put(id, new StoredOrder(id, BrazilianPeople.FIRST_ID + person, null, seed, status, at, at, status.paid() ? at : 0));
        }
        selections.clear();
        return first;
    }

    synchronized SandboxOrder randomBasket() {
        return generator.basket(OrderGenerator.seed(shopSeed, placedSoFar++));
    }

    synchronized void changeStatus(long id, SandboxStatus status) {
        put(existing(id).inStatus(status, clock.now()));
    }

    synchronized void edit(long id, UnaryOperator<SandboxOrder> change) {
        StoredOrder order = existing(id);
        put(order.withBasket(change.apply(order.basket(generator)), clock.now()));
    }

    synchronized void modifiedAt(long id, long instant) {
        put(existing(id).modifiedAt(instant));
    }

    synchronized void remove(long id) {
        existing(id);
        orders.remove(id);
        selections.clear();
    }

    synchronized void clear() {
        orders.clear();
        selections.clear();
    }

    /** Null if there is none. */
    synchronized StoredOrder find(long id) {
        return orders.get(id);
    }

    SandboxOrder basket(StoredOrder order) {
        return order.basket(generator);
    }

    synchronized List<Long> ids() {
        return List.copyOf(orders.keySet());
    }

    /** All orders the filter lets through, in its order; the list is never changed afterwards. */
    synchronized List<StoredOrder> select(OrderFilter filter) {
        List<StoredOrder> known = selections.get(filter);
        if (known != null) {
            return known;
        }
        List<StoredOrder> found = new ArrayList<>();
        for (StoredOrder order : orders.values()) {
            if (filter.accepts(order, generator)) {
                found.add(order);
            }
        }
        Comparator<StoredOrder> byId = Comparator.comparingLong(StoredOrder::id);
        found.sort(switch (filter.sort()) {
            case "id_desc" -> byId.reversed();
            case "modified_asc" -> Comparator.comparingLong(StoredOrder::modified).thenComparing(byId);
            case "modified_desc" -> Comparator.comparingLong(StoredOrder::modified).thenComparing(byId).reversed();
            case "date_asc" -> Comparator.comparingLong(StoredOrder::placed).thenComparing(byId);
            case "date_desc" -> Comparator.comparingLong(StoredOrder::placed).thenComparing(byId).reversed();
            default -> byId;
        });
        if (selections.size() == SELECTIONS_KEPT) {
            selections.clear();
        }
        selections.put(filter, found);
        return found;
    }

    private int personOf(long seed) {
        return (int) Math.floorMod(seed >>> 7, (long) people);
    }

    private StoredOrder existing(long id) {
        StoredOrder order = orders.get(id);
        if (order == null) {
            throw new NoSuchElementException("The shop has no order " + id);
        }
        return order;
    }

    private void put(StoredOrder order) {
        orders.put(order.id(), order);
        selections.clear();
    }
}
