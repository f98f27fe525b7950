package io.loyaltyhub.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import java.io.IOException;
import java.math.RoundingMode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * All pages of a shop's orders, as the bytes that are answered: eight orders in ten are paid, one is cancelled, one
 * still waits for its payment. Made once, so that serving them costs next to nothing while something is measured.
 *
 * @param expected what a programme of one point per real must make of them
 */
record ShopPages(List<byte[]> pages, Outcome expected) {

    static final int PAGE_SIZE = 100;
    static final List<String> SCORING = List.of(Integer.toString(SandboxStatus.A_ENVIAR.id()));
    static final List<String> REVERSAL = List.of(Integer.toString(SandboxStatus.CANCELADO.id()));

    /** The sandbox gives no more, as the platform does. */
    private static final int SANDBOX_PAGE = 50;
    private static final int ORDERS_PER_BUYER = 8;
    private static final ObjectMapper JSON = new ObjectMapper();

    static ShopPages of(int orders) throws IOException, InterruptedException {
        try (SandboxTray shop = SandboxTray.start()) {
            shop.fullRows(true);
            shop.people(Math.max(1, orders / ORDERS_PER_BUYER));
            long first = shop.placeMany(orders, SandboxStatus.A_ENVIAR);
            for (long id = first; id < first + orders; id++) {
                if (id % 10 == 4) {
                    shop.changeStatus(id, SandboxStatus.CANCELADO);
                } else if (id % 10 == 9) {
                    shop.changeStatus(id, SandboxStatus.AGUARDANDO_PAGAMENTO);
                }
            }
            return new ShopPages(pages(shop, orders), expected(shop));
        }
    }

    int orders() {
        return Math.toIntExact(expected.orders());
    }

    long bytes() {
        return pages.stream().mapToLong(page -> page.length).sum();
    }

    private static Outcome expected(SandboxTray shop) {
        long awarded = 0;
        long reversed = 0;
        long ignored = 0;
        long points = 0;
        for (long id : shop.orderIds()) {
            SandboxStatus status = shop.status(id);
            if (status.equals(SandboxStatus.A_ENVIAR)) {
                awarded++;
                points += shop.order(id).paidForGoods().setScale(0, RoundingMode.FLOOR).longValueExact();
            } else if (status.equals(SandboxStatus.CANCELADO)) {
                reversed++;
            } else {
                ignored++;
            }
        }
        return new Outcome(awarded, reversed, ignored, points);
    }

    private static List<byte[]> pages(SandboxTray shop, int orders) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        String token = get(http, HttpRequest.newBuilder(URI.create(shop.apiAddress() + "/auth"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("consumer_key=" + shop.consumerKey()
                        + "&consumer_secret=" + shop.consumerSecret() + "&code=" + shop.code())).build())
                .path("access_token").asText();
        List<byte[]> pages = new ArrayList<>();
        ArrayNode rows = JSON.createArrayNode();
        for (int from = 0; from < orders; from += SANDBOX_PAGE) {
            URI list = URI.create(shop.apiAddress() + "/orders?sort=id_asc&limit=" + SANDBOX_PAGE + "&page=" + (from / SANDBOX_PAGE + 1)
                    + "&access_token=" + token);
            rows.addAll((ArrayNode) get(http, HttpRequest.newBuilder(list).build()).get("Orders"));
            if (rows.size() == PAGE_SIZE || from + SANDBOX_PAGE >= orders) {
                pages.add(page(orders, pages.size() + 1, rows));
                rows = JSON.createArrayNode();
            }
        }
        return pages;
    }

    private static byte[] page(int orders, int number, ArrayNode rows) throws IOException {
        ObjectNode page = JSON.createObjectNode();
        page.putObject("paging").put("total", orders).put("page", number).put("offset", (number - 1) * PAGE_SIZE)
                .put("limit", PAGE_SIZE).put("maxLimit", PAGE_SIZE);
        page.set("Orders", rows);
        return JSON.writeValueAsBytes(page);
    }

    private static JsonNode get(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException("the sandbox answered " + answer.statusCode());
        }
        return JSON.readTree(answer.body());
    }
}
