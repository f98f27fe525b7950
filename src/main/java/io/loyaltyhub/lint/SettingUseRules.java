package io.loyaltyhub.lint;

import io.loyaltyhub.lint.RoutesTree.PlatformFolder;
import io.loyaltyhub.lint.SettingUse.Place;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is declared as a setting and what reads it have to agree, and a secret goes only where it stays one. */
final class SettingUseRules {

    private final Report report;

    SettingUseRules(Report report) {
        this.report = report;
    }

    void check(RoutesTree tree) {
        for (PlatformFolder platform : tree.platforms()) {
            if (platform.descriptor().isPresent()) {
                List<SettingUse> uses = SettingUse.in(platform, tree);
                Set<String> places = withinAnAttempt(platform);
                uses.forEach(use -> check(platform, use, places));
                Set<String> read = uses.stream().map(SettingUse::setting).collect(Collectors.toSet());
                platform.descriptor().get("capabilities").entries().forEach(capability -> read.add(capability.value().get("when").get("setting").text()));
                platform.settings().stream().filter(setting -> !read.contains(setting.name())).forEach(setting -> report.add(
                        platform.descriptorFile(), setting.line(), Rule.SETTING_UNUSED, "no route and no mapping reads the setting '" + setting.name() + "'"));
            }
        }
    }

    /** Where the routes begin that show credentials: {@code authorise}, {@code token}, and what these call, at whatever distance. */
    private static Set<String> withinAnAttempt(PlatformFolder platform) {
        Set<String> within = new HashSet<>(Set.of("direct:" + platform.name() + "-authorise", "direct:" + platform.name() + "-token"));
        int before;
        do {
            before = within.size();
            platform.definitions().filter(route -> within.contains(route.from().get("uri").text()))
                    .flatMap(route -> route.steps().stream()).map(step -> step.endpoint().text()).filter(uri -> uri.startsWith("direct:" + platform.name() + "-"))
                    .toList().forEach(within::add);
        } while (within.size() > before);
        return within;
    }

    private void check(PlatformFolder platform, SettingUse use, Set<String> places) {
        String name = "'" + use.setting() + "'";
        if (platform.setting(use.setting()).isEmpty()) {
            report.add(use.file(), use.line(), Rule.SETTING_UNDECLARED, "platform.yaml declares no setting " + name);
            return;
        }
        if (use.place() == Place.ENDPOINT) {
            report.add(use.file(), use.line(), Rule.SECRET_IN_URI, "the setting " + name + " stands in an endpoint's URI, which logs and consoles show");
            return;
        }
        if (platform.isSecret(use.setting())) {
            if (use.place() == Place.ADDRESS || use.place() == Place.CHECKED_ADDRESS) {
                report.add(use.file(), use.line(), Rule.SECRET_IN_URI,
                        "the secret " + name + " becomes part of an address; use requests.addSecretToQuery or a header");
            } else if (use.place() == Place.MAPPING) {
                report.add(use.file(), use.line(), Rule.SECRET_IN_MAPPING, name + " is secret, and mappings get to see the other settings only");
            } else if (!places.contains(use.route().from().get("uri").text())) {
                report.add(use.file(), use.line(), Rule.SECRET_PLACE,
                        "the secret " + name + " is read before 'direct:" + platform.name() + "-authorise' puts it where it belongs");
            }
            return;
        }
        YamlNode schema = platform.setting(use.setting()).orElseThrow().value();
        boolean confined = schema.has("pattern") || schema.has("enum") || List.of("integer", "boolean").contains(schema.get("type").text())
                || schema.get("items").has("pattern") || schema.get("items").has("enum");
        if (use.place() == Place.ADDRESS && !confined) {
            report.add(use.file(), use.line(), Rule.SETTING_IN_ADDRESS, name + " becomes part of an address and has neither a pattern nor an enum");
        }
    }
}
