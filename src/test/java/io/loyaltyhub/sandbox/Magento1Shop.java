package io.loyaltyhub.sandbox;

import static io.loyaltyhub.sandbox.TinyV2Shop.fields;

import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.Limits;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Refusal;
import io.loyaltyhub.sandbox.kit.Reply;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Magento 1's SOAP v2 in the WS-I dialect: sessions, faults, lists without pages that hold all there is, a detail that lacks what the
 * list has, two lines for a product with options, empty texts for what is not there.
 */
public final class Magento1Shop extends MagentoShop {

    private static final String USER = "hub";
    private static final String KEY = "chave & <segredo> \"1\"";
    private static final String ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/";
    private static final Duration SESSION = Duration.ofHours(1);
    private static final long FIRST_INCREMENT = 100_000_000;
    /** Columns of the list that the detail does not have. */
    private static final Set<String> OF_THE_LIST = Set.of("customer_taxvat", "customer_dob", "coupon_code", "telephone", "billing_name");

    private final Map<String, Instant> sessions = new HashMap<>();
    private int opened;
    private volatile int mostRows = 500;
    private volatile boolean lastConditionOnly;
    private volatile int deleted;

    public Magento1Shop() {
        this(Clock.systemUTC());
    }

    public Magento1Shop(Clock clock) {
        super(clock);
        limits(Limits.perMinute(60));
    }

    /** All sessions end, as when the shop's cache is emptied. */
    public synchronized void endSessions() {
        sessions.clear();
    }

    /** A list with more rows than these takes more memory than there is. */
    public void bears(int rows) {
        mostRows = rows;
    }

    /** As old releases do it: of two conditions on one field the last counts. */
    public void keepsTheLastConditionOnly() {
        lastConditionOnly = true;
    }

    /** This person's account is gone, though the list still has it. */
    public void deletes(int person) {
        deleted = FIRST_CUSTOMER + person;
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("generation", "magento1", "user", USER, "apiKey", KEY, "baseUrl", address().toString());
    }

    @Override
    public Map<String, Object> wrongSettings() {
        return Map.of("generation", "magento1", "user", USER, "apiKey", "outra chave", "baseUrl", address().toString());
    }

    @Override
    public boolean isList(Call call) {
        return call.text().contains("salesOrderListRequestParam");
    }

    @Override
    public boolean isDetail(Call call) {
        return call.text().contains("salesOrderInfoRequestParam");
    }

    @Override
    protected Reply tooMany() {
        return Reply.html(429, "<html><body><h1>429 Too Many Requests</h1></body></html>");
    }

    @Override
    protected Reply unauthorised() {
        return fault(2, "Access denied.");
    }

    @Override
    protected Reply answer(Call call) {
        if (!call.path().equals("/api/v2_soap/")) {
            return Reply.html(404, "<html><body><h1>404 Not Found</h1></body></html>");
        }
        Element request = request(call);
        return switch (request.getLocalName()) {
            case "loginParam" -> login(request);
            case "salesOrderListRequestParam" -> orders(within(request));
            case "salesOrderInfoRequestParam" -> order(within(request));
            case "customerCustomerListRequestParam" -> people(within(request));
            case "customerAddressListRequestParam" -> addresses(within(request));
            default -> fault("SOAP-ENV:Server", "Procedure '" + request.getLocalName() + "' not present");
        };
    }

    private static Element request(Call call) {
        Document envelope = call.xml();
        String type = call.header("content-type");
        if (!call.method().equals("POST") || !call.query().isEmpty() || type == null || !type.startsWith("text/xml") || call.header("soapaction") == null
                || envelope == null || !ENVELOPE.equals(envelope.getDocumentElement().getNamespaceURI())) {
            throw new Refusal(fault("SOAP-ENV:Client", "Bad Request"));
        }
        Element body = child(envelope.getDocumentElement(), "Body");
        Element request = body == null ? null : children(body).stream().findFirst().orElse(null);
        if (request == null || !"urn:Magento".equals(request.getNamespaceURI())) {
            throw new Refusal(fault("SOAP-ENV:Client", "Bad Request"));
        }
        return request;
    }

