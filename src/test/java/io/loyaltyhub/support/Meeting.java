package io.loyaltyhub.support;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** Where callers of a stand-in wait for each other, so that all of them are under way at once. */
public final class Meeting {

    private final CyclicBarrier barrier;

    public Meeting(int callers) {
        barrier = new CyclicBarrier(callers);
    }

    /** Back when all are here. */
    public void join() {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("not all came", e);
        }
    }
}
