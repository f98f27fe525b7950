package io.loyaltyhub.sandbox;

import static io.loyaltyhub.sandbox.TinyV2Shop.fields;

import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.Limits;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Reply;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Stage;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Version 3 of Tiny's API: OAuth with a refresh token that works once, statuses as numbers, a filter that knows days. */
public final class TinyV3Shop extends Shop {

    private static final ZoneOffset BRASILIA = ZoneOffset.ofHours(-3);
    private static final String FIRST = "refresh-0";

    private final Set<String> refreshTokens = new HashSet<>(Set.of(FIRST));
    private final Set<String> accessTokens = new HashSet<>();
    private int issued;

    public TinyV3Shop() {
        this(Clock.systemUTC());
    }

    public TinyV3Shop(Clock clock) {
        super(clock);
        limits(Limits.perMinute(30));
    }

    @Override
    public String platform() {
        return "tiny";
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("apiVersion", 3, "clientId", "hub", "clientSecret", "segredo", "refreshToken", newRefreshToken(), "baseUrl", address().toString());
    }

    /** The merchant authorises anew: each integration begins with a token of its own. */
    private synchronized String newRefreshToken() {
        String token = "authorised-" + ++issued;
        refreshTokens.add(token);
        return token;
    }

    @Override
    public Map<String, Object> wrongSettings() {
        return Map.of("apiVersion", 3, "clientId", "hub", "clientSecret", "segredo", "refreshToken", "spent", "baseUrl", address().toString());
    }

    @Override
    public List<String> scoringStatuses() {
        return List.of("3", "5", "6");
    }

    @Override
    public List<String> reversalStatuses() {
        return List.of("2");
    }

    @Override
    public boolean isList(Call call) {
        return call.path().equals("/public-api/v3/pedidos");
    }

    @Override
    public boolean isDetail(Call call) {
        return call.path().startsWith("/public-api/v3/pedidos/");
    }

    @Override
    public Optional<Call> hook(Order order) {
        return Optional.of(Call.postJson(Map.of("versao", "1.0.1", "tipo", "inclusao_pedido", "dados", Map.of("id", order.id()))));
    }

    @Override
    protected Reply tooMany() {
        return Reply.empty(429);
    }

    @Override
    protected Reply unauthorised() {
        return Reply.json(401, Map.of("mensagem", "Não autorizado"));
    }

    @Override
    protected Reply answer(Call call) {
        if (call.path().equals("/realms/tiny/protocol/openid-connect/token")) {
            return token(call);
        }
        String bearer = call.header("authorization");
        synchronized (this) {
            if (bearer == null || !bearer.startsWith("Bearer ") || !accessTokens.contains(bearer.substring(7))) {
                return unauthorised();
            }
        }
        if (!call.method().equals("GET")) {
            return Reply.json(405, Map.of("mensagem", "Método não permitido"));
        }
        if (call.path().equals("/public-api/v3/contatos")) {
            return contacts(call);
        }
        if (call.path().startsWith("/public-api/v3/contatos/")) {
            String id = call.path().substring(call.path().lastIndexOf('/') + 1);
            return orders().stream().filter(order -> Integer.toString(7_000 + order.person()).equals(id)).findFirst()
                    .map(order -> Reply.json(customer(order))).orElseGet(() -> Reply.json(404, Map.of("mensagem", "Não encontrado")));
        }
        if (isList(call)) {
            return orders(call);
        }
        return find(call.path().substring(call.path().lastIndexOf('/') + 1)).map(order -> Reply.json(complete(order)))
                .orElseGet(() -> Reply.json(404, Map.of("mensagem", "Não encontrado")));
    }

