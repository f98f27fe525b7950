package io.loyaltyhub.sandbox;

import static io.loyaltyhub.sandbox.TinyV2Shop.fields;

import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.CouponSeen;
import io.loyaltyhub.sandbox.kit.Limits;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Refusal;
import io.loyaltyhub.sandbox.kit.Reply;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Stage;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Magazord: Basic, an envelope, a single hit that is no list, amounts that are texts at times, items below each shipment. The account
 * has a second store, in which the buyer of every other order orders the same.
 */
public final class MagazordShop extends Shop {

    private static final String TOKEN = "MZDK7c1f0d9e2b";
    private static final String PASSWORD = "ação:9#k";
    private static final String BASE = "/api/v2/site";
    private static final int LARGEST_PAGE = 100;
    private static final ZoneOffset BRASILIA = ZoneOffset.ofHours(-3);
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final Pattern CODE = Pattern.compile("00[12](\\d{3})2603(\\d{6})");

    private static final Set<String> OF_EVERY_LIST = Set.of("page", "limit", "orderBy", "orderDirection");
    private static final Set<String> OF_ORDERS = Set.of("dataHora[gte]", "dataHora[lte]", "dataHoraUltimaAlteracao[gte]", "situacao", "cpfCnpj");
    private static final Set<String> OF_PEOPLE = Set.of("dataHoraAtualizacao[gte]", "listaContatos", "listaEnderecos");

    private final MagazordCoupons coupons = new MagazordCoupons();
    private final Set<String> withheld = ConcurrentHashMap.newKeySet();
    private volatile int elsewhere = 1;

    /** {@code copy} 0 is the order itself, in store 1; the others are store 2's. */
    private record Listed(Order order, int copy) {
        int store() {
            return copy == 0 ? 1 : 2;
        }

        /** With the zeros that it begins with. */
        String code() {
            return "00%d%03d2603%06d".formatted(store(), copy, order.id());
        }
    }

    public MagazordShop() {
        this(Clock.systemUTC());
    }

    public MagazordShop(Clock clock) {
        super(clock);
        limits(Limits.perMinute(120));
    }

    @Override
    public String platform() {
        return "magazord";
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("alias", "lojaexemplo", "token", TOKEN, "password", PASSWORD, "store", "1", "coupons", "once-per-customer", "baseUrl", address().toString());
    }

    @Override
    public Map<String, Object> wrongSettings() {
        return Map.of("alias", "lojaexemplo", "token", TOKEN, "password", "de-outra-loja", "store", "1", "baseUrl", address().toString());
    }

    @Override
    public List<String> scoringStatuses() {
        return List.of("4", "7", "8");
    }

    @Override
    public List<String> reversalStatuses() {
        return List.of("2", "20");
    }

    @Override
    public boolean isList(Call call) {
        return call.path().equals(BASE + "/pedido");
    }

    @Override
    public boolean isDetail(Call call) {
        return call.path().startsWith(BASE + "/pedido/");
    }

    @Override
    public boolean isCoupon(Call call) {
        return call.method().equals("POST") && call.path().equals(BASE + "/cupomDesconto");
    }

    @Override
    public Map<String, CouponSeen> coupons() {
        return coupons.byCode();
    }

    /** Wrapped or not. */
    @Override
    public Optional<Call> hook(Order order) {
        Map<String, Object> complete = complete(new Listed(order, 0));
        return Optional.of(Call.postJson(order.id() % 2 == 0 ? complete : Map.of("payload", complete)));
    }

    /** What is said of the same order in the other store, in short and without saying whose it is. */
    public Call hookOfTheOtherStore(Order order) {
        return Call.postJson(Map.of("payload", fields("id", order.id() + 500_000, "codigo", new Listed(order, 1).code(),
                "pedidoSituacao", status(order.stage()), "valorTotal", order.total())));
    }

    /** So many orders of the other store for every second one of this. */
    public void elsewhere(int orders) {
        elsewhere = orders;
    }

    /** A resource that was not released for this user: {@code pedido}. */
    public void withhold(String resource) {
        withheld.add(resource);
    }

    @Override
    protected Reply tooMany() {
        return Reply.json(429, Map.of("message", "API rate limit exceeded"));
    }

    @Override
    protected Reply unauthorised() {
        return error(401, "Usuário ou senha inválidos");
    }

