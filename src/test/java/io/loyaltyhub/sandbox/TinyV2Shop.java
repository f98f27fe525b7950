package io.loyaltyhub.sandbox;

import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.Limits;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Refusal;
import io.loyaltyhub.sandbox.kit.Reply;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Stage;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Version 2 of Tiny's API: forms, HTTP 200 with {@code status: Erro}, wrapped records, numbers that are texts at times, labels
 * for statuses, a single hit that is no list.
 */
public final class TinyV2Shop extends Shop {

    private static final String TOKEN = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
    private static final int PAGE = 100;
    private static final ZoneOffset BRASILIA = ZoneOffset.ofHours(-3);
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("dd/MM/yyyy HH:mm:ss");
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("dd/MM/yyyy");

    public TinyV2Shop() {
        this(Clock.systemUTC());
    }

    public TinyV2Shop(Clock clock) {
        super(clock);
        limits(Limits.perMinute(30));
    }

    @Override
    public String platform() {
        return "tiny";
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("apiVersion", 2, "token", TOKEN, "baseUrl", address().toString());
    }

    @Override
    public Map<String, Object> wrongSettings() {
        return Map.of("apiVersion", 2, "token", "ffffffff", "baseUrl", address().toString());
    }

    @Override
    public List<String> scoringStatuses() {
        return List.of("aprovado", "enviado", "entregue");
    }

    @Override
    public List<String> reversalStatuses() {
        return List.of("cancelado");
    }

    @Override
    public boolean isList(Call call) {
        return call.path().equals("/api2/pedidos.pesquisa.php");
    }

    @Override
    public boolean isDetail(Call call) {
        return call.path().equals("/api2/pedido.obter.php");
    }

    @Override
    public Optional<Call> hook(Order order) {
        return Optional.of(Call.postJson(Map.of("versao", "1.0.1", "cnpj", "11222333000181", "tipo", "atualizacao_pedido",
                "dados", Map.of("id", Long.toString(order.id()), "numero", order.number(), "codigoSituacao", "aprovado"))));
    }

    @Override
    protected Reply tooMany() {
        return error(6, "API Bloqueada - Excedido o número de acessos a API");
    }

    @Override
    protected Reply unauthorised() {
        return error(2, "token invalido");
    }

    @Override
    protected Reply answer(Call call) {
        if (!call.method().equals("POST") || !call.query().isEmpty()) {
            return Reply.html(405, "<html><body>Method Not Allowed</body></html>");
        }
        Map<String, String> form = call.form();
        if (!form.containsKey("token")) {
            return error(1, "Parâmetro token não informado");
        }
        if (!TOKEN.equals(form.get("token"))) {
            return unauthorised();
        }
        if (!"JSON".equals(form.get("formato"))) {
            return error(3, "formato");
        }
        return switch (call.path()) {
            case "/api2/pedidos.pesquisa.php" -> orders(form);
            case "/api2/pedido.obter.php" -> order(form);
            case "/api2/contatos.pesquisa.php" -> contacts(form);
            case "/api2/contato.obter.php" -> contact(form);
            default -> Reply.html(404, "<html><body>Not Found</body></html>");
        };
    }

    private Reply orders(Map<String, String> form) {
        if (!form.containsKey("dataAtualizacao")) {
            return error(10, "Informe ao menos um filtro");
        }
        List<Order> found = changedSince(since(form.get("dataAtualizacao")));
        if ("DESC".equals(form.get("sort"))) {
            found = new ArrayList<>(found);
            Collections.reverse(found);
        }
        return page(form, found, "pedidos", "pedido", this::row);
    }

    private Reply contacts(Map<String, String> form) {
        if (!form.containsKey("pesquisa")) {
            return error(10, "pesquisa");
        }
        List<Order> ofEach = new LinkedHashMap<Integer, Order>() {{
            orders().forEach(order -> putIfAbsent(order.person(), order));
        }}.values().stream().toList();
        return page(form, ofEach, "contatos", "contato", order -> fields("id", Long.toString(7_000 + order.person()), "nome", order.name(),
                "cpf_cnpj", order.document(), "email", order.email()));
    }

