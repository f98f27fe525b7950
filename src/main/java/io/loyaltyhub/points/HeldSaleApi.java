package io.loyaltyhub.points;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.audit.Audit;
import io.loyaltyhub.sale.SaleApi;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The merchant's word on sales that may be another source's once more. */
@Component("heldSaleApi")
@Transactional
public class HeldSaleApi {

    private final Ledger ledger;
    private final SaleApi sales;
    private final Audit audit;

    public HeldSaleApi(Ledger ledger, SaleApi sales, Audit audit) {
        this.ledger = ledger;
        this.sales = sales;
        this.audit = audit;
    }

    /** It is a sale of its own, and is paid. */
    public Map<String, Object> release(ApiRequest request) {
        return rule(request, Ruling.RELEASED, "sale.release");
    }

    /** It is the same sale, and pays nothing. */
    public Map<String, Object> discard(ApiRequest request) {
        return rule(request, Ruling.DISCARDED, "sale.discard");
    }

    private Map<String, Object> rule(ApiRequest request, Ruling ruling, String action) {
        UUID merchant = request.merchant();
        long sale = request.number("sale");
        switch (ledger.rule(merchant, sale, ruling, request.caller().name())) {
            case UNKNOWN -> throw Problem.notFound();
            case NOT_HELD -> throw Problem.conflict("sale.not-held");
            case DONE -> audit.record(request, merchant, action, sale, Map.of());
        }
        return sales.get(request);
    }
}