    @Override
    protected Reply answer(Call call) {
        if (!TOKEN.equals(call.basicUser()) || !PASSWORD.equals(call.basicPassword())) {
            return unauthorised();
        }
        String[] path = call.path().startsWith(BASE + "/") ? call.path().substring(BASE.length() + 1).split("/", -1) : new String[] {""};
        if (!call.method().equals("GET") && !isCoupon(call) || withheld.contains(path[0]) || path[0].equals("cliente")) {
            return Reply.html(405, "<html><body>Method Not Allowed</body></html>");
        }
        return switch (path[0] + (path.length > 1 ? "/…" : "")) {
            case "pedido" -> orders(call);
            case "pedido/…" -> found(path[1]).map(listed -> data(complete(listed))).orElseGet(() -> error(404, "Pedido não encontrado"));
            case "pessoa" -> people(call);
            case "cupomDesconto" -> isCoupon(call) ? data(coupons.make(call)) : page(call, Set.of(), coupons.list());
            case "loja" -> page(call, Set.of(), List.of(fields("id", 1, "nome", "Loja Exemplo", "ativo", true, "url", "www.lojaexemplo.com.br"),
                    fields("id", 2, "nome", "Outlet Exemplo", "ativo", true, "url", "outlet.lojaexemplo.com.br")));
            default -> Reply.html(404, "<html><body>Not Found</body></html>");
        };
    }

