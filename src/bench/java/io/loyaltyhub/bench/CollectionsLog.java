package io.loyaltyhub.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The garbage collections that {@code -Xlog:gc:file=…:uptime} wrote down. */
record CollectionsLog(List<Collection> collections) {

    /** Pauses that collect nothing, and so leave everything, are none. */
    private static final Pattern PAUSE = Pattern.compile("\\[([\\d.,]+)s\\].* Pause (?!Remark|Cleanup).* (\\d+)M->(\\d+)M\\((\\d+)M\\) .*");

    /** @param second since the start of the process */
    record Collection(double second, int before, int after) {
    }

    static CollectionsLog read(Path file) throws IOException {
        List<Collection> collections = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            Matcher pause = PAUSE.matcher(line);
            if (pause.matches()) {
                collections.add(new Collection(Double.parseDouble(pause.group(1).replace(',', '.')),
                        Integer.parseInt(pause.group(2)), Integer.parseInt(pause.group(3))));
            }
        }
        return new CollectionsLog(collections);
    }

    /** The most mebibytes that a collection left behind between two moments; 0 where there was none. */
    int highestAfter(double from, double to) {
        return collections.stream().filter(one -> one.second() >= from && one.second() < to).mapToInt(Collection::after).max().orElse(0);
    }

    int count(double from, double to) {
        return (int) collections.stream().filter(one -> one.second() >= from && one.second() < to).count();
    }
}
