package io.loyaltyhub.sandbox;

import static io.loyaltyhub.sandbox.TinyV2Shop.fields;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.CouponBook;
import io.loyaltyhub.sandbox.kit.CouponSeen;
import io.loyaltyhub.sandbox.kit.Refusal;
import io.loyaltyhub.sandbox.kit.Reply;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code /cupomDesconto}: once for each customer at most, and a server that fractions of a second are too much for. */
final class MagazordCoupons {

    private static final String TIME = "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z";
    private static final Set<String> FIELDS = Set.of("codigo", "descricao", "tipoDesconto", "tipoLimite", "valorDesconto", "validoDe", "validoAte",
            "valorMinimoPedido", "loja");

    private final CouponBook book = new CouponBook(412, 100);

    Map<String, CouponSeen> byCode() {
        return book.byCode();
    }

    List<Map<String, Object>> list() {
        return book.all().stream().map(MagazordCoupons::shown).toList();
    }

    synchronized Map<String, Object> make(Call call) {
        JsonNode given = call.json();
        require(String.valueOf(call.header("content-type")).startsWith("application/json") && given.isObject(), 400, "corpo");
        given.fieldNames().forEachRemaining(field -> require(FIELDS.contains(field), 400, field));
        String from = given.path("validoDe").asText();
        String until = given.path("validoAte").asText();
        require(from.matches(TIME) && until.matches(TIME), 500, "Internal Server Error");
        require(!Instant.parse(until).isBefore(Instant.parse(from)), 400, "validoAte");
        String code = given.path("codigo").asText();
        require(!code.isBlank() && !book.has(code), 400, "Já existe um cupom com este código");
        require(given.path("tipoDesconto").asInt() == 1 && Set.of(1, 2).contains(given.path("tipoLimite").asInt()), 400, "tipoDesconto, tipoLimite");
        require(given.path("valorDesconto").isNumber() && given.path("valorDesconto").decimalValue().signum() > 0, 400, "valorDesconto");
        require(given.path("valorMinimoPedido").isNumber(), 400, "valorMinimoPedido");
        require(Set.of(1, 2).contains(given.path("loja").asInt()), 400, "loja");
        return shown(book.add(id -> new CouponSeen(id, code, given.path("valorDesconto").decimalValue(), LocalDate.parse(until.substring(0, 10)), null,
                given.path("tipoLimite").asInt() == 2 ? 1 : 0)));
    }

    private static Map<String, Object> shown(CouponSeen coupon) {
        return fields("id", coupon.id(), "codigo", coupon.code(), "tipoDesconto", 1, "valorDesconto", coupon.value().setScale(2).toPlainString(),
                "validoAte", coupon.lastDay() + " 23:59:59", "ativo", true);
    }

    private static void require(boolean met, int status, String message) {
        if (!met) {
            throw new Refusal(Reply.json(status, Map.of("status", "error", "message", message)));
        }
    }
}