    private Reply orders(Call call) {
        Instant since = since(call.query("dataHoraUltimaAlteracao[gte]", "1970-01-01"));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Order order : orders()) {
            if (!order.changedAt().truncatedTo(ChronoUnit.SECONDS).isBefore(since)) {
                for (int copy = 0; copy <= (order.id() % 2 == 0 ? elsewhere : 0); copy++) {
                    rows.add(row(new Listed(order, copy)));
                }
            }
        }
        return page(call, OF_ORDERS, rows);
    }

    private Reply people(Call call) {
        if (!call.query("dataHoraAtualizacao[gte]", "1970-01-01").matches("\\d{4}-\\d{2}-\\d{2}")) {
            return error(400, "dataHoraAtualizacao");
        }
        LocalDate since = LocalDate.parse(call.query("dataHoraAtualizacao[gte]", "1970-01-01"));
        Map<Integer, Map<String, Object>> people = new LinkedHashMap<>();
        orders().stream().filter(order -> !order.changedAt().atOffset(BRASILIA).toLocalDate().isBefore(since)).forEach(order -> {
            Map<String, Object> person = fields("id", 50_000 + order.person(), "tipo", order.company() ? 2 : 1, "nome", order.name(), "nomeFantasia", null,
                    "cpfCnpj", order.document(), "email", order.email(), "dataNascimento", order.birthDate() == null ? null : order.birthDate().toString(),
                    "dataCadastro", "2025-11-02 18:20:11");
            if (call.query("listaContatos") != null) {
                person.put("pessoaContato", contacts(order));
            }
            people.putIfAbsent(order.person(), person);
        });
        return page(call, OF_PEOPLE, List.copyOf(people.values()));
    }

    /** In pages by id, which is how it is kept. */
    private static Reply page(Call call, Set<String> filters, List<Map<String, Object>> kept) {
        call.query().keySet().stream().filter(name -> !OF_EVERY_LIST.contains(name) && !filters.contains(name)).findAny().ifPresent(unknown -> {
            throw new Refusal(error(400, unknown));
        });
        int number = positive(call, "page", 1);
        int limit = positive(call, "limit", 20);
        if (limit > LARGEST_PAGE || !call.query("orderBy", "id").equals("id") || !Set.of("asc", "desc").contains(call.query("orderDirection", "asc"))) {
            throw new Refusal(error(400, "limit, orderBy, orderDirection"));
        }
        List<Map<String, Object>> all = new ArrayList<>(kept);
        if (call.query("orderDirection", "asc").equals("desc")) {
            Collections.reverse(all);
        }
        List<Map<String, Object>> items = page(all, number, limit);
        return data(fields("items", items.size() == 1 ? items.get(0) : items, "page_count", items.size(), "page", number, "limit", limit,
                "total", all.size(), "total_pages", pages(all, limit), "has_more", number < pages(all, limit)));
    }

    private static int positive(Call call, String name, int otherwise) {
        String given = call.query(name, Integer.toString(otherwise));
        if (!given.matches("[1-9]\\d{0,6}")) {
            throw new Refusal(error(400, name));
        }
        return Integer.parseInt(given);
    }

    /** A day, or to the second; fractions are more than the server can take. */
    private static Instant since(String text) {
        try {
            if (text.length() == 10) {
                return LocalDate.parse(text).atStartOfDay(BRASILIA).toInstant();
            }
            if (text.length() == 20) {
                return Instant.parse(text);
            }
        } catch (DateTimeParseException malformed) {
            // as any other that the server cannot take
        }
        throw new Refusal(error(500, "Internal Server Error"));
    }

    private Optional<Listed> found(String code) {
        Matcher matcher = CODE.matcher(code);
        return !matcher.matches() ? Optional.empty() : find(matcher.group(2)).map(order -> new Listed(order, Integer.parseInt(matcher.group(1))))
                .filter(listed -> listed.code().equals(code));
    }

    private Map<String, Object> row(Listed listed) {
        Order order = listed.order();
        return fields("id", order.id() + 500_000L * listed.copy(), "codigo", listed.code(), "codigoMarketplace", null,
                "dataHora", LOCAL.format(order.placedAt().atOffset(BRASILIA)),
                "valorProduto", written(order, order.subtotal()), "valorFrete", written(order, order.shipping()),
                "valorDesconto", written(order, order.discount()), "valorAcrescimo", written(order, order.surcharge()),
                "valorTotal", written(order, order.total()),
                "cupomId", order.coupon().isEmpty() ? null : 417, "pessoaId", 50_000 + order.person(), "pessoaNome", order.name(),
                "pessoaCpfCnpj", order.document(), "pessoaContato", order.phone(), "formaPagamentoId", 6, "formaPagamentoNome", "PIX",
                "pedidoSituacao", status(order.stage()), "pedidoSituacaoDescricao", label(order.stage()),
                "pedidoSituacaoTipo", order.stage().undone() ? 3 : 1,
                "lojaId", listed.store(), "lojaDoMarketplaceId", null, "lojaDoMarketplaceNome", null);
    }

    private Map<String, Object> complete(Listed listed) {
        Order order = listed.order();
        Map<String, Object> complete = row(listed);
        complete.put("id_loja", complete.remove("lojaId"));
        complete.put("lojaNome", listed.store() == 1 ? "Loja Exemplo" : "Outlet Exemplo");
        complete.put("origem", 1);
        complete.put("valorPresente", "0.00");
        complete.put("valorTotalFinal", amount(order, order.total()));
        complete.put("pessoaEmail", order.email());
        complete.put("pessoaTipo", order.company() ? 2 : 1);
        complete.put("pessoaDataNascimento", order.birthDate() == null ? "0000-00-00" : order.birthDate().toString());
        complete.put("pessoaContato", contacts(order));
        complete.put("cupomCodigo", order.coupon().isEmpty() ? null : order.coupon());
        complete.put("cupomValorDesconto", order.coupon().isEmpty() ? null : "10.00");
        complete.put("cupomTipoDesconto", order.coupon().isEmpty() ? null : 2);
        complete.put("cep", 1310100);
        complete.put("pedidoHistorico", order.history().stream().map(step -> fields("dataHora", LOCAL.format(step.at().atOffset(BRASILIA)),
                "pedidoSituacao", status(step.stage()), "pedidoSituacaoDescricao", label(step.stage()))).toList());
        complete.put("arrayPedidoRastreio", order.items().stream().map(item -> fields("id", 9_000 + order.items().indexOf(item), "codigoRastreio", null,
                "pedidoItem", List.of(fields("produtoDerivacaoCodigo", item.sku(), "produtoNome", item.name(), "quantidade", item.quantity(),
                        "valorUnitario", written(order, item.unitPrice()), "valorItem", written(order, item.sum()))))).toList());
        return complete;
    }

    private static List<Map<String, Object>> contacts(Order order) {
        return List.of(fields("tipo", "E-mail", "contato", order.email()), fields("tipo", "Telefone Celular", "contato", order.phone()));
    }

    /** A text in one order and a number in the next. */
    private Object written(Order order, BigDecimal value) {
        return order.id() % 2 == 0 ? money(order, value) : amount(order, value);
    }

    private static int status(Stage stage) {
        return switch (stage) {
            case NEW -> 1;
            case PAID -> 4;
            case SENT -> 7;
            case DELIVERED -> 8;
            case CANCELLED -> 2;
            case RETURNED -> 20;
        };
    }

    private static String label(Stage stage) {
        return switch (stage) {
            case NEW -> "Aguardando Pagamento";
            case PAID -> "Aprovado";
            case SENT -> "Transporte";
            case DELIVERED -> "Entregue";
            case CANCELLED -> "Cancelado Pagamento";
            case RETURNED -> "Devolvido Estoque (Dep. 1)";
        };
    }

    private static Reply data(Map<String, Object> content) {
        return Reply.json(Map.of("status", "success", "data", content));
    }

    private static Reply error(int status, String message) {
        return Reply.json(status, Map.of("status", "error", "message", message));
    }
}