    private synchronized Reply login(Element request) {
        if (!USER.equals(text(request, "username")) || !KEY.equals(text(request, "apiKey"))) {
            return unauthorised();
        }
        String session = "8d1f0c4be2a94f7d9e55aa0b3c6d" + String.format("%04x", ++opened);
        sessions.put(session, clock().instant().plus(SESSION));
        return Reply.xml(200, envelope("login", session));
    }

    private synchronized Element within(Element request) {
        Instant ends = sessions.get(text(request, "sessionId"));
        if (ends == null || !clock().instant().isBefore(ends)) {
            throw new Refusal(fault(5, "Session expired. Try to relogin."));
        }
        return request;
    }

    private Reply orders(Element request) {
        Range changed = range(request);
        return list("salesOrderList", orders().stream().filter(order -> changed.includes(order.changedAt())).map(this::row).toList());
    }

    private Reply people(Element request) {
        Range changed = range(request);
        return list("customerCustomerList", customers().entrySet().stream().filter(one -> changed.includes(one.getValue().changedAt())).map(one -> {
            Order order = one.getValue();
            return fields("customer_id", one.getKey(), "created_at", time(order.placedAt()), "updated_at", time(order.changedAt()), "store_id", 1,
                    "email", order.email(), "firstname", firstName(order), "lastname", lastName(order), "group_id", 1,
                    "dob", order.birthDate() == null ? "" : order.birthDate() + " 00:00:00", "taxvat", order.document(), "password_hash", "0f1e2d3c4b5a:xY");
        }).toList());
    }

    private Reply addresses(Element request) {
        String id = text(request, "customerId");
        Order order = id.matches("\\d{1,9}") ? customers().get(Integer.valueOf(id)) : null;
        if (order == null || id.equals(Integer.toString(deleted))) {
            return fault(102, "Customer not exists.");
        }
        return list("customerAddressList", List.of(
                fields("customer_address_id", id + "1", "telephone", "", "is_default_billing", "false", "is_default_shipping", "true"),
                fields("customer_address_id", id + "2", "telephone", order.phone(), "is_default_billing", "true", "is_default_shipping", "false")));
    }

    private Reply order(Element request) {
        String number = text(request, "orderIncrementId");
        Order order = number.matches("\\d{9,18}") ? find(Long.parseLong(number) - FIRST_INCREMENT).orElse(null) : null;
        if (order == null) {
            return fault(100, "Requested order not exists.");
        }
        Map<String, Object> detail = row(order);
        detail.keySet().removeAll(OF_THE_LIST);
        detail.put("billing_address", fields("firstname", firstName(order), "lastname", lastName(order), "street", "Rua Ficticia\n77",
                "telephone", order.phone(), "vat_id", ""));
        detail.put("items", lines(order));
        detail.put("payment", fields("method", "pix_exemplo", "amount_ordered", amount4(order, order.total())));
        detail.put("status_history", List.of());
        return Reply.xml(200, envelope("salesOrderInfo", xml(detail)));
    }

