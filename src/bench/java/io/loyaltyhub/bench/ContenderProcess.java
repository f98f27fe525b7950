package io.loyaltyhub.bench;

import io.loyaltyhub.ops.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The other end of {@link ContenderMain}: starts it, lets it read a shop, takes the result. */
final class ContenderProcess implements AutoCloseable {

    private final CommandedProcess process;

    /** @param options further ones for its Java, e.g. a recording */
    ContenderProcess(String name, EmbeddedDatabase server, String database, Path routes, Path directory, List<String> options)
            throws IOException {
        List<String> all = new ArrayList<>(List.of("-Xmx1g"));
        all.addAll(options);
        process = new CommandedProcess(name, server, directory.resolve(name + ".log"), all, ContenderMain.class, name,
                jdbcUrl(server, database), server.user(), routes.toString(), directory.resolve(name).toString());
    }

    static String jdbcUrl(EmbeddedDatabase server, String database) {
        return server.jdbcUrl().replaceFirst("/[^/]*$", "/" + database);
    }

    PassResult read(PageServer shop) throws IOException {
        return PassResult.of(process.ask(shop.address()));
    }

    @Override
    public void close() {
        process.close();
    }
}
