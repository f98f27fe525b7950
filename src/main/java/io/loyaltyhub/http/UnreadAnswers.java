package io.loyaltyhub.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * An answer that is given up before its end goes together with its connection. The HTTP client's own way is to read the
 * rest when the answer is closed, however much and however slow that is: a worker lost to a shop that never ends.
 */
final class UnreadAnswers implements ExecChainHandler {

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain) throws IOException, HttpException {
        ClassicHttpResponse response = chain.proceed(request, scope);
        if (response.getEntity() != null) {
            response.setEntity(new Droppable(response.getEntity(), scope.execRuntime));
        }
        return response;
    }

    private static final class Droppable extends HttpEntityWrapper {

        private final ExecRuntime connection;
        private InputStream content;

        Droppable(HttpEntity entity, ExecRuntime connection) {
            super(entity);
            this.connection = connection;
        }

        /** Always the same stream: closing it a second time must not find another one to read. */
        @Override
        public InputStream getContent() throws IOException {
            if (content == null) {
                content = new Content(super.getContent(), connection);
            }
            return content;
        }
    }

    private static final class Content extends FilterInputStream {

        private final ExecRuntime connection;
        private boolean over;

        Content(InputStream in, ExecRuntime connection) {
            super(in);
            this.connection = connection;
        }

        @Override
        public int read() throws IOException {
            return noticingTheEnd(super.read());
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return noticingTheEnd(super.read(into, offset, length));
        }

        private int noticingTheEnd(int read) {
            over |= read < 0;
            return read;
        }

        @Override
        public void close() throws IOException {
            if (over) {
                super.close();
            } else {
                over = true;
                connection.discardEndpoint();
            }
        }
    }
}
