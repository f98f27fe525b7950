package io.loyaltyhub.sandbox;

/**
 * An order as the shop keeps it: where it stands, and either its own basket or the seed of one. Times are seconds of the
 * shop's wall clock; {@code paid} is 0 while nothing was paid.
 */
record StoredOrder(long id, long customerId, SandboxOrder own, long seed, SandboxStatus status, long placed, long modified, long paid) {

    SandboxOrder basket(OrderGenerator generator) {
        return own != null ? own : generator.basket(seed);
    }

    StoredOrder inStatus(SandboxStatus other, long now) {
        long paidNow = paid == 0 && other.paid() ? now : paid;
        return new StoredOrder(id, customerId, own, seed, other, placed, now, paidNow);
    }

    StoredOrder withBasket(SandboxOrder other, long now) {
        return new StoredOrder(id, customerId, other, seed, status, placed, now, paid);
    }

    StoredOrder modifiedAt(long instant) {
        return new StoredOrder(id, customerId, own, seed, status, placed, instant, paid);
    }
}
