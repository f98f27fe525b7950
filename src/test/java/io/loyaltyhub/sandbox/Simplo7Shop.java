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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Simplo7's API: everything is a text, records stand in wrappers, pages are as long as the shop likes and there is nothing but a
 * 404 behind the last one; what is wrong is a 400, whatever it is.
 */
public final class Simplo7Shop extends Shop {

    private static final String KEY = "Mzk0YjJkZTUwMGQ2NzFjODk0";
    private static final int PAGE = 20;
    private static final ZoneOffset BRASILIA = ZoneOffset.ofHours(-3);
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final Set<String> PARAMETERS = Set.of("page", "data_inicio", "status");

    public Simplo7Shop() {
        this(Clock.systemUTC());
    }

    public Simplo7Shop(Clock clock) {
        super(clock);
        limits(Limits.perSecond(2));
    }

    @Override
    public String platform() {
        return "simplo7";
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("store", "loja-de-teste", "appKey", KEY, "baseUrl", address().toString());
    }

    @Override
    public Map<String, Object> wrongSettings() {
        return Map.of("store", "loja-de-teste", "appKey", "AAAAAAAA", "baseUrl", address().toString());
    }

    @Override
    public List<String> scoringStatuses() {
        return List.of("2", "23", "3");
    }

    @Override
    public List<String> reversalStatuses() {
        return List.of("4", "31");
    }

    @Override
    public boolean isList(Call call) {
        return call.path().equals("/ws/wspedidos.json");
    }

    @Override
    public boolean isDetail(Call call) {
        return call.path().startsWith("/ws/wspedidos/");
    }

    @Override
    public Optional<Call> hook(Order order) {
        return Optional.of(Call.postJson(row(order)));
    }

    @Override
    protected Reply unauthorised() {
        return error("appKey inválida");
    }

    @Override
    protected Reply answer(Call call) {
        if (!KEY.equals(call.header("appKey"))) {
            return unauthorised();
        }
        if (!call.method().equals("GET") || !PARAMETERS.containsAll(call.query().keySet())) {
            return error("Requisição inválida");
        }
        if (call.path().equals("/ws/wsstatuspedidos.json")) {
            return paged(call, "Wsstatuspedido", List.of(status("1", "Criado"), status("2", "Pagamento aprovado"), status("23", "Enviado"),
                    status("3", "Entregue"), status("4", "Cancelado"), status("31", "Devolvido")));
        }
        if (isList(call)) {
            return paged(call, null, ordered(call).stream().map(this::row).toList());
        }
        String id = call.path().replaceFirst("^/ws/wspedidos/(.*)\\.json$", "$1");
        return id.equals(call.path()) ? missing() : find(id).map(order -> Reply.json(Map.of("result", complete(order)))).orElseGet(Simplo7Shop::missing);
    }

    /** Newest first. */
    private List<Order> ordered(Call call) {
        List<Order> found = new ArrayList<>(orders());
        if (call.query("data_inicio") != null) {
            try {
                LocalDate day = LocalDate.parse(call.query("data_inicio"));
                found.removeIf(order -> order.placedAt().atOffset(BRASILIA).toLocalDate().isBefore(day));
            } catch (DateTimeParseException malformed) {
                throw new Refusal(error("data_inicio"));
            }
        }
        Collections.reverse(found);
        return found;
    }

    private Map<String, Object> complete(Order order) {
        Map<String, Object> complete = row(order);
        complete.put("Status", fields("id", status(order.stage()), "nome", "Situação " + status(order.stage())));
        complete.put("Pagamento", fields("integrador", "Gateway Exemplo", "pagamento_forma", "PIX", "codigo_transacao", "TX-" + order.id(), "data", ""));
        return complete;
    }

    private Map<String, Object> row(Order order) {
        boolean byCoupon = !order.coupon().isEmpty();
        // What paying in instalments costs is in the total and nowhere else.
        boolean interest = order.id() % 2 == 0;
        return fields("Wspedido", fields("id", Long.toString(order.id()), "numero", order.number(), "data_pedido", SECOND.format(order.placedAt().atOffset(BRASILIA)),
                "pedidostatus_id", status(order.stage()), "cliente_tipo", order.company() ? "PJ" : "PF", "cliente_cpfcnpj", masked(order),
                "cliente_razaosocial", order.company() ? order.buyer().companyName() : order.name(), "cliente_ie", "",
                "cliente_data_nascimento", order.birthDate() == null ? "" : order.birthDate().toString(), "cliente_telefone", order.buyer().phone(),
                "cliente_telefone_comercial", "", "cliente_celular", order.phone(), "cliente_email", order.email(), "cliente_observacao", "",
                "envio_servico", "PAC", "pagamento_forma", "PIX", "nota_fiscal", "", "total_produtos", money(order, order.subtotal()),
                "total_frete", text(order.shipping()), "total_descontos", text(byCoupon ? order.discount() : BigDecimal.ZERO),
                "desconto_avista", text(byCoupon ? BigDecimal.ZERO : order.discount()), "total_acrescimos", text(interest ? BigDecimal.ZERO : order.surcharge()),
                "total_pedido", money(order, order.total()), "total_peso", "1.200", "url_rastreamento", ""),
                "Item", order.items().stream().map(item -> fields("id", "1", "pedido_id", Long.toString(order.id()), "produto_id", "318", "sku", item.sku(),
                        "nome_produto", item.name(), "quantidade", Integer.toString(item.quantity()), "valor_unitario", text(item.unitPrice()),
                        "valor_total", text(item.sum()), "desconto", "0.00", "combinacoes", "", "presente", "0")).toList());
    }

    private static String masked(Order order) {
        return order.company() ? order.document().replaceFirst("(..)(...)(...)(....)(..)", "$1.$2.$3/$4-$5") : BrazilianDocuments.punctuated(order.document());
    }

    private static String text(BigDecimal amount) {
        return amount.setScale(2).toPlainString();
    }

    private static String status(Stage stage) {
        return switch (stage) {
            case NEW -> "1";
            case PAID -> "2";
            case SENT -> "23";
            case DELIVERED -> "3";
            case CANCELLED -> "4";
            case RETURNED -> "31";
        };
    }

    private static Map<String, Object> status(String id, String name) {
        return fields("id", id, "nome", name);
    }

    private static Reply paged(Call call, String wrapper, List<Map<String, Object>> all) {
        int number = Integer.parseInt(call.query("page", "1"));
        int pages = Math.max(1, pages(all, PAGE));
        if (number > pages) {
            return missing();
        }
        List<Map<String, Object>> rows = page(all, number, PAGE).stream().map(row -> wrapper == null ? row : fields(wrapper, row)).toList();
        return Reply.json(fields("result", rows, "pagination", fields("page", number, "current", rows.size(), "count", all.size(), "page_count", pages,
                "has_prev_page", number > 1, "has_next_page", number < pages)));
    }

    private static Reply missing() {
        return Reply.html(404, "<!DOCTYPE html><html><body><h2>Not Found</h2></body></html>");
    }

    private static Reply error(String message) {
        return Reply.json(400, fields("result", "error", "message", message));
    }
}
