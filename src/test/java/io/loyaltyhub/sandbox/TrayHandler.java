package io.loyaltyhub.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;

/** One call from wire to wire: counted, perhaps spoilt, answered. */
final class TrayHandler implements HttpHandler {

    private final String base;
    private final CallLog log;
    private final FaultPlan faults;
    private final TrayProtocol protocol;

    TrayHandler(String base, CallLog log, FaultPlan faults, TrayProtocol protocol) {
        this.base = base;
        this.log = log;
        this.faults = faults;
        this.protocol = protocol;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            TrayCall call = TrayCall.read(exchange, base);
            log.record(call);
            TrayAnswer answer;
            try {
                answer = faults.answer(call, this::answer);
            } catch (RuntimeException unexpected) {
                // A hook or the sandbox itself is broken: say so, rather than look like a fault that somebody planned.
                unexpected.printStackTrace();
                answer = TrayAnswer.of(500, "text/plain; charset=utf-8", "The sandbox failed: " + unexpected);
            }
            answer.delivery().send(exchange, answer);
        } catch (InterruptedException shopCloses) {
            Thread.currentThread().interrupt();
        }
    }

    private TrayAnswer answer(TrayCall call) {
        try {
            return protocol.answer(call);
        } catch (TrayRefusal refusal) {
            return TrayJson.error(refusal, call.path());
        }
    }
}
