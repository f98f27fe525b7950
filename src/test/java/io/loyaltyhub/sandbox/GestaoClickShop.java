package io.loyaltyhub.sandbox;

import static io.loyaltyhub.sandbox.TinyV2Shop.fields;

import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.Limits;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Refusal;
import io.loyaltyhub.sandbox.kit.Reply;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Stage;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * GestãoClick's API: sales by store and by day, records in wrappers, numbers that are texts but for a few ids, dates in two forms,
 * and buyers who are known by number only.
 */
public final class GestaoClickShop extends Shop {

    /** Where orders with an even id are sold, which is where one sells if nothing is said; those with an odd one in the other. */
    public static final String MAIN = "101";
    public static final String BRANCH = "102";

    private static final String ACCESS = "3f0c9a7be2d14c58";
    private static final String SECRET = "b81d22c7f6a94e03";
    private static final int FIRST_CUSTOMER = 40_000;
    private static final int LARGEST_PAGE = 100;
    private static final ZoneOffset BRASILIA = ZoneOffset.ofHours(-3);
    private static final DateTimeFormatter BRAZILIAN = DateTimeFormatter.ofPattern("dd/MM/yyyy");
    private static final Set<String> PARAMETERS = Set.of("loja_id", "todas_lojas", "usuario_id", "tipo", "codigo", "nome", "cliente_id",
            "centro_custo_id", "situacao_id", "data_inicio", "data_fim", "pagina", "limite", "ordenacao", "direcao", "tipo_pessoa", "cpf_cnpj", "email", "telefone");

    private final Set<Integer> removed = ConcurrentHashMap.newKeySet();
    private final Set<Integer> withoutDocument = ConcurrentHashMap.newKeySet();

    public GestaoClickShop() {
        this(Clock.systemUTC());
    }

    public GestaoClickShop(Clock clock) {
        super(clock);
        limits(Limits.perSecond(3).and(Limits.perDay(30_000)));
    }

    @Override
    public String platform() {
        return "gestaoclick";
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("accessToken", ACCESS, "secretAccessToken", SECRET, "baseUrl", address().toString());
    }

    @Override
    public Map<String, Object> wrongSettings() {
        return Map.of("accessToken", ACCESS, "secretAccessToken", "ffffffff", "baseUrl", address().toString());
    }

    @Override
    public List<String> scoringStatuses() {
        return List.of("3149", "3150", "3152");
    }

    @Override
    public List<String> reversalStatuses() {
        return List.of("3151");
    }

    @Override
    public boolean isList(Call call) {
        return resource(call).equals("/vendas");
    }

    @Override
    public boolean isDetail(Call call) {
        return resource(call).matches("/(vendas|clientes)/.+");
    }

    /** Takes the person's record out of the ERP, though there are sales. */
    public void remove(int person) {
        removed.add(person);
    }

    /** The person's record has no CPF, or has one after all. */
    public void withoutDocument(int person, boolean lacksIt) {
        if (lacksIt) {
            withoutDocument.add(person);
        } else {
            withoutDocument.remove(person);
        }
    }

    @Override
    protected Reply tooMany() {
        return error(429, "Limite de requisições excedido");
    }

    @Override
    protected Reply unauthorised() {
        return error(401, "Token de acesso inválido");
    }

    @Override
    protected Reply answer(Call call) {
        if (!ACCESS.equals(call.header("access-token")) || !SECRET.equals(call.header("secret-access-token"))) {
            return unauthorised();
        }
        if (!call.method().equals("GET")) {
            return error(405, "Método não permitido");
        }
        call.query().keySet().stream().filter(name -> !PARAMETERS.contains(name)).findFirst().ifPresent(unknown -> {
            throw new Refusal(error(400, "Parâmetro inválido: " + unknown));
        });
        String resource = resource(call);
        String id = resource.substring(resource.lastIndexOf('/') + 1);
        return switch (resource.substring(0, resource.indexOf('/', 1) < 0 ? resource.length() : resource.indexOf('/', 1))) {
            case "/vendas" -> isList(call) ? sales(call) : find(id).map(order -> one(sale(order))).orElseGet(GestaoClickShop::nothing);
            case "/clientes" -> isDetail(call) ? customer(id) : paged(call, customers());
            case "/situacoes_vendas" -> paged(call, List.of(named("3148", "Em aberto"), named("3149", "Confirmada"), named("3150", "Concretizada"),
                    named("3151", "Cancelada"), named("3152", "Enviada ao cliente")));
            case "/lojas" -> paged(call, List.of(named(MAIN, "Matriz"), named(BRANCH, "Filial Shopping")));
            default -> nothing();
        };
    }

    /** With /api before it or without: both work. */
    private static String resource(Call call) {
        return call.path().startsWith("/api/") ? call.path().substring(4) : call.path();
    }

    private Reply sales(Call call) {
        String store = call.query("loja_id", MAIN);
        if (!store.equals(MAIN) && !store.equals(BRANCH)) {
            throw new Refusal(error(400, "Loja inválida"));
        }
        LocalDate from = day(call, "data_inicio", LocalDate.MIN);
        LocalDate until = day(call, "data_fim", LocalDate.MAX);
        List<Order> found = new ArrayList<>(orders());
        boolean ofAll = "true".equals(call.query("todas_lojas"));
        found.removeIf(order -> !ofAll && !store.equals(storeOf(order)) || soldOn(order).isBefore(from) || soldOn(order).isAfter(until));
        if ("desc".equals(call.query("direcao"))) {
            Collections.reverse(found);
        }
        return paged(call, found.stream().map(this::sale).toList());
    }

