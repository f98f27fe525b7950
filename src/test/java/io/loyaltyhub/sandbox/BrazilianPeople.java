package io.loyaltyhub.sandbox;

import java.text.Normalizer;
import java.time.LocalDate;
import java.util.Locale;
import java.util.SplittableRandom;

/** Invented Brazilian customers: the same index is always the same person, and no two share a document or an e-mail. */
public final class BrazilianPeople {

    /** Index 0 has this id, index 1 the next one, and so on. */
    public static final long FIRST_ID = 10_000;

    private static final String[] WOMEN = {"Marina", "Conceição", "Júlia", "Antônia", "Letícia", "Beatriz", "Débora", "Patrícia",
            "Luíza", "Mônica", "Thaís", "Camila", "Regina", "Vitória", "Inês", "Yasmin"};
    private static final String[] MEN = {"João", "José", "Antônio", "Márcio", "Otávio", "Rafael", "Vinícius", "Sebastião",
            "Cauã", "Fábio", "Luís", "Estêvão", "Hélio", "Thiago", "Ícaro", "Bruno"};
    private static final String[] FAMILIES = {"Alves", "Conceição", "Araújo", "Gonçalves", "Simões", "Magalhães", "Teixeira",
            "D'Ávila", "Falcão", "Guimarães", "Brandão", "Müller", "Nakamura", "Sá", "Leão", "Paixão", "Souza", "Valença"};
    private static final String[] STREETS = {"Rua das Acácias", "Avenida Paulista", "Rua São João", "Travessa da Conceição",
            "Alameda dos Ipês", "Praça da Sé", "Rua 7 de Setembro", "Estrada do Açaí"};
    private static final String[] QUARTERS = {"Centro", "Jardim América", "Vila São José", "Água Verde", "Boa Vista", "Barão Geraldo"};
    private static final String[][] CITIES = {{"Campinas", "SP", "13010-", "19"}, {"São Paulo", "SP", "01310-", "11"},
            {"Belém", "PA", "66010-", "91"}, {"Goiânia", "GO", "74003-", "62"}, {"Florianópolis", "SC", "88010-", "48"},
            {"Maceió", "AL", "57020-", "82"}, {"Niterói", "RJ", "24020-", "21"}, {"Ribeirão Preto", "SP", "14010-", "16"}};
    private static final String[] TRADES = {"Comércio de Calçados", "Padaria e Confeitaria", "Serviços de Informática",
            "Distribuidora de Açaí", "Papelaria", "Construções"};

    private BrazilianPeople() {
    }

    /**
     * Every fifth person buys for a company. One in eleven documents is punctuated, as old records are, one birth date in six
     * is missing, and one person in eight has no landline.
     */
    public static SandboxCustomer person(int index) {
        SplittableRandom random = new SplittableRandom(0x5EED_0000L + index);
        boolean female = random.nextBoolean();
        boolean company = index % 5 == 3;
        String name = pick(female ? WOMEN : MEN, random) + " " + pick(FAMILIES, random) + " " + pick(FAMILIES, random);
        String[] city = CITIES[random.nextInt(CITIES.length)];
        String cpf = BrazilianDocuments.cpf(index);
        SandboxCustomer.Address address = new SandboxCustomer.Address(pick(STREETS, random), Integer.toString(1 + random.nextInt(2_000)),
                random.nextInt(3) == 0 ? "ap " + (11 + random.nextInt(90)) : "", pick(QUARTERS, random), city[0], city[1],
                city[2] + (100 + random.nextInt(900)));
        LocalDate birthDate = index % 6 == 4 ? null : LocalDate.of(1950 + random.nextInt(55), 1 + random.nextInt(12), 1 + random.nextInt(28));
        return new SandboxCustomer(FIRST_ID + index, name,
                company ? "" : index % 11 == 5 ? BrazilianDocuments.punctuated(cpf) : cpf,
                company ? BrazilianDocuments.cnpj(index) : "",
                email(name, index),
                index % 8 == 6 ? "" : city[3] + "3" + (1_000_000 + random.nextInt(9_000_000)),
                city[3] + "9" + (80_000_000 + random.nextInt(19_000_000)),
                birthDate, female,
                company ? pick(TRADES, random) + " " + pick(FAMILIES, random) + " Ltda" : "", address);
    }

    private static String email(String name, int index) {
        String plain = Normalizer.normalize(name, Normalizer.Form.NFD).replaceAll("[^A-Za-z ]", "").toLowerCase(Locale.ROOT);
        return plain.substring(0, plain.indexOf(' ')) + plain.substring(plain.lastIndexOf(' ')).replace(' ', '.') + index
                + "@exemplo.com.br";
    }

    private static String pick(String[] from, SplittableRandom random) {
        return from[random.nextInt(from.length)];
    }
}
