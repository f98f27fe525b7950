package io.loyaltyhub.poll;

import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;
import org.springframework.stereotype.Component;

/**
 * The memory of the idempotent consumer: the versions of this page's orders, read with one query when the page was
 * opened. It spares detail calls and work; that nothing is paid twice is the ledger's doing, not this one's.
 */
@Component("seenVersions")
public class SeenVersions extends ServiceSupport implements IdempotentRepository {

    @Override
    public boolean add(Exchange exchange, String version) {
        PageRead page = exchange.getVariable("page", PageRead.class);
        return page.firstSight(exchange.getVariable("orderId", String.class), version);
    }

    /** The page's posting is what remembers a version; there is nothing to confirm before. */
    @Override
    public boolean confirm(Exchange exchange, String key) {
        return true;
    }

    @Override
    public boolean add(String key) {
        throw new UnsupportedOperationException("a version is known within a page only");
    }

    @Override
    public boolean contains(String key) {
        return false;
    }

    @Override
    public boolean remove(String key) {
        return true;
    }

    @Override
    public boolean confirm(String key) {
        return true;
    }

    @Override
    public void clear() {
        // Nothing outlives its page.
    }
}
