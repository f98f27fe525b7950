package io.loyaltyhub.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A shop's Google Shopping feed as platforms write it: RSS, about a kilobyte an item, CDATA beside escaped text, products with
 * variants, images, instalments, some reduced, some sold out. The same number gives the same item; nothing is kept of it.
 */
final class ProductFeed {

    private static final String[] KINDS = {"Vestido Midi", "Camisa de Linho", "Calça Pantalona", "Sandália Rasteira", "Bolsa Transversal", "Jaqueta Jeans",
        "Tênis Casual", "Blusa de Tricô", "Saia Plissada", "Cinto de Couro", "Óculos de Sol", "Colar Dourado", "Macacão Longo"};
    private static final String[] WORDS = {"Estampado", "Básico", "Clássico", "Verão", "Coleção Açaí", "Algodão Orgânico", "Premium", "Essencial",
        "Manhã & Tarde", "Edição São João", "Linha Conforto"};
    private static final String[] COLORS = {"Azul-marinho", "Preto", "Off-white", "Vermelho", "Verde-água", "Marrom-café", "Rosa-chá"};
    private static final String[] SIZES = {"PP", "P", "M", "G", "GG"};
    private static final String[] BRANDS = {"Casa Marina", "Ateliê Sabiá", "Irmãos Conceição & Cia", "Maré Alta"};
    private static final String[] PATHS = {"Moda &gt; Feminino &gt; Vestidos", "Moda &gt; Masculino &gt; Camisas", "Acess&#243;rios &gt; Bolsas",
        "Cal&#231;ados &gt; Sand&#225;lias"};
    private static final String[] SENTENCES = {"Peça confeccionada em tecido leve, com caimento impecável e acabamento à mão.",
        "Ideal para o dia a dia, combina conforto e elegância em qualquer ocasião.",
        "Lavar à mão com sabão neutro; não usar alvejante; secar à sombra.",
        "A modelo veste tamanho M e tem 1,72 m de altura.",
        "Produção própria, feita com responsabilidade por costureiras do interior de Minas Gerais.",
        "Troca grátis em até 30 dias & frete reduzido para todo o Brasil."};
    private static final int VARIANTS = 4;
    private static final int BATCH = 1 << 16;

    private final int items;
    private final int malformed;

    /** @param malformed the number of the one item that is no XML, from 1; 0 for none */
    ProductFeed(int items, int malformed) {
        this.items = items;
        this.malformed = malformed;
    }

    int items() {
        return items;
    }

    void writeTo(OutputStream out) throws IOException {
        StringBuilder text = new StringBuilder(BATCH + (1 << 13));
        text.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\">\n<channel>\n")
                .append("<title>Casa Marina</title>\n<link>https://www.casamarina.example</link>\n<description>Catálogo de produtos</description>\n");
        for (int number = 1; number <= items; number++) {
            item(text, number);
            if (text.length() > BATCH) {
                out.write(text.toString().getBytes(StandardCharsets.UTF_8));
                text.setLength(0);
            }
        }
        out.write(text.append("</channel>\n</rss>\n").toString().getBytes(StandardCharsets.UTF_8));
    }

    private void item(StringBuilder text, int number) {
        int hash = Integer.rotateLeft(number * 0x9E3779B1, 15) & 0x7FFFFFFF;
        int product = (number + VARIANTS - 1) / VARIANTS;
        int productHash = product * 0x85EBCA6B >>> 1;
        boolean varied = product % 3 != 0;
        String kind = KINDS[productHash % KINDS.length];
        String word = WORDS[productHash / 16 % WORDS.length];
        String color = COLORS[hash % COLORS.length];
        String size = SIZES[hash / 8 % SIZES.length];
        int cents = 1990 + hash % 90_000;
        text.append("<item>\n<g:id>").append(sku(number)).append("</g:id>\n<title>");
        if (number % 2 == 0) {
            text.append("<![CDATA[").append(kind).append(' ').append(word).append(' ').append(product).append(" - ").append(color).append(", ").append(size).append("]]>");
        } else {
            text.append(kind).append(' ').append(word.replace("&", "&amp;")).append(' ').append(product).append(" - ").append(color).append(", ").append(size);
        }
        text.append("</title>\n<description>");
        if (number == malformed) {
            // What shops do: a description of HTML, pasted in as it is, with a sign that means "less than".
            text.append("<p>Para alturas <b>< 1,60 m</p>");
        } else {
            text.append("<![CDATA[<p>").append(SENTENCES[hash / 64 % SENTENCES.length]).append("</p> <ul><li>").append(SENTENCES[(hash / 64 + 1) % SENTENCES.length])
                    .append("</li><li>").append(SENTENCES[(hash / 64 + 3) % SENTENCES.length]).append("</li></ul>]]>");
        }
        text.append("</description>\n<link>https://www.casamarina.example/produto/").append(product).append("/item-").append(number)
                .append("?variacao=").append(number).append("&amp;utm_source=google&amp;utm_medium=shopping</link>\n<g:image_link>https://cdn.casamarina.example/img/produtos/")
                .append(product).append("/grande-").append(hash % 9).append(".jpg?v=").append(hash % 1000).append("</g:image_link>\n<g:additional_image_link>")
                .append("https://cdn.casamarina.example/img/produtos/").append(product).append("/detalhe.jpg</g:additional_image_link>\n<g:availability>")
                .append(hash % 10 == 0 ? "out of stock" : "in stock").append("</g:availability>\n<g:price>");
        money(text, cents).append("</g:price>\n");
        if (number % 5 == 0) {
            money(text.append("<g:sale_price>"), cents - cents / 5).append("</g:sale_price>\n");
        }
        text.append("<g:brand>").append(BRANDS[productHash % BRANDS.length].replace("&", "&amp;")).append("</g:brand>\n<g:condition>new</g:condition>\n<g:gtin>")
                .append(7_890_000_000_000L + number).append("</g:gtin>\n<g:product_type>").append(PATHS[productHash / 32 % PATHS.length]).append("</g:product_type>\n");
        if (varied) {
            text.append("<g:item_group_id>CM").append(product).append("</g:item_group_id>\n<g:color>").append(color).append("</g:color>\n<g:size>").append(size)
                    .append("</g:size>\n");
        }
        money(text.append("<g:installment><g:months>3</g:months><g:amount>"), cents / 3).append("</g:amount></g:installment>\n")
                .append("<g:shipping><g:country>BR</g:country><g:service>PAC</g:service><g:price>19.90 BRL</g:price></g:shipping>\n</item>\n");
    }

    static String sku(int number) {
        String digits = Integer.toString(number);
        return "CM-" + "0".repeat(Math.max(0, 7 - digits.length())) + digits;
    }

    private static StringBuilder money(StringBuilder text, int cents) {
        text.append(cents / 100).append('.');
        return text.append((char) ('0' + cents / 10 % 10)).append((char) ('0' + cents % 10)).append(" BRL");
    }
}
