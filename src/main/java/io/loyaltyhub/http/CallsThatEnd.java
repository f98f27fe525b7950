package io.loyaltyhub.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

/**
 * Gives every call a time to be over by. The client's time-outs are those of a single read: headers that drip, or a packed
 * body that unpacks to nothing, never run into one, and would keep a thread for as long as a platform likes.
 */
final class CallsThatEnd implements ExecChainHandler, AutoCloseable {

    private final Duration longest;
    private final ScheduledThreadPoolExecutor alarm;

    CallsThatEnd(Duration longest) {
        this.longest = longest;
        this.alarm = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "calls-that-end");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain) throws IOException, HttpException {
        AtomicBoolean over = new AtomicBoolean();
        // Not called off when the call ends: its connection is given back by then, and there is nothing to discard.
        alarm.schedule(() -> {
            over.set(true);
            scope.execRuntime.discardEndpoint();
        }, longest.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return chain.proceed(request, scope);
        } catch (IOException | HttpException | RuntimeException e) {
            if (over.get()) {
                throw new InterruptedIOException("the call took longer than " + longest);
            }
            throw e;
        }
    }

    @Override
    public void close() {
        alarm.shutdownNow();
    }
}
