package io.loyaltyhub.support;

import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.demo.HubClient.Answer;
import io.loyaltyhub.json.Json;

/** A client of the API that holds every answer against {@code openapi.yaml} before it hands it out. */
public final class ContractClient {

    private final HubClient client;

    public ContractClient(HubClient client) {
        this.client = client;
    }

    public ContractClient merchant(String apiKey) {
        return new ContractClient(client.merchant(apiKey));
    }

    public ContractClient anonymous() {
        return new ContractClient(client.anonymous());
    }

    /** For requests whose answers no contract can promise, such as to paths that do not exist. */
    public HubClient unchecked() {
        return client;
    }

    public Answer get(String path) {
        return send("GET", path, null);
    }

    public Answer post(String path, Object body) {
        return send("POST", path, body == null ? null : Json.write(body));
    }

    public Answer patch(String path, Object body) {
        return send("PATCH", path, Json.write(body));
    }

    public Answer delete(String path) {
        return send("DELETE", path, null);
    }

    public Answer send(String method, String path, String body, String... headers) {
        Answer answer = client.send(method, path, body, headers);
        ApiContract.current().check(method, path, answer);
        return answer;
    }
}
