package io.loyaltyhub.mail;

import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** A mailbox that does not answer is told of once, in a line, and again when it answers: it is asked every minute. */
@Component("bounceMailboxTroubles")
public class BounceMailboxTroubles implements PollingConsumerPollStrategy, ExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(BounceMailboxTroubles.class);

    private boolean inTrouble;
    private boolean inTroubleNow;

    @Override
    public synchronized boolean begin(Consumer consumer, Endpoint endpoint) {
        inTroubleNow = false;
        return true;
    }

    @Override
    public synchronized void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
        if (inTrouble && !inTroubleNow) {
            inTrouble = false;
            LOG.info("the mailbox for bounces answers again");
        }
    }

    @Override
    public boolean rollback(Consumer consumer, Endpoint endpoint, int retryCounter, Exception cause) {
        handleException(cause);
        return false;
    }

    @Override
    public synchronized void handleException(Throwable exception) {
        inTroubleNow = true;
        if (!inTrouble) {
            inTrouble = true;
            LOG.warn("the mailbox for bounces does not answer, and is asked again: {}", Refusal.of(exception).detail());
        }
    }

    @Override
    public void handleException(String message, Throwable exception) {
        handleException(exception);
    }

    @Override
    public void handleException(String message, Exchange exchange, Throwable exception) {
        handleException(exception);
    }
}
