package io.loyaltyhub.lint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** A routes directory, read once: the hub's own route files, and a folder for each platform. */
final class RoutesTree {

    private static final String ROUTE_FILE = ".camel.yaml";

    private final Path root;
    private final List<RouteFile> hub;
    private final List<PlatformFolder> platforms = new ArrayList<>();

    /**
     * A platform's folder.
     *
     * @param descriptor {@code platform.yaml}; absent where there is none that can be read
     * @param mappings   its JSLT files, relative to the routes directory
     */
    record PlatformFolder(String name, Path path, YamlNode descriptor, List<RouteFile> routes, List<String> mappings) {

        String descriptorFile() {
            return name + "/platform.yaml";
        }

        /** The settings it declares: a property's entry has its name, its line and its schema. */
        List<YamlNode.Entry> settings() {
            return descriptor.get("settings").get("properties").entries();
        }

        Optional<YamlNode.Entry> setting(String name) {
            return settings().stream().filter(setting -> setting.name().equals(name)).findFirst();
        }

        boolean isSecret(String setting) {
            return setting(setting).map(found -> found.value().get("format").text().equals("password")).orElse(false);
        }

        boolean supports(String capability) {
            return descriptor.get("capabilities").get(capability).get("supported").text().equals("true");
        }

        Stream<RouteDefinition> definitions() {
            return routes.stream().flatMap(file -> file.definitions().stream());
        }

        /** Its routes of one of the hub's templates. */
        List<RouteDefinition> instancesOf(String template) {
            return definitions().filter(RouteDefinition::isTemplated).filter(one -> one.templateRef().equals(template)).toList();
        }
    }

    private RoutesTree(Path root, Report report) throws IOException {
        this.root = root;
        this.hub = routeFiles(root.resolve("hub"), report);
        for (Path folder : list(root)) {
            if (Files.isDirectory(folder) && !folder.endsWith("hub")) {
                platforms.add(platform(folder, report));
            }
        }
    }

    static RoutesTree read(Path root, Report report) {
        try {
            return new RoutesTree(root, report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PlatformFolder platform(Path folder, Report report) throws IOException {
        Path descriptor = folder.resolve("platform.yaml");
        if (!Files.isRegularFile(descriptor)) {
            report.add(relative(descriptor), 1, Rule.PLATFORM_FIELDS, "there is no platform.yaml in the folder " + folder.getFileName());
        }
        YamlNode read = Files.isRegularFile(descriptor) ? yaml(descriptor, report) : new YamlNode(null, 1);
        return new PlatformFolder(folder.getFileName().toString(), folder, read, routeFiles(folder, report), mappings(folder));
    }

    private List<String> mappings(Path folder) {
        return list(folder).stream().map(this::relative).filter(file -> file.endsWith(".jslt")).toList();
    }

    private List<RouteFile> routeFiles(Path folder, Report report) throws IOException {
        List<RouteFile> files = new ArrayList<>();
        for (Path file : list(folder)) {
            String name = file.getFileName().toString();
            if (name.endsWith(ROUTE_FILE)) {
                files.add(new RouteFile(relative(file), folder.getFileName().toString(), yaml(file, report)));
            } else if (name.matches(".*\\.ya?ml") && !name.equals("platform.yaml")) {
                report.add(relative(file), 1, Rule.FILE_NAME, "is no route file: those end in " + ROUTE_FILE + ", and this one is never read");
            }
        }
        return files;
    }

    private YamlNode yaml(Path file, Report report) throws IOException {
        try {
            YamlNode read = YamlNode.parse(Files.readString(file));
            read.maps().forEach(map -> refuseDoubledKeys(map, relative(file), report));
            boolean routes = file.toString().endsWith(ROUTE_FILE);
            if (routes ? !read.isList() : !read.isMap()) {
                report.add(relative(file), 1, Rule.YAML, routes ? "is no list of routes" : "is no map of fields");
            }
            return read;
        } catch (CharacterCodingException e) {
            report.add(relative(file), 1, Rule.YAML, "is not UTF-8");
            return new YamlNode(null, 1);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            report.add(relative(file), line, Rule.YAML, "cannot be read as YAML: " + e.getProblem());
            return new YamlNode(null, 1);
        }
    }

    private static void refuseDoubledKeys(YamlNode map, String file, Report report) {
        List<String> seen = new ArrayList<>();
        for (YamlNode.Entry entry : map.entries()) {
            if (seen.contains(entry.name())) {
                report.add(file, entry.line(), Rule.YAML, "'" + entry.name() + "' stands here a second time");
            }
            seen.add(entry.name());
        }
    }

    Path root() {
        return root;
    }

    List<RouteFile> hub() {
        return hub;
    }

    /** Mappings that platforms import. */
    List<String> hubMappings() {
        return mappings(root.resolve("hub"));
    }

    List<PlatformFolder> platforms() {
        return platforms;
    }

    /** The hub's route files and those of all platforms. */
    List<RouteFile> routeFiles() {
        return Stream.concat(hub.stream(), platforms.stream().flatMap(platform -> platform.routes().stream())).toList();
    }

    List<RouteDefinition> definitions() {
        return routeFiles().stream().flatMap(file -> file.definitions().stream()).toList();
    }

    Optional<RouteDefinition> template(String id) {
        return definitions().stream().filter(RouteDefinition::isTemplate).filter(template -> template.id().equals(id)).findFirst();
    }

    String text(String file) {
        try {
            return Files.readString(root.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String relative(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    /** What is in a folder, by name; nothing where there is no such folder. */
    static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
