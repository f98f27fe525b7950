package io.loyaltyhub.sandbox;

import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.Reply;
import java.time.Clock;
import java.util.Map;

/** JET's OpenAPI: a key in a header, one order by its id, and no way to learn of it but its announcement. */
public final class JetOpenApiShop extends JetShop {

    private static final String KEY = "chave-da-openapi";
    private static final String BY_ID = "/order/api/v1/id/";

    public JetOpenApiShop() {
        this(Clock.systemUTC());
    }

    public JetOpenApiShop(Clock clock) {
        super(clock);
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("openApiKey", KEY, "baseUrl", address().toString());
    }

    @Override
    public Map<String, Object> wrongSettings() {
        return Map.of("openApiKey", "chave-de-outra-loja", "baseUrl", address().toString());
    }

    @Override
    public boolean announcesOnly() {
        return true;
    }

    @Override
    public boolean isList(Call call) {
        return false;
    }

    @Override
    public boolean isDetail(Call call) {
        return call.path().startsWith(BY_ID);
    }

    @Override
    protected Reply answer(Call call) {
        if (!KEY.equals(call.header("apiKey"))) {
            return unauthorised();
        }
        if (!call.method().equals("GET") || !isDetail(call) || !call.query().isEmpty()) {
            return Reply.json(404, Map.of("error", "Not Found"));
        }
        return find(call.path().substring(BY_ID.length())).map(order -> Reply.json(Map.of("result", complete(order))))
                .orElseGet(() -> Reply.json(404, Map.of("message", "Pedido não encontrado")));
    }
}