    private Reply page(Map<String, String> form, List<Order> found, String list, String name, java.util.function.Function<Order, Object> row) {
        int number = Integer.parseInt(form.getOrDefault("pagina", "1"));
        int pages = pages(found, PAGE);
        if (found.isEmpty()) {
            return error(20, "A consulta não retornou registros");
        }
        if (number > pages) {
            return error(23, "A página que você está tentando obter não existe");
        }
        List<Map<String, Object>> rows = page(found, number, PAGE).stream().map(order -> fields(name, row.apply(order))).toList();
        return ok(fields("pagina", number, "numero_paginas", Integer.toString(pages), list, rows.size() == 1 ? rows.get(0) : rows));
    }

    private Reply order(Map<String, String> form) {
        return find(form.get("id")).map(order -> {
            Map<String, Object> complete = row(order);
            complete.put("cliente", fields("nome", order.name(), "tipo_pessoa", order.company() ? "J" : "F", "cpf_cnpj", order.document(),
                    "fone", order.phone(), "email", order.email()));
            complete.put("itens", order.items().stream().map(item -> Map.of("item", fields("codigo", item.sku(), "descricao", item.name(),
                    "quantidade", item.quantity() + ".0000", "valor_unitario", item.unitPrice() + "000000"))).toList());
            complete.put("total_produtos", money(order, order.subtotal()));
            complete.put("valor_desconto", amount(order, order.discount()));
            complete.put("valor_frete", order.shipping() + "000000");
            complete.put("outras_despesas", order.surcharge().toPlainString());
            complete.put("total_pedido", money(order, order.total()));
            complete.remove("valor");
            return ok(fields("pedido", complete));
        }).orElseGet(() -> error(32, "Pedido não localizado"));
    }

    private Reply contact(Map<String, String> form) {
        return orders().stream().filter(order -> Long.toString(7_000 + order.person()).equals(form.get("id"))).findFirst()
                .map(order -> ok(fields("contato", fields("id", form.get("id"), "nome", order.name(), "cpf_cnpj", order.document(), "celular", order.phone(),
                        "email", order.email(), "data_nascimento", order.birthDate() == null ? "" : DAY.format(order.birthDate())))))
                .orElseGet(() -> error(32, "Contato não localizado"));
    }

    /** Ids are texts at times and numbers at others. */
    private Map<String, Object> row(Order order) {
        boolean odd = order.id() % 2 == 1;
        return fields("id", odd ? Long.toString(order.id()) : (Object) order.id(), "numero", order.number(), "numero_ecommerce", order.externalNumber(),
                "data_pedido", DAY.format(order.placedAt().atOffset(BRASILIA)), "nome", order.name(),
                "valor", odd ? money(order, order.total()) : amount(order, order.total()), "situacao", label(order.stage()));
    }

    private static String label(Stage stage) {
        return switch (stage) {
            case NEW -> "Em aberto";
            case PAID -> "Aprovado";
            case SENT -> "Enviado";
            case DELIVERED -> "Entregue";
            case CANCELLED, RETURNED -> "Cancelado";
        };
    }

    private static Instant since(String text) {
        try {
            return LocalDateTime.parse(text, SECOND).toInstant(BRASILIA);
        } catch (DateTimeParseException malformed) {
            throw new Refusal(error(31, "dataAtualizacao"));
        }
    }

    private static Reply ok(Map<String, Object> content) {
        Map<String, Object> answer = fields("status_processamento", 3, "status", "OK");
        answer.putAll(content);
        return Reply.json(Map.of("retorno", answer));
    }

    private static Reply error(int code, String text) {
        return Reply.json(Map.of("retorno", fields("status_processamento", code == 20 ? "2" : (Object) 2, "status", "Erro",
                "codigo_erro", code % 2 == 0 ? Integer.toString(code) : (Object) code, "erros", List.of(Map.of("erro", text)))));
    }

    static Map<String, Object> fields(Object... pairs) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.put((String) pairs[i], pairs[i + 1]);
        }
        return fields;
    }
}
