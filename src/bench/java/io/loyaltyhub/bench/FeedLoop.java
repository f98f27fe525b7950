package io.loyaltyhub.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.UUID;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * What the hub's reading of a feed is held against, in a process of its own: {@code <database url> <user> <table>}, the
 * database's password in {@code BENCH_DATABASE_PASSWORD}. Each line on standard input is the address of a feed; it is read by
 * one StAX reader from the socket, and every item goes by one COPY straight into a table that is empty and has the columns and
 * indexes of the hub's. No file, no staging, no merge: it knows no earlier reading, no item twice, no limit, no other
 * spelling, and the first item that is no XML is its end.
 */
final class FeedLoop {

    private static final int BATCH = 1 << 16;

    private final String copy;
    private final StringBuilder lines = new StringBuilder(BATCH + (1 << 13));
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final XMLInputFactory parsers = XMLInputFactory.newFactory();
    private final String merchant = UUID.randomUUID().toString();
    private final String integration = UUID.randomUUID().toString();
    private int count;

    private FeedLoop(String table) {
        copy = "COPY " + table + " (merchant_id, integration_id, sku, title, price, image_url, link, group_id, available, fingerprint, updated_at) FROM STDIN";
        parsers.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        parsers.setProperty(XMLInputFactory.IS_COALESCING, true);
    }

    public static void main(String[] arguments) throws Exception {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        FeedLoop loop = new FeedLoop(arguments[2]);
        try (Connection connection = DriverManager.getConnection(arguments[0], arguments[1], System.getenv("BENCH_DATABASE_PASSWORD"))) {
            connection.setAutoCommit(false);
            System.err.println("@ready");
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String feed = commands.readLine(); feed != null; feed = commands.readLine()) {
                long cpuBefore = system.getProcessCpuTime();
                long began = System.nanoTime();
                int items = loop.read(connection, feed);
                connection.commit();
                System.err.println("@read " + (System.nanoTime() - began) + " " + (system.getProcessCpuTime() - cpuBefore) + " " + items);
            }
        }
    }

    private int read(Connection connection, String feed) throws Exception {
        count = 0;
        CopyIn rows = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy);
        try (InputStream in = http.send(HttpRequest.newBuilder(URI.create(feed)).build(), HttpResponse.BodyHandlers.ofInputStream()).body()) {
            XMLStreamReader xml = parsers.createXMLStreamReader(in);
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("item")) {
                    item(xml);
                    if (lines.length() > BATCH) {
                        flush(rows);
                    }
                }
            }
        }
        flush(rows);
        rows.endCopy();
        return count;
    }

    private void item(XMLStreamReader xml) throws Exception {
        String sku = null;
        String title = null;
        String price = null;
        String salePrice = null;
        String image = null;
        String link = null;
        String group = null;
        boolean available = true;
        StringBuilder text = new StringBuilder();
        for (int depth = 1; depth > 0; ) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    depth++;
                    text.setLength(0);
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (depth == 2) {
                        text.append(xml.getText());
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    if (depth-- == 2) {
                        switch (xml.getLocalName()) {
                            case "id" -> sku = text.toString();
                            case "title" -> title = text.toString();
                            case "price" -> price = text.toString();
                            case "sale_price" -> salePrice = text.toString();
                            case "image_link" -> image = text.toString();
                            case "link" -> link = text.toString();
                            case "item_group_id" -> group = text.toString();
                            case "availability" -> available = text.toString().equals("in stock");
                            default -> { }
                        }
                    }
                }
                default -> { }
            }
        }
        BigDecimal amount = new BigDecimal((salePrice == null ? price : salePrice).replace(" BRL", ""));
        String fingerprint = UUID.nameUUIDFromBytes(String.join("\n", sku, title, amount.toPlainString(), String.valueOf(image), String.valueOf(link),
                String.valueOf(group), String.valueOf(available)).getBytes(StandardCharsets.UTF_8)).toString();
        count++;
        lines.append(merchant).append('\t').append(integration).append('\t');
        column(sku);
        column(title);
        lines.append(amount.toPlainString()).append('\t');
        column(image);
        column(link);
        column(group);
        lines.append(available ? 't' : 'f').append('\t').append(fingerprint).append("\t2026-03-10T12:00:00Z\n");
    }

    private void column(String value) {
        if (value == null) {
            lines.append("\\N\t");
            return;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> lines.append("\\\\");
                case '\t' -> lines.append("\\t");
                case '\n' -> lines.append("\\n");
                case '\r' -> lines.append("\\r");
                default -> lines.append(c);
            }
        }
        lines.append('\t');
    }

    private void flush(CopyIn rows) throws Exception {
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        rows.writeToCopy(bytes, 0, bytes.length);
        lines.setLength(0);
    }
}
