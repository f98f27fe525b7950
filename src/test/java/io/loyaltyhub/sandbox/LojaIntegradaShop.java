package io.loyaltyhub.sandbox;

import static io.loyaltyhub.sandbox.TinyV2Shop.fields;

import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.CouponSeen;
import io.loyaltyhub.sandbox.kit.Limits;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Refusal;
import io.loyaltyhub.sandbox.kit.Reply;
import io.loyaltyhub.sandbox.kit.Shop;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Loja Integrada's API: both keys in one header, a slash at the end of every path, pages by offset whose successor is named with
 * another prefix, amounts as texts, times without a zone. Nothing says how a search is sorted: here by the last change, so that an
 * order that changes moves to the end and all behind it move up.
 */
public final class LojaIntegradaShop extends Shop {

    private static final String STORE_KEY = "0f1e2d3c4b5a69788796";
    private static final String APPLICATION_KEY = "5c9f7a52-1111-4222-8333-9d3c1f6b7e10";
    private static final ZoneOffset SAO_PAULO = ZoneOffset.ofHours(-3);
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");
    private static final DateTimeFormatter MICROSECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
    private static final Set<String> ORDER_FILTERS = Set.of("since_atualizado", "since_criado", "until_criado", "since_numero", "situacao_id",
            "pagamento_id", "cliente_id", "limit", "offset");
    private static final Set<String> CUSTOMER_FILTERS = Set.of("cliente_email", "since_criado", "until_criado", "since_atualizado",
            "until_atualizado", "limit", "offset");

    /** {@code approved} is what the platform says, which is true of disputes and chargebacks. */
    private record Status(int id, String code, String name, boolean approved, boolean cancelled) {
    }

    private static final Map<Integer, Status> STATUSES = List.of(
            new Status(2, "aguardando_pagamento", "Aguardando pagamento", false, false),
            new Status(3, "pagamento_em_analise", "Pagamento em análise", false, false),
            new Status(4, "pedido_pago", "Pedido Pago", true, false),
            new Status(6, "pagamento_em_disputa", "Pagamento em disputa", true, false),
            new Status(7, "pagamento_devolvido", "Pagamento devolvido", false, true),
            new Status(8, "pedido_cancelado", "Pedido Cancelado", false, true),
            new Status(9, "pedido_efetuado", "Pedido Efetuado", false, false),
            new Status(11, "pedido_enviado", "Pedido Enviado", true, false),
            new Status(13, "pronto_para_retirada", "Pronto para retirada", true, false),
            new Status(14, "pedido_entregue", "Pedido Entregue", true, false),
            new Status(15, "pedido_em_separacao", "Pedido em separação", true, false),
            new Status(16, "pedido_chargeback", "Pagamento em chargeback", true, false),
            new Status(17, "em_producao", "Pedido em produção", true, false))
            .stream().collect(Collectors.toMap(Status::id, Function.identity(), (one, other) -> one, LinkedHashMap::new));

    private final LojaIntegradaCoupons coupons = new LojaIntegradaCoupons();

    public LojaIntegradaShop() {
        this(Clock.systemUTC());
    }

    public LojaIntegradaShop(Clock clock) {
        super(clock);
        limits(Limits.perMinute(100));
    }

    @Override
    public String platform() {
        return "loja-integrada";
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("apiKey", STORE_KEY, "applicationKey", APPLICATION_KEY, "baseUrl", address().toString());
    }

    @Override
    public Map<String, Object> wrongSettings() {
        return Map.of("apiKey", "ffffffffffffffffffff", "applicationKey", APPLICATION_KEY, "baseUrl", address().toString());
    }

    @Override
    public List<String> scoringStatuses() {
        return List.of("4", "11", "14");
    }

    @Override
    public List<String> reversalStatuses() {
        return List.of("8", "7");
    }

    @Override
    public boolean isList(Call call) {
        return path(call).equals("/pedido/search/");
    }

