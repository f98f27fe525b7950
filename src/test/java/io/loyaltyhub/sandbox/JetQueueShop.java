package io.loyaltyhub.sandbox;

import static io.loyaltyhub.sandbox.TinyV2Shop.fields;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Refusal;
import io.loyaltyhub.sandbox.kit.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * JET's integration API: a login in Base64, and queues of which each entry comes again and again until it is deleted. An entry is
 * the order as it was when it changed; who changes several times has several.
 */
public final class JetQueueShop extends JetShop {

    private static final int BATCH = 25;
    private static final Duration LOGIN_LASTS = Duration.ofHours(1);
    private static final Map<String, Object> CREDENTIALS = Map.of("userName", "hub.pedidos", "password", "açúcar & afeto?", "storeId", "1234");
    private static final String INTEGRATION_KEY = "chave>>da loja??";

    /** @param whose the order, or the first of the customer's */
    private record Entry(Order whose, String actionType, Map<String, Object> entity) {
    }

    private final TreeMap<Long, Entry> orderQueue = new TreeMap<>();
    private final TreeMap<Long, Entry> customerQueue = new TreeMap<>();
    private final Set<Integer> knownPeople = new HashSet<>();
    private final Map<String, Instant> logins = new HashMap<>();
    private long lastEntry = 900_000;

    public JetQueueShop() {
        this(Clock.systemUTC());
    }

    public JetQueueShop(Clock clock) {
        super(clock);
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>(CREDENTIALS);
        settings.putAll(Map.of("integrationKey", INTEGRATION_KEY, "baseUrl", address().toString()));
        return settings;
    }

    @Override
    public Map<String, Object> wrongSettings() {
        Map<String, Object> settings = settings();
        settings.put("password", "engano");
        return settings;
    }

    @Override
    public boolean isList(Call call) {
        return call.path().equals("/api/v1/adm_order/GetQueue");
    }

    @Override
    public boolean isDetail(Call call) {
        return call.path().startsWith("/api/v1/adm_order/GetOrder/");
    }

    @Override
    protected synchronized void changed(Order order) {
        orderQueue.put(++lastEntry, new Entry(order, order.history().size() == 1 ? "I" : "A", complete(order)));
        if (knownPeople.add(order.person())) {
            customerQueue.put(++lastEntry, new Entry(order, "I", customer(order)));
        }
    }

    /** How many entries of orders wait to be deleted. */
    public synchronized int waiting() {
        return orderQueue.size();
    }

    public synchronized int customersWaiting() {
        return customerQueue.size();
    }

    @Override
    protected Reply answer(Call call) {
        if (call.path().equals("/api/v1/auth")) {
            return login(call);
        }
        authorise(call);
        return switch (call.method() + " " + call.path()) {
            case "GET /api/v1/adm_order/GetQueue" -> read(orderQueue);
            case "POST /api/v1/adm_order/DeleteQueue" -> delete(orderQueue, call);
            case "GET /api/v1/adm_customer/GetQueue" -> read(customerQueue);
            case "POST /api/v1/adm_customer/DeleteQueue" -> delete(customerQueue, call);
            default -> call.method().equals("GET") && isDetail(call)
                    ? find(call.path().substring(call.path().lastIndexOf('/') + 1)).map(order -> Reply.json(complete(order))).orElseGet(JetQueueShop::notFound)
                    : notFound();
        };
    }

    private synchronized Reply login(Call call) {
        boolean right = call.method().equals("POST") && isJson(call) && CREDENTIALS.entrySet().stream()
                .allMatch(credential -> base64(credential.getValue()).equals(call.json().path(credential.getKey()).asText()));
        if (!right) {
            return unauthorised();
        }
        String token = "exemplo." + (logins.size() + 1) + ".assinatura";
        logins.put(token, clock().instant().plus(LOGIN_LASTS));
        return Reply.json(fields("access_token", token, "expires_in", LOGIN_LASTS.toSeconds()));
    }

    private synchronized void authorise(Call call) {
        String bearer = call.header("authorization");
        Instant until = bearer != null && bearer.startsWith("Bearer ") ? logins.get(bearer.substring(7)) : null;
        boolean right = until != null && clock().instant().isBefore(until) && base64(INTEGRATION_KEY).equals(call.query("integrationKey"));
        if (!right) {
            throw new Refusal(unauthorised());
        }
        if (call.query().size() > 1 || call.method().equals("POST") && !isJson(call)) {
            throw new Refusal(Reply.json(400, Map.of("message", "Bad Request")));
        }
    }

    private synchronized Reply read(TreeMap<Long, Entry> queue) {
        return Reply.json(queue.entrySet().stream().limit(BATCH).map(entry -> {
            Map<String, Object> entity = new LinkedHashMap<>(entry.getValue().entity());
            if (poisoned(entry.getValue().whose()) && entity.containsKey("total")) {
                entity.put("total", money(entry.getValue().whose(), entry.getValue().whose().total()));
            }
            return fields("idQueue", entry.getKey(), "actionType", entry.getValue().actionType(), "entity", entity);
        }).toList());
    }

    private synchronized Reply delete(TreeMap<Long, Entry> queue, Call call) {
        List<JsonNode> entries = call.json().findValues("idQueue");
        if (!call.json().isArray() || entries.isEmpty() || !entries.stream().allMatch(JsonNode::isIntegralNumber)) {
            return Reply.text(400, "Corpo inválido");
        }
        entries.forEach(entry -> queue.remove(entry.asLong()));
        return Reply.text(200, "Registros removidos da fila");
    }

    private static Map<String, Object> customer(Order order) {
        return fields("idCustomer", order.buyer().id(), "name", order.name(), "fantasyName", "", "typeCustomer", order.company() ? 1 : 0,
                "cpf_cnpj", order.document(), "dateBirth", midnight(order), "status", 0, "block", false,
                "user", fields("email", order.email(), "password", null), "email", order.person() % 2 == 0 ? order.email() : "",
                "phone", fields("phone1", order.phone(), "phone2", "", "phoneAdditional", ""), "address", List.of(),
                "dateRegister", time(order.placedAt()), "originOfRegistration", "Site", "metaData", "{}");
    }

    private static Reply notFound() {
        return Reply.json(404, Map.of("message", "Not Found"));
    }

    private static boolean isJson(Call call) {
        return call.header("content-type") != null && call.header("content-type").startsWith("application/json");
    }

    private static String base64(Object value) {
        return Base64.getEncoder().encodeToString(value.toString().getBytes(StandardCharsets.UTF_8));
    }
}
