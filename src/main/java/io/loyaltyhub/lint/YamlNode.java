package io.loyaltyhub.lint;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A value in a YAML file that knows on which line it stands. What is asked for and is not there is a node too, an absent
 * one on the line of what it should stand in.
 *
 * @param node null where it is absent
 * @param line from 1; of a value in a map, the line of its key
 */
record YamlNode(Node node, int line) {

    /** A key and its value; {@code line} is the key's. */
    record Entry(String name, int line, YamlNode value) {
    }

    /** @throws MarkedYAMLException where the text is no YAML */
    static YamlNode parse(String text) {
        Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
        return new YamlNode(root, 1);
    }

    boolean isPresent() {
        return node != null;
    }

    boolean isMap() {
        return node instanceof MappingNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    boolean isScalar() {
        return node instanceof ScalarNode;
    }

    /** A scalar's text; empty for anything else. */
    String text() {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    YamlNode get(String name) {
        for (Entry entry : entries()) {
            if (entry.name().equals(name)) {
                return entry.value();
            }
        }
        return new YamlNode(null, line);
    }

    boolean has(String name) {
        return get(name).isPresent();
    }

    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        if (node instanceof MappingNode map) {
            for (NodeTuple tuple : map.getValue()) {
                String name = tuple.getKeyNode() instanceof ScalarNode key ? key.getValue() : "";
                int at = lineOf(tuple.getKeyNode());
                entries.add(new Entry(name, at, new YamlNode(tuple.getValueNode(), at)));
            }
        }
        return entries;
    }

    List<YamlNode> items() {
        return node instanceof SequenceNode list ? list.getValue().stream().map(item -> new YamlNode(item, lineOf(item))).toList() : List.of();
    }

    List<String> texts() {
        return items().stream().map(YamlNode::text).toList();
    }

    /** Every scalar at any depth, under the key it stands at; those of a list under the list's. */
    Stream<Entry> scalars() {
        return scalars("");
    }

    private Stream<Entry> scalars(String name) {
        if (isScalar()) {
            return Stream.of(new Entry(name, line, this));
        }
        return Stream.concat(
                entries().stream().flatMap(entry -> entry.value().scalars(entry.name())),
                items().stream().flatMap(item -> item.scalars(name)));
    }

    /** Every map at any depth, this one too. */
    Stream<YamlNode> maps() {
        Stream<YamlNode> below = Stream.concat(entries().stream().map(Entry::value), items().stream()).flatMap(YamlNode::maps);
        return isMap() ? Stream.concat(Stream.of(this), below) : below;
    }

    private static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