    @Override
    public boolean isDetail(Call call) {
        return path(call).matches("/pedido/\\d+/");
    }

    @Override
    public boolean isCoupon(Call call) {
        return call.method().equals("POST") && path(call).equals("/cupom/");
    }

    @Override
    public Map<String, CouponSeen> coupons() {
        return coupons.byCode();
    }

    @Override
    public Optional<Call> hook(Order order) {
        return Optional.of(Call.postJson(fields("token", "combinado", "tipo", "pedido_venda", "id", 70_000_000 + order.id(), "numero", order.id(),
                "valor_total", order.total(), "data_modificacao", order.changedAt().toString(),
                "situacao", fields("id", status(order).id(), "codigo", status(order).code(), "situacao_alterada", true))));
    }

    @Override
    protected Reply tooMany() {
        return Reply.json(429, Map.of("error_message", "Limite de requisicoes por loja excedido", "code", 633));
    }

    @Override
    protected Reply unauthorised() {
        return Reply.json(401, Map.of("error_message", "Chave de API invalida"));
    }

    @Override
    protected Reply answer(Call call) {
        if (!("chave_api " + STORE_KEY + " aplicacao " + APPLICATION_KEY).equals(call.header("Authorization"))) {
            return unauthorised();
        }
        if (isCoupon(call)) {
            return coupons.make(call);
        }
        if (!call.method().equals("GET")) {
            return Reply.empty(405);
        }
        if (!call.path().endsWith("/")) {
            return Reply.empty(301).withHeader("Location", call.path() + "/");
        }
        String path = path(call);
        return switch (path) {
            case "/pedido/search/" -> orders(call);
            case "/pedido/" -> page(call, orders().stream().map(this::row).toList());
            case "/situacao/" -> page(call, STATUSES.values().stream().map(LojaIntegradaShop::shown).toList());
            case "/cliente/search/" -> customers(call);
            case "/cupom/" -> page(call, coupons.list(call));
            default -> path.startsWith("/pedido/") ? order(path.substring("/pedido/".length(), path.length() - 1))
                    : Reply.html(404, "<h1>Not Found</h1>");
        };
    }

    /** Below either prefix; what is below none is nowhere. */
    private static String path(Call call) {
        return call.path().matches("(/api)?/v1/.*") ? call.path().replaceFirst("^(/api)?/v1", "") : "";
    }

    private Reply orders(Call call) {
        knowing(call, ORDER_FILTERS);
        return page(call, changedSince(since(call)).stream().map(this::row).toList());
    }

    private Reply customers(Call call) {
        knowing(call, CUSTOMER_FILTERS);
        Map<Integer, Map<String, Object>> people = new LinkedHashMap<>();
        changedSince(since(call)).forEach(order -> people.putIfAbsent(order.person(), customer(order)));
        people.values().forEach(person -> person.put("tipo", person.get("cnpj") == null ? "PF" : "PJ"));
        return page(call, List.copyOf(people.values()));
    }

    private static void knowing(Call call, Set<String> filters) {
        call.query().keySet().stream().filter(name -> !filters.contains(name)).findFirst().ifPresent(unknown -> {
            throw new Refusal(Reply.json(400, Map.of(unknown, List.of("Filtro desconhecido."))));
        });
    }

    /** A time without a zone, or a day. */
    private static Instant since(Call call) {
        String text = call.query("since_atualizado");
        try {
            return text == null ? Instant.EPOCH : text.length() == 10 ? LocalDate.parse(text).atStartOfDay().toInstant(SAO_PAULO)
                    : LocalDateTime.parse(text, SECOND).toInstant(SAO_PAULO);
        } catch (DateTimeParseException malformed) {
            throw new Refusal(Reply.json(400, Map.of("since_atualizado", List.of("Data invalida."))));
        }
    }

