import io.loyaltyhub.ops.EmbeddedDatabase;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * The PostgreSQL that docker/check runs the image's files against. Prints three lines, address, user and password, and
 * stops when its standard input ends.
 */
class BesidePostgres {

    public static void main(String[] args) throws Exception {
        PrintStream answer = System.out;
        // where the log goes
        System.setOut(System.err);
        try (EmbeddedDatabase database = EmbeddedDatabase.start(Path.of(args[0]))) {
            answer.printf("%s%n%s%n%s%n", database.jdbcUrl(), database.user(), database.password());
            answer.flush();
            System.in.readAllBytes();
        }
    }
}
