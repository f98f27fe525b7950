package io.loyaltyhub.lint;

import io.loyaltyhub.lint.RoutesTree.PlatformFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Who calls whom by {@code direct:}, and what a platform has to offer because of it. */
final class DirectRules {

    private static final String DIRECT = "direct:";
    /** What the hub's routes ask of whichever platform is at work. */
    private static final Pattern ASKED = Pattern.compile("direct:(?:\\$\\{variable\\.platform}|\\{\\{platform}})-([a-z-]+)");
    /** The routes that a capability stands for, as far as the hub's routes call them. */
    private static final Map<String, List<String>> PROMISED = Map.of(
            "orders", List.of("list"),
            "customers", List.of("customers"),
            "statuses", List.of("statuses"),
            "stores", List.of("stores"),
            "coupons", List.of("coupon", "coupon-find"));

    private static final Map<String, String> ACKNOWLEDGED = Map.of("list.jslt", "acknowledge", "customers.jslt", "acknowledge-customers");

    private final Report report;
    /** Where the routes begin that begin at {@code direct:<name>}. */
    private final Map<String, List<String>> begun = new LinkedHashMap<>();

    DirectRules(Report report) {
        this.report = report;
    }

    void check(RoutesTree tree) {
        List<Instance> instances = tree.definitions().stream().filter(RouteDefinition::isTemplated)
                .flatMap(route -> tree.template(route.templateRef()).map(template -> new Instance(route, template)).stream()).toList();
        tree.definitions().stream().filter(RouteDefinition::isRoute).forEach(route -> begins(route.from().get("uri").text(), route));
        instances.forEach(instance -> begins(instance.filledIn(instance.template().from().get("uri").text()), instance.route()));
        for (RouteDefinition definition : tree.definitions()) {
            if (!definition.isTemplate() && !definition.isTemplated()) {
                definition.steps().stream().filter(step -> !step.name().equals("from")).map(RouteDefinition.Step::endpoint)
                        .filter(YamlNode::isPresent).forEach(target -> called(definition, target.text(), target.line(), ""));
            }
        }
        for (Instance instance : instances) {
            instance.endpoints().forEach(target -> called(instance.route(), target, instance.route().line(), " for " + instance.template().id()));
        }
        Set<String> asked = asked(tree);
        tree.platforms().forEach(platform -> offers(tree, platform, asked));
    }

    private void begins(String uri, RouteDefinition route) {
        if (uri.startsWith(DIRECT)) {
            String place = route.file().path() + ":" + route.line();
            List<String> places = begun.computeIfAbsent(name(uri), name -> new ArrayList<>());
            places.add(place);
            if (places.size() > 1) {
                report.add(route.file().path(), route.line(), Rule.DIRECT, "another route begins at '" + uri + "' already, in " + places.get(0));
            }
        }
    }

    private void called(RouteDefinition caller, String uri, int line, String what) {
        if (uri.startsWith(DIRECT) && !uri.contains("${") && !uri.contains("{{") && !begun.containsKey(name(uri))) {
            report.add(caller.file().path(), line, Rule.DIRECT, "no route begins at '" + uri + "'" + what);
        }
    }

    private static String name(String uri) {
        return uri.substring(DIRECT.length()).replaceFirst("^//", "").replaceFirst("\\?.*", "");
    }

    private static Set<String> asked(RoutesTree tree) {
        Set<String> asked = new TreeSet<>();
        for (RouteFile file : tree.hub()) {
            file.root().scalars().forEach(scalar -> {
                Matcher matcher = ASKED.matcher(scalar.value().text());
                if (matcher.matches()) {
                    asked.add(matcher.group(1));
                }
            });
        }
        return asked;
    }

