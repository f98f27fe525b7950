package io.loyaltyhub.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import com.schibsted.spt.data.jslt.filters.JsonFilter;
import io.loyaltyhub.platform.RoutesDirectory;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * The compiled JSLT files of the routes directory. Each is compiled at its first use; where the directory is being
 * edited ({@link RoutesDirectory#isWatched()}) a changed file is compiled again at its next use.
 */
@Component
public class Mappings {

    /** JSLT leaves out empty arrays by default, and "no orders" would look like "no list of orders". */
    private static final JsonFilter KEEP_EVERYTHING = value -> true;

    private final RoutesDirectory routes;
    private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

    public Mappings(RoutesDirectory routes) {
        this.routes = routes;
    }

    /**
     * @param file path relative to the routes directory
     * @throws JsltException where the mapping does not compile, or fails on this input
     */
    public JsonNode apply(String file, JsonNode input, Map<String, JsonNode> variables) {
        return compiled(file).apply(variables, input == null ? NullNode.instance : input);
    }

    /** @throws JsltException where it does not compile; the exception knows the file and the line */
    public void check(String file) {
        compile(file);
    }

    private Expression compiled(String file) {
        Compiled current = compiled.get(file);
        if (current != null && (!routes.isWatched() || current.stamp() == stamp(file))) {
            return current.expression();
        }
        long stamp = stamp(file);
        Expression expression = compile(file);
        compiled.put(file, new Compiled(stamp, expression));
        return expression;
    }

    private Expression compile(String file) {
        return new Parser(read(file))
                .withSource(file)
                .withFunctions(MappingFunctions.ALL)
                .withResourceResolver(this::read)
                .withObjectFilter(KEEP_EVERYTHING)
                .compile();
    }

    private Reader read(String file) {
        try {
            return new StringReader(Files.readString(routes.resolve(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the mapping " + file, e);
        }
    }

    private long stamp(String file) {
        try {
            return Files.getLastModifiedTime(routes.resolve(file)).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    private record Compiled(long stamp, Expression expression) {
    }
}