    private synchronized Reply token(Call call) {
        Map<String, String> form = call.form();
        if (!call.method().equals("POST") || !"hub".equals(form.get("client_id")) || !"segredo".equals(form.get("client_secret"))) {
            return Reply.json(401, Map.of("error", "invalid_client"));
        }
        if (!"refresh_token".equals(form.get("grant_type")) || !refreshTokens.remove(form.get("refresh_token"))) {
            return Reply.json(400, Map.of("error", "invalid_grant", "error_description", "Token is not active"));
        }
        String access = "access-" + ++issued;
        String refresh = "refresh-" + issued;
        accessTokens.add(access);
        refreshTokens.add(refresh);
        return Reply.json(fields("access_token", access, "expires_in", 14_400, "refresh_expires_in", 86_400, "refresh_token", refresh,
                "token_type", "Bearer", "scope", "openid"));
    }

    private Reply orders(Call call) {
        List<Order> found = new ArrayList<>(orders());
        if (call.query("dataAtualizacao") != null) {
            try {
                LocalDate day = LocalDate.parse(call.query("dataAtualizacao"));
                found.removeIf(order -> order.changedAt().atOffset(BRASILIA).toLocalDate().isBefore(day));
            } catch (DateTimeParseException malformed) {
                return Reply.json(400, Map.of("mensagem", "Parâmetro inválido", "detalhes",
                        List.of(Map.of("campo", "dataAtualizacao", "mensagem", "Formato esperado AAAA-MM-DD"))));
            }
        }
        if ("desc".equals(call.query("orderBy"))) {
            java.util.Collections.reverse(found);
        }
        return sliced(call, found.stream().map(this::row).toList());
    }

    private Reply contacts(Call call) {
        Map<Integer, Map<String, Object>> people = new LinkedHashMap<>();
        orders().forEach(order -> people.putIfAbsent(order.person(), customer(order)));
        return sliced(call, List.copyOf(people.values()));
    }

    private static Reply sliced(Call call, List<Map<String, Object>> all) {
        int limit = Integer.parseInt(call.query("limit", "100"));
        int offset = Integer.parseInt(call.query("offset", "0"));
        return Reply.json(fields("itens", slice(all, offset, limit), "paginacao", fields("limit", limit, "offset", offset, "total", all.size())));
    }

    private Map<String, Object> row(Order order) {
        return fields("id", order.id(), "situacao", status(order.stage()), "numeroPedido", Long.parseLong(order.number()),
                "ecommerce", order.externalNumber().isEmpty() ? null : fields("id", 1, "nome", "Loja", "numeroPedidoEcommerce", order.externalNumber()),
                "dataCriacao", order.placedAt().atOffset(BRASILIA).toLocalDate().toString(), "dataPrevista", "", "cliente", customer(order),
                "valor", money(order, order.total()));
    }

    private Map<String, Object> complete(Order order) {
        Map<String, Object> complete = row(order);
        complete.remove("valor");
        complete.put("data", complete.remove("dataCriacao"));
        complete.put("valorTotalProdutos", amount(order, order.subtotal()));
        complete.put("valorTotalPedido", amount(order, order.total()));
        complete.put("valorDesconto", amount(order, order.discount()));
        complete.put("valorFrete", amount(order, order.shipping()));
        complete.put("valorOutrasDespesas", amount(order, order.surcharge()));
        complete.put("itens", order.items().stream().map(item -> fields("produto", fields("id", 1, "sku", item.sku(), "descricao", item.name()),
                "quantidade", item.quantity(), "valorUnitario", item.unitPrice())).toList());
        return complete;
    }

    private static Map<String, Object> customer(Order order) {
        return fields("id", 7_000 + order.person(), "nome", order.name(), "tipoPessoa", order.company() ? "J" : "F", "cpfCnpj", order.document(),
                "celular", order.phone(), "email", order.email());
    }

    private static int status(Stage stage) {
        return switch (stage) {
            case NEW -> 0;
            case PAID -> 3;
            case SENT -> 5;
            case DELIVERED -> 6;
            case CANCELLED, RETURNED -> 2;
        };
    }
}