    private static Reply page(Call call, List<Map<String, Object>> all) {
        int limit = Math.min(50, Integer.parseInt(call.query("limit", "20")));
        int offset = Integer.parseInt(call.query("offset", "0"));
        return Reply.json(fields("meta", fields("limit", limit, "next", offset + limit < all.size() ? link(call, offset + limit) : null,
                "offset", offset, "previous", offset > 0 ? link(call, Math.max(0, offset - limit)) : null, "total_count", all.size()),
                "objects", slice(all, offset, limit)));
    }

    private static String link(Call call, int offset) {
        Map<String, String> query = new LinkedHashMap<>(call.query());
        query.put("offset", Integer.toString(offset));
        return "/api/v1" + path(call) + "?" + query.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8)).collect(Collectors.joining("&"));
    }

    private Reply order(String number) {
        return find(number).map(order -> {
            Map<String, Object> complete = row(order);
            complete.put("cliente", customer(order));
            complete.put("cupom_desconto", order.coupon().isEmpty() ? null : fields("id", 771, "codigo", order.coupon(), "tipo", "fixo", "valor",
                    order.discount().toPlainString(), "ativo", true));
            complete.put("itens", order.items().stream().map(item -> fields("nome", item.name(), "sku", item.sku(),
                    "quantidade", item.quantity() + ".00", "preco_venda", item.unitPrice().toPlainString(),
                    "preco_subtotal", item.sum().toPlainString(),
                    "produto", fields("id_externo", null, "resource_uri", "/api/v1/produto/88001"))).toList());
            complete.put("pagamentos", List.of(fields("pagamento_tipo", "pix", "valor", order.total().toPlainString(),
                    "parcelamento", fields("numero_parcelas", 1, "valor_parcela", order.total()))));
            return Reply.json(complete);
        }).orElseGet(() -> Reply.json(404, Map.of("error", "Pedido nao encontrado")));
    }

    private Map<String, Object> row(Order order) {
        return fields("cliente", "/api/v1/cliente/" + order.buyer().id(), "data_criacao", time(order.placedAt()), "data_expiracao", null,
                "data_modificacao", time(order.changedAt()), "id_anymarket", null, "id_externo", null, "numero", order.id(), "peso_real", "0.450",
                "resource_uri", "/api/v1/pedido/" + order.id(), "situacao", shown(status(order)), "utm_campaign", null,
                "valor_desconto", order.discount().toPlainString(), "valor_envio", order.shipping().toPlainString(),
                "valor_subtotal", order.subtotal().toPlainString(), "valor_total", money(order, order.total()));
    }

    private static Map<String, Object> customer(Order order) {
        SandboxCustomer buyer = order.buyer();
        return fields("cnpj", buyer.company() ? buyer.cnpj() : null, "cpf", buyer.company() ? null : buyer.cpf(),
                "data_nascimento", buyer.birthDate() == null ? null : buyer.birthDate().toString(), "email", buyer.email(), "id", buyer.id(),
                "nome", buyer.name(), "razao_social", buyer.company() ? buyer.companyName() : null, "resource_uri", "/api/v1/cliente/" + buyer.id(),
                "sexo", buyer.female() ? "f" : "m", "telefone_celular", buyer.cellphone(), "telefone_principal", buyer.phone());
    }

    private static Map<String, Object> shown(Status status) {
        return fields("aprovado", status.approved(), "cancelado", status.cancelled(), "codigo", status.code(), "final", false, "id", status.id(),
                "nome", status.name(), "notificar_comprador", true, "padrao", status.id() == 9, "resource_uri", "/api/v1/situacao/" + status.id());
    }

    private static Status status(Order order) {
        return STATUSES.get(switch (order.stage()) {
            case NEW -> 9;
            case PAID -> 4;
            case SENT -> 11;
            case DELIVERED -> 14;
            case CANCELLED -> 8;
            case RETURNED -> 7;
        });
    }

    /** Microseconds are left out where there are none. */
    private static String time(Instant instant) {
        LocalDateTime local = LocalDateTime.ofInstant(instant, SAO_PAULO);
        return (local.getNano() < 1000 ? SECOND : MICROSECOND).format(local);
    }
}
