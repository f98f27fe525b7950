package io.loyaltyhub.poll;

import java.time.Duration;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** This process, as the others see it in the database. A restarted node is another one. */
@Component
public class Node {

    private final String name = ProcessHandle.current().pid() + "-" + UUID.randomUUID().toString().substring(0, 8);
    private final Duration lease;

    public Node(@Value("${hub.poll.lease:PT30S}") Duration lease) {
        this.lease = lease;
    }

    public String name() {
        return name;
    }

    Duration lease() {
        return lease;
    }

    public double leaseSeconds() {
        return lease.toMillis() / 1000.0;
    }
}
