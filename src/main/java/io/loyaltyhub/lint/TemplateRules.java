package io.loyaltyhub.lint;

import io.loyaltyhub.lint.RoutesTree.PlatformFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What the hub's templates ask of the platforms' routes; and that the hub's routes know nothing of any platform. */
final class TemplateRules {

    private static final Map<String, String> OF_CAPABILITIES = Map.of("customers", "customers-template", "webhooks", "hook-template",
            "coupons", "coupons-template");

    private final Report report;

    TemplateRules(Report report) {
        this.report = report;
    }

    void check(RoutesTree tree) {
        tree.definitions().stream().filter(RouteDefinition::isTemplated).forEach(route -> parameters(tree, route));
        for (PlatformFolder platform : tree.platforms()) {
            for (String template : List.of("orders-template", "preview-template")) {
                instantiatedOnce(platform, template);
            }
            OF_CAPABILITIES.forEach((capability, template) -> {
                if (platform.supports(capability) && tree.template(template).isPresent()) {
                    instantiatedOnce(platform, template);
                }
            });
            alike(platform);
        }
        tree.hub().forEach(file -> neutral(tree, file));
    }

    private void parameters(RoutesTree tree, RouteDefinition route) {
        String file = route.file().path();
        Optional<RouteDefinition> template = tree.template(route.templateRef());
        if (template.isEmpty()) {
            report.add(file, route.body().get("routeTemplateRef").line(), Rule.TEMPLATE, "there is no template '" + route.templateRef() + "'");
            return;
        }
        List<YamlNode> declared = template.get().body().get("parameters").items();
        for (YamlNode parameter : declared) {
            String name = parameter.get("name").text();
            boolean optional = parameter.has("defaultValue") || parameter.get("required").text().equals("false");
            if (!optional && !route.arguments().containsKey(name)) {
                report.add(file, route.body().get("parameters").line(), Rule.TEMPLATE, "'" + route.templateRef() + "' is not given its parameter '" + name + "'");
            }
        }
        for (YamlNode argument : route.body().get("parameters").items()) {
            String name = argument.get("name").text();
            if (declared.stream().noneMatch(parameter -> parameter.get("name").text().equals(name))) {
                report.add(file, argument.line(), Rule.TEMPLATE, "'" + route.templateRef() + "' has no parameter '" + name + "'");
            }
            if (name.equals("platform") && !route.file().isHubs() && !argument.get("value").text().equals(route.file().folder())) {
                report.add(file, argument.line(), Rule.TEMPLATE, "the parameter 'platform' is the folder's name, '" + route.file().folder() + "'");
            }
        }
    }

    private void instantiatedOnce(PlatformFolder platform, String template) {
        List<RouteDefinition> instances = platform.instancesOf(template);
        if (instances.isEmpty()) {
            String file = platform.routes().isEmpty() ? platform.name() + "/" + platform.name() + ".camel.yaml" : platform.routes().get(0).path();
            report.add(file, 1, Rule.PLATFORM_ROUTES, "there is no route of '" + template + "'");
        }
        instances.stream().skip(1).forEach(second -> report.add(second.file().path(), second.line(), Rule.PLATFORM_ROUTES,
                "there is a route of '" + template + "' already"));
    }

    /** A preview that reads another field, or leaves out the detail, shows what no poll would do. */
    private void alike(PlatformFolder platform) {
        List<RouteDefinition> orders = platform.instancesOf("orders-template");
        List<RouteDefinition> preview = new ArrayList<>(platform.instancesOf("preview-template"));
        if (orders.isEmpty()) {
            return;
        }
        Map<String, String> polled = orders.get(0).arguments();
        for (RouteDefinition route : preview) {
            Map<String, String> differing = new TreeMap<>(route.arguments());
            differing.entrySet().removeIf(argument -> argument.getValue().equals(polled.getOrDefault(argument.getKey(), argument.getValue())));
            differing.keySet().forEach(name -> report.add(route.file().path(), route.line(), Rule.PLATFORM_ROUTES,
                    "the preview's '" + name + "' is not the one of '" + orders.get(0).id() + "'"));
        }
    }

    private void neutral(RoutesTree tree, RouteFile file) {
        String[] lines = tree.text(file.path()).split("\n", -1);
        for (PlatformFolder platform : tree.platforms()) {
            Pattern name = Pattern.compile("(?<![a-z0-9])" + platform.name().replace("-", "[-_ ]?") + "(?![a-z])");
            for (int i = 0; i < lines.length; i++) {
                if (name.matcher(lines[i].toLowerCase(Locale.ROOT)).find()) {
                    report.add(file.path(), i + 1, Rule.HUB_NEUTRAL, "names the platform '" + platform.name() + "'");
                }
            }
        }
        SettingUse.in(file).forEach(use -> report.add(file.path(), use.line(), Rule.HUB_NEUTRAL,
                "reads the setting '" + use.setting() + "', which only a platform can know"));
    }
}
