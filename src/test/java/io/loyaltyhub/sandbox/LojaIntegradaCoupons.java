package io.loyaltyhub.sandbox;

import static io.loyaltyhub.sandbox.TinyV2Shop.fields;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.CouponBook;
import io.loyaltyhub.sandbox.kit.CouponSeen;
import io.loyaltyhub.sandbox.kit.Refusal;
import io.loyaltyhub.sandbox.kit.Reply;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code /cupom/}: no first day, no filter by code, and an answer that is the coupon for one and the way to it for the next. */
final class LojaIntegradaCoupons {

    private static final Set<String> FIELDS = Set.of("codigo", "tipo", "valor", "descricao", "ativo", "validade", "valor_minimo", "quantidade",
            "quantidade_por_cliente", "cumulativo", "aplicar_no_total", "condicao_cliente", "condicao_produto", "grupos");
    private static final Set<String> FILTERS = Set.of("limit", "offset", "ativo");

    private final CouponBook book = new CouponBook(904, 60);

    Map<String, CouponSeen> byCode() {
        return book.byCode();
    }

    List<Map<String, Object>> list(Call call) {
        call.query().keySet().stream().filter(name -> !FILTERS.contains(name)).findFirst().ifPresent(unknown -> {
            throw refused(unknown, "Filtro desconhecido.");
        });
        return book.all().stream().map(LojaIntegradaCoupons::shown).toList();
    }

    synchronized Reply make(Call call) {
        JsonNode given = call.json();
        if (!String.valueOf(call.header("content-type")).startsWith("application/json") || !given.isObject()) {
            throw new Refusal(Reply.json(400, Map.of("error", "Corpo invalido")));
        }
        given.fieldNames().forEachRemaining(field -> require(FIELDS.contains(field), field, "Campo desconhecido."));
        String code = given.path("codigo").asText();
        require(code.matches("[A-Z0-9-]{3,30}"), "codigo", "Codigo invalido.");
        require(!book.has(code), "codigo", "Este codigo ja existe.");
        require(given.path("tipo").asText().equals("fixo"), "tipo", "Este teste so conhece fixo.");
        require(given.path("valor").isTextual() && given.path("valor").asText().matches("\\d+\\.\\d\\d"), "valor", "Valor invalido.");
        require(given.path("valor_minimo").asText().matches("\\d+\\.\\d\\d"), "valor_minimo", "Valor invalido.");
        require(given.path("quantidade").isInt() && given.path("quantidade").asInt() > 0, "quantidade", "Obrigatorio.");
        require(given.path("condicao_cliente").asText().equals("todos_clientes"), "condicao_cliente", "Obrigatorio.");
        require(given.path("condicao_produto").asText().equals("todos_produtos"), "condicao_produto", "Obrigatorio.");
        LocalDate last = day(given.path("validade").asText());
        CouponSeen made = book.add(id -> new CouponSeen(id, code, new BigDecimal(given.path("valor").asText()), last, given.path("quantidade").asInt(),
                given.path("quantidade_por_cliente").asInt()));
        return made.id() % 2 == 0 ? Reply.json(201, shown(made)) : Reply.empty(201).withHeader("Location", "/api/v1/cupom/" + made.id() + "/");
    }

    private static Map<String, Object> shown(CouponSeen coupon) {
        return fields("aplicar_no_total", false, "ativo", true, "codigo", coupon.code(), "cumulativo", false, "descricao", "Resgate de pontos", "id", coupon.id(),
                "quantidade", coupon.uses() == null ? 999_999 : coupon.uses(), "quantidade_por_cliente", coupon.perCustomer(), "quantidade_usada", 0,
                "resource_uri", "/api/v1/cupom/" + coupon.id(), "tipo", "fixo", "validade", coupon.lastDay() + "T23:59:59",
                "valor", coupon.value().toPlainString(), "valor_minimo", "0.00");
    }

    private static LocalDate day(String text) {
        try {
            LocalDate day = LocalDate.parse(text);
            require(!day.isBefore(LocalDate.now().minusDays(1)), "validade", "Data no passado.");
            return day;
        } catch (DateTimeParseException noDay) {
            throw refused("validade", "Data invalida.");
        }
    }

    private static void require(boolean met, String field, String message) {
        if (!met) {
            throw refused(field, message);
        }
    }

    private static Refusal refused(String field, String message) {
        return new Refusal(Reply.json(400, Map.of(field, List.of(message))));
    }
}
