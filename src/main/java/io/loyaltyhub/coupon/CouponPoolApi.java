package io.loyaltyhub.coupon;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.FieldError;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.audit.Audit;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Integrations;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The merchant's own codes: in as JSON or as a table, out as counts only. */
@Component("couponPoolApi")
@Transactional
public class CouponPoolApi {

    private static final Pattern CODE = Pattern.compile("[\\p{Alnum}_.-]{3,60}");
    private static final Pattern AMOUNT = Pattern.compile("\\d{1,8}([.,]\\d{1,2})?");
    private static final int MOST_ERRORS = 20;

    private final CouponPool pool;
    private final Integrations integrations;
    private final Audit audit;

    CouponPoolApi(CouponPool pool, Integrations integrations, Audit audit) {
        this.pool = pool;
        this.integrations = integrations;
        this.audit = audit;
    }

    /** All codes or, where one of them is none, no code. */
    public Map<String, Object> add(ApiRequest request) {
        Integration integration = integration(request);
        List<FieldError> errors = new ArrayList<>();
        List<CouponPool.Code> codes = request.has("rows") ? ofTable(request.field("rows"), errors) : ofList(request, errors);
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors.subList(0, Math.min(MOST_ERRORS, errors.size())));
        }
        int added = pool.add(integration, codes);
        audit.record(request, integration.merchantId(), "coupon-pool.add", integration.id(), Map.of("added", added));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("added", added);
        answer.put("duplicates", codes.size() - added);
        answer.putAll(counts(integration));
        return answer;
    }

    public Map<String, Object> get(ApiRequest request) {
        return counts(integration(request));
    }

    private Map<String, Object> counts(Integration integration) {
        List<CouponPool.Free> free = pool.free(integration.merchantId(), integration.id());
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("free", free.stream().mapToLong(CouponPool.Free::free).sum());
        counts.put("values", free);
        counts.put("low", free.isEmpty() || free.stream().anyMatch(CouponPool.Free::isLow));
        counts.put("inUse", pool.serves(integration));
        return counts;
    }

    private static List<CouponPool.Code> ofList(ApiRequest request, List<FieldError> errors) {
        if (!request.has("codes")) {
            errors.add(FieldError.of("codes", "coupon-pool.no-codes"));
        }
        BigDecimal value = amount("value", request.text("value"), errors);
        LocalDate expiresOn = day("expiresOn", request.text("expiresOn"), errors);
        List<CouponPool.Code> codes = new ArrayList<>();
        int index = 0;
        for (JsonNode code : request.field("codes")) {
            codes.add(new CouponPool.Code(code("codes[" + index++ + "]", code.asText(), errors), value, expiresOn));
        }
        return codes;
    }

    private static List<CouponPool.Code> ofTable(JsonNode rows, List<FieldError> errors) {
        List<CouponPool.Code> codes = new ArrayList<>();
        // As the spreadsheet counts, whose first line has the names.
        int line = 2;
        for (JsonNode row : rows) {
            String where = "linha " + line++ + ": ";
            codes.add(new CouponPool.Code(code(where + "code", row.path("code").asText(""), errors), amount(where + "value", row.path("value").asText(null), errors),
                    day(where + "expiresOn", row.path("expiresOn").asText(null), errors)));
        }
        return codes;
    }

    private static String code(String field, String given, List<FieldError> errors) {
        String code = given.strip();
        if (!CODE.matcher(code).matches()) {
            errors.add(FieldError.of(field, "coupon-pool.code"));
        }
        return code;
    }

    private static BigDecimal amount(String field, String given, List<FieldError> errors) {
        if (given == null || !AMOUNT.matcher(given.strip()).matches() || new BigDecimal(given.strip().replace(',', '.')).signum() == 0) {
            errors.add(FieldError.of(field, "coupon-pool.value"));
            return null;
        }
        return new BigDecimal(given.strip().replace(',', '.')).setScale(2);
    }

    private static LocalDate day(String field, String given, List<FieldError> errors) {
        try {
            return given == null || given.isBlank() ? null : LocalDate.parse(given.strip());
        } catch (DateTimeException e) {
            errors.add(FieldError.of(field, "coupon-pool.day"));
            return null;
        }
    }

    private Integration integration(ApiRequest request) {
        return integrations.find(request.merchant(), request.id("integration")).orElseThrow(Problem::notFound);
    }
}
