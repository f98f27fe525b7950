package io.loyaltyhub.lint;

import io.loyaltyhub.http.Requests;
import io.loyaltyhub.lint.RouteDefinition.Step;
import io.loyaltyhub.lint.RoutesTree.PlatformFolder;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A place that reads a setting: {@code ${variable.settings[name]}} in a route, an argument of one of the {@code requests}
 * bean's methods that its parameter's name calls a setting, or {@code $settings.name} in a mapping.
 *
 * @param route null in a mapping
 */
record SettingUse(String setting, String file, int line, Place place, RouteDefinition route) {

    enum Place {
        /** An endpoint's URI. */
        ENDPOINT,
        /** What becomes the address, the path or the query of a call as it stands. */
        ADDRESS,
        /** The same by a method that looks at the value first. */
        CHECKED_ADDRESS,
        MAPPING,
        ELSEWHERE
    }

    private static final Pattern IN_ROUTE = Pattern.compile("\\bsettings(?:\\?)?(?:\\[['\"]?([\\w-]+)['\"]?]|\\.(?:get\\(['\"]?)?([\\w-]++)(?!\\s*\\())");
    private static final Pattern IN_MAPPING = Pattern.compile("\\$settings\\s*\\.\\s*\"?([\\w-]+)\"?|get-key\\(\\s*\\$settings\\s*,\\s*\"([\\w-]+)\"");
    private static final Pattern CALL = Pattern.compile("^\\s*(\\w+)\\s*\\((.*)\\)\\s*$", Pattern.DOTALL);
    private static final Pattern ARGUMENT = Pattern.compile("'([^']*)'|\"([^\"]*)\"|[^,'\"\\s][^,]*");
    private static final Pattern IN_BRACES = Pattern.compile("\\{(\\w+)}");
    private static final Set<String> ADDRESS_HEADERS = Set.of("CamelHttpUri", "CamelHttpPath", "CamelHttpQuery", "CamelHttpRawQuery", "CamelHttpUrl");

    /** In a platform's routes and mappings. */
    static List<SettingUse> in(PlatformFolder platform, RoutesTree tree) {
        List<SettingUse> uses = new ArrayList<>();
        Set<String> declared = platform.settings().stream().map(YamlNode.Entry::name).collect(Collectors.toSet());
        platform.routes().forEach(file -> inRoutes(file, declared, uses));
        for (String mapping : platform.mappings()) {
            inMapping(mapping, tree.text(mapping), uses);
        }
        return uses;
    }

    static List<SettingUse> in(RouteFile file) {
        List<SettingUse> uses = new ArrayList<>();
        inRoutes(file, Set.of(), uses);
        return uses;
    }

    private static void inRoutes(RouteFile file, Set<String> declared, List<SettingUse> uses) {
        file.definitions().forEach(definition -> inRoute(definition, declared, uses));
    }

    private static void inRoute(RouteDefinition route, Set<String> declared, List<SettingUse> uses) {
        List<SettingUse> special = new ArrayList<>();
        for (Step step : route.steps()) {
            inText(step.endpoint(), route, Place.ENDPOINT, special);
            if (setsAddress(step)) {
                step.options().scalars().filter(scalar -> !scalar.name().equals("description"))
                        .forEach(scalar -> inText(scalar.value(), route, Place.ADDRESS, special));
            }
            step.options().get("headers").items().stream().filter(header -> ADDRESS_HEADERS.contains(header.get("name").text()))
                    .forEach(header -> header.scalars().forEach(scalar -> inText(scalar.value(), route, Place.ADDRESS, special)));
            if (step.options().get("ref").text().equals("requests")) {
                inCall(step.options().get("method"), route, declared, special);
            }
        }
        List<SettingUse> all = new ArrayList<>();
        route.body().scalars().filter(scalar -> !scalar.name().equals("description")).forEach(scalar -> inText(scalar.value(), route, Place.ELSEWHERE, all));
        uses.addAll(special);
        all.stream().filter(use -> special.stream().noneMatch(one -> one.setting().equals(use.setting()) && one.line() == use.line())).forEach(uses::add);
    }

    private static boolean setsAddress(Step step) {
        String name = step.options().get("name").text();
        // The variable "path" is what requests.address appends to the address.
        return step.name().equals("setHeader") && ADDRESS_HEADERS.contains(name) || step.name().equals("setVariable") && name.equals("path");
    }

    private static void inText(YamlNode text, RouteDefinition route, Place place, List<SettingUse> uses) {
        Matcher matcher = IN_ROUTE.matcher(text.text());
        while (matcher.find()) {
            uses.add(new SettingUse(matcher.group(1) != null ? matcher.group(1) : matcher.group(2), route.file().path(), text.line(), place, route));
        }
    }

    /**
     * {@code address(${exchange}, 'apiAddress', '/web_api')}: the methods' own parameters say which argument is a setting. One
     * that is named as a setting is, and is of a method not known here, is taken for one; so is what stands in braces.
     */
    private static void inCall(YamlNode call, RouteDefinition route, Set<String> declared, List<SettingUse> uses) {
        Matcher matcher = CALL.matcher(call.text());
        if (!matcher.matches()) {
            return;
        }
        List<String> arguments = ARGUMENT.matcher(matcher.group(2)).results()
                .map(one -> one.group(1) != null ? one.group(1) : one.group(2) != null ? one.group(2) : "").toList();
        Place place = Set.of("address", "host").contains(matcher.group(1)) ? Place.CHECKED_ADDRESS : Place.ELSEWHERE;
        Set<String> read = new TreeSet<>(arguments);
        read.retainAll(declared);
        arguments.forEach(argument -> IN_BRACES.matcher(argument).results().forEach(setting -> read.add(setting.group(1))));
        for (Method method : Requests.class.getMethods()) {
            if (method.getName().equals(matcher.group(1)) && method.getParameterCount() == arguments.size()) {
                for (int i = 0; i < arguments.size(); i++) {
                    read.addAll(settingsIn(method.getParameters()[i].getName(), arguments.get(i)));
                }
            }
        }
        read.forEach(setting -> uses.add(new SettingUse(setting, route.file().path(), call.line(), place, route)));
    }

    /** What an argument for a parameter of this name says of settings; an empty argument is an expression. */
    private static List<String> settingsIn(String parameter, String argument) {
        return argument.isEmpty() ? List.of() : switch (parameter) {
            case "setting", "user", "password" -> List.of(argument);
            case "parameters" -> Arrays.stream(argument.split(",")).filter(pair -> pair.contains("="))
                    .map(pair -> pair.substring(pair.indexOf('=') + 1).strip()).toList();
            // A host, for which another may stand in.
            case "usual" -> List.of("baseUrl");
            default -> List.of();
        };
    }

    private static void inMapping(String file, String text, List<SettingUse> uses) {
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            Matcher matcher = IN_MAPPING.matcher(withoutComment(lines[i]));
            while (matcher.find()) {
                uses.add(new SettingUse(matcher.group(1) != null ? matcher.group(1) : matcher.group(2), file, i + 1, Place.MAPPING, null));
            }
        }
    }

    /** A comment begins at two slashes that stand in no text. */
    private static String withoutComment(String line) {
        boolean inText = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && inText) {
                i++;
            } else if (c == '"') {
                inText = !inText;
            } else if (c == '/' && !inText && line.startsWith("//", i)) {
                return line.substring(0, i);
            }
        }
        return line;
    }
}