    private static String storeOf(Order order) {
        return order.id() % 2 == 0 ? MAIN : BRANCH;
    }

    private static LocalDate soldOn(Order order) {
        return order.placedAt().atOffset(BRASILIA).toLocalDate();
    }

    private static LocalDate day(Call call, String name, LocalDate otherwise) {
        try {
            return call.query(name) == null ? otherwise : LocalDate.parse(call.query(name));
        } catch (DateTimeParseException malformed) {
            throw new Refusal(error(400, name + ": use AAAA-MM-DD"));
        }
    }

    private Map<String, Object> sale(Order order) {
        LocalDate day = soldOn(order);
        // A surcharge and a discount on the whole sale could not be told apart.
        boolean onItems = order.id() % 4 < 2 || order.surcharge().signum() > 0;
        return fields("id", Long.toString(order.id()), "codigo", order.number(), "cliente_id", Integer.toString(FIRST_CUSTOMER + order.person()),
                "nome_cliente", order.name(), "vendedor_id", "88", "nome_vendedor", "Equipe Loja", "tecnico_id", null,
                "data", order.id() % 3 == 0 ? BRAZILIAN.format(day) : day.toString(), "previsao_entrega", "",
                "situacao_id", status(order.stage()), "nome_situacao", "Situação " + status(order.stage()), "valor_total", money(order, order.total()),
                "valor_frete", order.shipping().toPlainString(), "nome_canal_venda", null, "nome_loja", storeOf(order).equals(MAIN) ? "Matriz" : "Filial Shopping",
                "valor_custo", "0.00", "condicao_pagamento", "a_vista", "situacao_financeiro", "1", "equipamentos", List.of(),
                "pagamentos", List.of(fields("pagamento", fields("data_vencimento", day.toString(), "valor", money(order, order.total())))),
                "produtos", products(order, onItems ? order.discount() : BigDecimal.ZERO), "servicos", List.of());
    }

    private List<Map<String, Object>> products(Order order, BigDecimal discount) {
        List<Map<String, Object>> products = new ArrayList<>();
        BigDecimal left = discount;
        for (Order.Item item : order.items()) {
            BigDecimal off = left.min(item.sum());
            left = left.subtract(off);
            products.add(fields("produto", fields("produto_id", 9_000 + products.size(), "variacao_id", 91_000, "nome_produto", item.name(), "detalhes", "",
                    "quantidade", item.quantity() + ".00", "valor_custo", "0.00", "valor_venda", item.unitPrice().toPlainString(), "tipo_desconto", "R$",
                    "desconto_valor", off.toPlainString(), "desconto_porcentagem", "0.00", "valor_total", item.sum().subtract(off).toPlainString())));
        }
        return products;
    }

    private static String status(Stage stage) {
        return switch (stage) {
            case NEW -> "3148";
            case PAID -> "3149";
            case SENT -> "3152";
            case DELIVERED -> "3150";
            case CANCELLED, RETURNED -> "3151";
        };
    }

    private Collection<Map<String, Object>> customers() {
        Map<Integer, Map<String, Object>> people = new LinkedHashMap<>();
        orders().forEach(order -> people.putIfAbsent(order.person(), record(order)));
        people.keySet().removeAll(removed);
        return people.values();
    }

    private Reply customer(String id) {
        return customers().stream().filter(one -> Objects.equals(one.get("id"), id)).findFirst().map(GestaoClickShop::one).orElseGet(GestaoClickShop::nothing);
    }

    private Map<String, Object> record(Order order) {
        boolean silent = withoutDocument.contains(order.person());
        return fields("id", Integer.toString(FIRST_CUSTOMER + order.person()), "tipo_pessoa", order.company() ? "PJ" : "PF", "nome", order.name(),
                "razao_social", order.company() ? order.buyer().companyName() : "", "cnpj", order.company() && !silent ? order.document() : "",
                "cpf", order.company() || silent ? "" : BrazilianDocuments.punctuated(order.document()), "rg", "",
                "data_nascimento", order.birthDate() == null ? "" : order.birthDate().toString(), "telefone", order.buyer().phone(), "celular", order.phone(),
                "email", silent ? "" : order.email(), "ativo", "1", "contatos", List.of(), "enderecos", List.of());
    }

    private static Map<String, Object> named(String id, String name) {
        return fields("id", id, "nome", name, "padrao", "0");
    }

    private static Reply paged(Call call, Collection<Map<String, Object>> all) {
        int number = Integer.parseInt(call.query("pagina", "1"));
        int size = Integer.parseInt(call.query("limite", "20"));
        if (size > LARGEST_PAGE) {
            return error(400, "limite: no máximo " + LARGEST_PAGE);
        }
        List<Map<String, Object>> rows = List.copyOf(all);
        int pages = pages(rows, size);
        List<Map<String, Object>> page = page(rows, number, size);
        return Reply.json(fields("code", 200, "status", "success", "meta", fields("total_registros", rows.size(), "total_da_pagina", page.size(),
                "pagina_atual", number, "limite_por_pagina", size, "pagina_anterior", number == 1 ? null : number - 1, "url_anterior", null,
                "proxima_pagina", number < pages ? number + 1 : null, "proxima_url", null), "data", page));
    }

    private static Reply one(Map<String, Object> record) {
        return Reply.json(fields("code", 200, "status", "success", "data", record));
    }

    private static Reply nothing() {
        return error(404, "Registro não encontrado");
    }

    private static Reply error(int code, String message) {
        return Reply.json(code, fields("code", code, "status", "error", "data", fields("mensagem", message)));
    }
}