    /** A thing to wear comes in sizes, and that is two lines. */
    private static List<Map<String, Object>> lines(Order order) {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Order.Item item : order.items()) {
            boolean sizes = item.sku().startsWith("CAM");
            lines.add(fields("item_id", lines.size() + 1, "product_type", sizes ? "configurable" : "simple", "sku", item.sku(), "name", item.name(),
                    "qty_ordered", item.quantity() + ".0000", "price", item.unitPrice() + "00"));
            if (sizes) {
                lines.add(fields("item_id", lines.size() + 1, "product_type", "simple", "sku", item.sku(), "name", item.name() + " M",
                        "qty_ordered", item.quantity() + ".0000", "price", "0.0000"));
            }
        }
        return lines;
    }

    private Map<String, Object> row(Order order) {
        boolean guest = order.person() % 3 == 2;
        return fields("increment_id", FIRST_INCREMENT + order.id(), "order_id", order.id(), "store_id", 1, "store_name", storeName(),
                "created_at", time(order.placedAt()), "updated_at", time(order.changedAt()), "state", status(order.stage()), "status", status(order.stage()),
                "grand_total", amount4(order, order.total()), "subtotal", amount4(order, order.subtotal()), "shipping_amount", amount4(order, order.shipping()),
                "discount_amount", amount4(order, order.discount().negate()), "tax_amount", "0.0000", "total_refunded", "",
                "customer_id", guest ? "" : customer(order), "customer_is_guest", guest ? 1 : 0, "customer_email", order.email(),
                "customer_firstname", firstName(order), "customer_lastname", lastName(order), "customer_taxvat", order.document(),
                "customer_dob", order.birthDate() == null ? "" : order.birthDate() + " 00:00:00", "coupon_code", order.coupon(),
                "billing_name", order.name(), "telephone", order.phone(), "order_currency_code", "BRL");
    }

    private String amount4(Order order, BigDecimal amount) {
        return poisoned(order) ? money(order, amount) : money(order, amount) + "00";
    }

    /** Both ends belong to it. */
    private record Range(Instant from, Instant to) {
        boolean includes(Instant time) {
            Instant second = Instant.ofEpochSecond(time.getEpochSecond());
            return !second.isBefore(from) && !second.isAfter(to);
        }
    }

    private Range range(Element request) {
        Map<String, String> bounds = new HashMap<>();
        Element filters = child(child(request, "filters"), "complex_filter");
        for (Element filter : children(filters)) {
            Element condition = child(filter, "value");
            if (!filter.getTagName().equals("complexObjectArray") || !"updated_at".equals(text(filter, "key")) || condition == null) {
                throw new Refusal(fault(101, "Invalid filters given. Details in error message."));
            }
            if (lastConditionOnly) {
                bounds.clear();
            }
            bounds.put(text(condition, "key"), text(condition, "value"));
        }
        try {
            return new Range(bounds.containsKey("from") ? instant(bounds.get("from")) : Instant.MIN, bounds.containsKey("to") ? instant(bounds.get("to")) : Instant.MAX);
        } catch (DateTimeParseException noTime) {
            throw new Refusal(fault(101, "Invalid filters given. Details in error message."));
        }
    }

    private Reply list(String operation, List<Map<String, Object>> rows) {
        if (rows.size() > mostRows) {
            return Reply.html(500, "<br />\n<b>Fatal error</b>: Allowed memory size of 268435456 bytes exhausted");
        }
        return Reply.xml(200, envelope(operation, xml(rows)));
    }

    private static Reply fault(Object code, String text) {
        return Reply.xml(500, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><SOAP-ENV:Envelope xmlns:SOAP-ENV=\"" + ENVELOPE + "\"><SOAP-ENV:Body><SOAP-ENV:Fault>"
                + "<faultcode>" + code + "</faultcode><faultstring>" + text + "</faultstring></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>");
    }

    private static String envelope(String operation, String result) {
        String element = "ns1:" + operation + "ResponseParam";
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"" + ENVELOPE + "\" xmlns:ns1=\"urn:Magento\"><SOAP-ENV:Body><"
                + element + "><result>" + result + "</result></" + element + "></SOAP-ENV:Body></SOAP-ENV:Envelope>\n";
    }

    private static String xml(Object value) {
        StringBuilder xml = new StringBuilder();
        if (value instanceof Map<?, ?> fields) {
            fields.forEach((name, field) -> xml.append('<').append(name).append('>').append(xml(field)).append("</").append(name).append('>'));
        } else if (value instanceof List<?> list) {
            list.forEach(one -> xml.append("<complexObjectArray>").append(xml(one)).append("</complexObjectArray>"));
        } else {
            xml.append(value.toString().replace("&", "&amp;").replace("<", "&lt;"));
        }
        return xml.toString();
    }

    private static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent == null ? null : parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    private static Element child(Element parent, String name) {
        return children(parent).stream().filter(one -> one.getLocalName().equals(name)).findFirst().orElse(null);
    }

    /** Empty where it is not given. */
    private static String text(Element parent, String name) {
        Element child = child(parent, name);
        return child == null ? "" : child.getTextContent();
    }
}