    private void offers(RoutesTree tree, PlatformFolder platform, Set<String> asked) {
        if (!platform.descriptor().isPresent()) {
            return;
        }
        String file = platform.descriptorFile();
        YamlNode capabilities = platform.descriptor().get("capabilities");
        PROMISED.forEach((capability, routes) -> routes.stream()
                .filter(route -> platform.supports(capability) && asked.contains(route) && !begins(platform, route))
                .forEach(route -> report.add(file, capabilities.get(capability).line(), Rule.CAPABILITY_ROUTES,
                        "'" + capability + "' is supported, and no route begins at '" + DIRECT + platform.name() + "-" + route + "'")));
        if (asked.contains("authorise") && !begins(platform, "authorise")) {
            report.add(file, capabilities.line(), Rule.CAPABILITY_ROUTES, "no route begins at '" + DIRECT + platform.name() + "-authorise'");
        }
        if (platform.supports("webhooks") && !begins(platform, "detail")) {
            report.add(file, capabilities.get("webhooks").line(), Rule.CAPABILITY_ROUTES,
                    "what is announced is asked for, and no route begins at '" + DIRECT + platform.name() + "-detail'");
        }
        platform.instancesOf("customers-template").stream()
                .filter(route -> route.arguments().getOrDefault("detail", "false").equals("true") && !begins(platform, "customer"))
                .forEach(route -> report.add(route.file().path(), route.line(), Rule.CAPABILITY_ROUTES,
                        "customers are asked for one by one, and no route begins at '" + DIRECT + platform.name() + "-customer'"));
        platform.instancesOf("coupons-template").stream().filter(route -> route.arguments().getOrDefault("tie", "false").equals("true"))
                .flatMap(route -> Stream.of("coupon-tie", "coupon-undo").filter(part -> !begins(platform, part))
                        .map(part -> new Finding(route.file().path(), route.line(), Rule.CAPABILITY_ROUTES,
                                "coupons are tied by a call of their own, and no route begins at '" + DIRECT + platform.name() + "-" + part + "'")))
                .forEach(report::add);
        ACKNOWLEDGED.forEach((mapping, route) -> acknowledges(tree, platform, platform.name() + "/" + mapping, route));
        platform.definitions().flatMap(definition -> definition.steps().stream().map(RouteDefinition.Step::endpoint)
                .filter(target -> target.text().equals("direct:token") && !begins(platform, "token"))
                .map(target -> new Finding(definition.file().path(), target.line(), Rule.CAPABILITY_ROUTES,
                        "tokens are asked for, and no route begins at '" + DIRECT + platform.name() + "-token'"))).forEach(report::add);
        platform.definitions().flatMap(definition -> definition.steps().stream()
                .filter(step -> step.name().equals("setVariable") && step.options().get("name").text().equals("remember"))
                .map(step -> step.options().get("constant")).filter(name -> !begins(platform, name.text()))
                .map(name -> new Finding(definition.file().path(), name.line(), Rule.DIRECT,
                        "what is not on record is asked for, and no route begins at '" + DIRECT + platform.name() + "-" + name.text() + "'"))).forEach(report::add);
        YamlNode check = platform.descriptor().get("check");
        if (check.isPresent() && check.items().isEmpty()) {
            report.add(file, check.line(), Rule.CHECK, "a check makes no call at all");
        }
        for (YamlNode step : check.items()) {
            if (step.has("call") && !begins(platform, step.get("call").text())) {
                report.add(file, step.get("call").line(), Rule.CHECK, "no route begins at '" + DIRECT + platform.name() + "-" + step.get("call").text() + "'");
            }
        }
    }

    /** A queue gives the same entries again until it is told, so whoever makes an {@code acknowledge} has to have the call. */
    private void acknowledges(RoutesTree tree, PlatformFolder platform, String mapping, String route) {
        if (!platform.mappings().contains(mapping) || begins(platform, route)) {
            return;
        }
        String[] lines = tree.text(mapping).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].matches(".*\"acknowledge\"\\s*:.*")) {
                report.add(mapping, i + 1, Rule.CAPABILITY_ROUTES, "a queue is to be told, and no route begins at '" + DIRECT + platform.name() + "-" + route + "'");
            }
        }
    }

    private boolean begins(PlatformFolder platform, String route) {
        return begun.containsKey(platform.name() + "-" + route);
    }
}
