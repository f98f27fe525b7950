package io.loyaltyhub.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Keeps a platform from keeping a thread. The client's time-outs are those of a single read, so that an answer that drips
 * never runs into one; and closing an answer before its end makes the client read the rest, which may have no end. Here
 * a call has a time to be over by, and an answer that is closed early takes its connection with it.
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
        alarm.setRemoveOnCancelPolicy(true);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain) throws IOException, HttpException {
        AtomicBoolean over = new AtomicBoolean();
        ScheduledFuture<?> end = alarm.schedule(() -> {
            over.set(true);
            scope.execRuntime.discardEndpoint();
        }, longest.toMillis(), TimeUnit.MILLISECONDS);
        ClassicHttpResponse response;
        try {
            response = chain.proceed(request, scope);
        } catch (IOException | HttpException | RuntimeException e) {
            end.cancel(false);
            if (over.get()) {
                throw new InterruptedIOException("the call took longer than " + longest);
            }
            throw e;
        }
        if (response.getEntity() == null) {
            end.cancel(false);
        } else {
            response.setEntity(new Answer(response.getEntity(), scope.execRuntime, end));
        }
        return response;
    }

    @Override
    public void close() {
        alarm.shutdownNow();
    }

    private static final class Answer extends HttpEntityWrapper {

        private final ExecRuntime connection;
        private final ScheduledFuture<?> end;

        Answer(HttpEntity entity, ExecRuntime connection, ScheduledFuture<?> end) {
            super(entity);
            this.connection = connection;
            this.end = end;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new FilterInputStream(super.getContent()) {

                private boolean read;

                @Override
                public int read() throws IOException {
                    int one = super.read();
                    read |= one < 0;
                    return one;
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int some = super.read(target, offset, length);
                    read |= some < 0;
                    return some;
                }

                @Override
                public void close() throws IOException {
                    end.cancel(false);
                    if (!read) {
                        connection.discardEndpoint();
                    }
                    super.close();
                }
            };
        }
    }
}
