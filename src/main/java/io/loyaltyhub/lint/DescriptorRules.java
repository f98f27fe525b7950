package io.loyaltyhub.lint;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.http.ErrorMeaning;
import io.loyaltyhub.lint.RoutesTree.PlatformFolder;
import io.loyaltyhub.platform.Platform;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** {@code platform.yaml}, less its settings: which fields there may be is what the record {@link Platform} says. */
final class DescriptorRules {

    static final List<String> CAPABILITIES = List.of("orders", "customers", "statuses", "stores", "coupons", "webhooks");

    /** What must be there: whatever else the records have may be left out. */
    private static final Map<Class<?>, Set<String>> REQUIRED = Map.of(
            Platform.class, Set.of("name", "title", "kind", "capabilities", "settings", "limits", "polling", "statuses", "errors", "check", "guide"),
            Platform.Capability.When.class, Set.of("setting", "values"),
            Platform.Limits.class, Set.of("perMinute", "perDay", "burst"),
            Platform.Polling.class, Set.of("lookBack", "firstPage", "pageSize", "maxPages", "interval"),
            Platform.Statuses.class, Set.of("scoring", "reversal"),
            Platform.Statuses.Documented.class, Set.of("id", "name"),
            Platform.ErrorRule.class, Set.of("status", "means"),
            Platform.CheckStep.class, Set.of("call", "name"));

    private static final Duration LONGEST = Duration.ofDays(92);
    private static final Duration WEEK = Duration.ofDays(7);
    private static final int LARGEST_PAGE = 1000;
    private static final int MOST_PAGES = 10_000;

    private final Report report;

    DescriptorRules(Report report) {
        this.report = report;
    }

    void check(RoutesTree tree) {
        tree.platforms().stream().filter(platform -> platform.descriptor().isMap()).forEach(this::check);
    }

    private void check(PlatformFolder platform) {
        String file = platform.descriptorFile();
        YamlNode descriptor = platform.descriptor();
        shape(file, "platform.yaml", descriptor, Platform.class);
        name(platform);
        YamlNode kind = descriptor.get("kind");
        if (kind.isPresent() && !Set.of("shop", "erp").contains(kind.text())) {
            report.add(file, kind.line(), Rule.PLATFORM_FIELDS, "'kind' is shop or erp");
        }
        capabilities(platform, descriptor.get("capabilities"));
        limits(file, descriptor.get("limits"));
        polling(file, descriptor.get("polling"));
        statuses(file, descriptor.get("statuses"));
        descriptor.get("errors").items().forEach(error -> error(file, error));
        if (descriptor.has("guide") && descriptor.get("guide").text().isBlank()) {
            report.add(file, descriptor.get("guide").line(), Rule.GUIDE, "the guide says nothing");
        }
    }

    /** Names and types, as the record has them, and on into the records that it holds. */
    private void shape(String file, String place, YamlNode value, Type type) {
        Class<?> raw = type instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : (Class<?>) type;
        if (raw.isRecord()) {
            fields(file, place, value, raw);
        } else if (raw == List.class || raw == Set.class) {
            require(file, place, value, value.isList(), "a list");
            value.items().forEach(item -> shape(file, place, item, argument(type, 0)));
        } else if (raw == Map.class) {
            require(file, place, value, value.isMap(), "a map");
            value.entries().forEach(entry -> shape(file, "'" + entry.name() + "'", entry.value(), argument(type, 1)));
        } else if (raw == int.class || raw == Integer.class || raw == long.class || raw == Long.class) {
            require(file, place, value, value.text().matches("-?\\d{1,9}"), "a whole number");
        } else if (raw == boolean.class || raw == Boolean.class) {
            require(file, place, value, Set.of("true", "false").contains(value.text()), "true or false");
        } else if (raw == Duration.class) {
            require(file, place, value, duration(value) != null, "a duration such as PT5M");
        } else if (raw == Pattern.class) {
            require(file, place, value, isPattern(value.text()), "a regular expression");
        } else if (raw != JsonNode.class) {
            require(file, place, value, value.isScalar(), "a text");
        }
    }

    private void fields(String file, String place, YamlNode value, Class<?> type) {
        if (!value.isMap()) {
            require(file, place, value, false, "a map");
            return;
        }
        List<String> known = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            known.add(component.getName());
            if (value.has(component.getName())) {
                shape(file, "'" + component.getName() + "'", value.get(component.getName()), component.getGenericType());
            }
        }
        for (YamlNode.Entry entry : value.entries()) {
            if (!known.contains(entry.name())) {
                report.add(file, entry.line(), Rule.PLATFORM_FIELDS, "there is no field '" + entry.name() + "' in " + place);
            }
        }
        REQUIRED.getOrDefault(type, Set.of()).stream().sorted().filter(name -> !value.has(name)).forEach(name ->
                report.add(file, value.line(), Rule.PLATFORM_FIELDS, "the field '" + name + "' is missing in " + place));
    }

    private static boolean isPattern(String text) {
        try {
            Pattern.compile(text);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private static Type argument(Type type, int index) {
        return ((ParameterizedType) type).getActualTypeArguments()[index];
    }

    private void require(String file, String place, YamlNode value, boolean met, String what) {
        if (!met) {
            report.add(file, value.line(), Rule.PLATFORM_FIELDS, place + " is not " + what);
        }
    }

    private void name(PlatformFolder platform) {
        YamlNode name = platform.descriptor().get("name");
        if (name.isPresent() && !name.text().equals(platform.name())) {
            report.add(platform.descriptorFile(), name.line(), Rule.PLATFORM_NAME, "the name is '" + name.text() + "', the folder's is '" + platform.name() + "'");
        } else if (name.isPresent() && !name.text().matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
            report.add(platform.descriptorFile(), name.line(), Rule.PLATFORM_NAME, "a platform's name has lower case letters, digits and dashes");
        }
    }

    private void capabilities(PlatformFolder platform, YamlNode capabilities) {
        String file = platform.descriptorFile();
        if (!capabilities.isMap()) {
            return;
        }
        for (String name : CAPABILITIES) {
            YamlNode capability = capabilities.get(name);
            if (!capability.isPresent()) {
                report.add(file, capabilities.line(), Rule.CAPABILITIES, "nothing is said of the capability '" + name + "'");
                continue;
            }
            for (String word : List.of("supported", "verified")) {
                if (!capability.has(word)) {
                    report.add(file, capability.line(), Rule.CAPABILITIES, "'" + name + "' does not say whether it is " + word);
                }
            }
        }
        capabilities.entries().stream().filter(entry -> !CAPABILITIES.contains(entry.name())).forEach(entry ->
                report.add(file, entry.line(), Rule.CAPABILITIES, "there is no capability '" + entry.name() + "'"));
        capabilities.entries().stream().filter(entry -> entry.value().has("when")).forEach(entry -> when(platform, entry));
    }

    private void when(PlatformFolder platform, YamlNode.Entry capability) {
        YamlNode when = capability.value().get("when");
        YamlNode setting = when.get("setting");
        List<String> possible = platform.setting(setting.text()).map(found -> found.value().get("enum").items().stream().map(YamlNode::text).toList())
                .orElse(List.of());
        if (!capability.name().equals("coupons")) {
            report.add(platform.descriptorFile(), when.line(), Rule.CAPABILITIES, "'" + capability.name() + "' is the same for every integration: only coupons know 'when'");
        } else if (possible.isEmpty()) {
            report.add(platform.descriptorFile(), setting.line(), Rule.CAPABILITIES, "'" + setting.text() + "' is no setting with an enum");
        } else if (when.get("values").items().isEmpty() || when.get("values").items().stream().anyMatch(value -> !possible.contains(value.text()))) {
            report.add(platform.descriptorFile(), when.get("values").line(), Rule.CAPABILITIES, "the values of '" + setting.text() + "' are " + String.join(", ", possible));
        }
    }

    private void limits(String file, YamlNode limits) {
        for (YamlNode.Entry limit : limits.entries()) {
            if (number(limit.value()) < 1) {
                report.add(file, limit.line(), Rule.LIMITS, "'" + limit.name() + "' is less than 1");
            }
        }
        if (number(limits.get("perMinute")) > number(limits.get("perDay"))) {
            report.add(file, limits.get("perMinute").line(), Rule.LIMITS, "more calls are allowed in a minute than in a day");
        }
    }

    private void polling(String file, YamlNode polling) {
        within(file, polling.get("pageSize"), "'pageSize'", 1, LARGEST_PAGE);
        within(file, polling.get("maxPages"), "'maxPages'", 1, MOST_PAGES);
        duration(file, polling.get("lookBack"), "'lookBack' is from PT0S to P92D", window -> !window.isNegative() && window.compareTo(LONGEST) <= 0);
        for (String name : List.of("interval", "customersInterval")) {
            duration(file, polling.get(name), "'" + name + "' is from PT1M to P7D",
                    interval -> interval.compareTo(Duration.ofMinutes(1)) >= 0 && interval.compareTo(WEEK) <= 0);
        }
        if (polling.has("firstPage") && polling.get("firstPage").text().isBlank()) {
            report.add(file, polling.get("firstPage").line(), Rule.POLLING, "'firstPage' is blank: no window would ever begin");
        }
    }

    private void within(String file, YamlNode value, String name, int least, int most) {
        if (value.isPresent() && (number(value) < least || number(value) > most)) {
            report.add(file, value.line(), Rule.POLLING, name + " is from " + least + " to " + most);
        }
    }

    private void duration(String file, YamlNode value, String sane, Predicate<Duration> isSane) {
        Duration duration = duration(value);
        if (duration != null && !isSane.test(duration)) {
            report.add(file, value.line(), Rule.POLLING, sane);
        }
    }

    private void statuses(String file, YamlNode statuses) {
        for (String list : List.of("scoring", "reversal")) {
            if (statuses.has(list) && statuses.get(list).items().isEmpty()) {
                report.add(file, statuses.get(list).line(), Rule.STATUSES, "no status is named as " + list);
            }
        }
        List<String> seen = new ArrayList<>();
        for (YamlNode.Entry list : statuses.entries()) {
            for (YamlNode status : list.value().items().stream().filter(YamlNode::isScalar).toList()) {
                if (!status.text().equals(Platform.plain(status.text()))) {
                    report.add(file, status.line(), Rule.STATUSES, "'" + status.text() + "' is compared as '" + Platform.plain(status.text()) + "': write it so");
                }
                if (seen.contains(status.text())) {
                    report.add(file, status.line(), Rule.STATUSES, "'" + status.text() + "' stands here a second time");
                }
                seen.add(status.text());
            }
        }
        for (YamlNode documented : statuses.get("documented").items()) {
            YamlNode suggestion = documented.get("suggestion");
            if (suggestion.isPresent() && !Set.of("scoring", "reversal", "none").contains(suggestion.text())) {
                report.add(file, suggestion.line(), Rule.STATUSES, "'" + suggestion.text() + "' is no suggestion: scoring, reversal or none");
            }
        }
    }

    private void error(String file, YamlNode error) {
        int status = number(error.get("status"));
        if (error.has("status") && (status < 100 || status > 599)) {
            report.add(file, error.get("status").line(), Rule.ERRORS, "'" + error.get("status").text() + "' is no HTTP status");
        }
        List<String> words = Stream.concat(Arrays.stream(ErrorMeaning.values()).map(ErrorMeaning::word), Stream.of("nothing")).toList();
        if (error.has("means") && !words.contains(error.get("means").text())) {
            report.add(file, error.get("means").line(), Rule.ERRORS,
                    "no meaning is called '" + error.get("means").text() + "'; there are " + String.join(", ", words));
        }
        if (error.has("field") != (error.has("values") || error.has("pattern"))) {
            report.add(file, error.line(), Rule.ERRORS, "'field' and 'values' or 'pattern' belong together");
        }
    }

    private static int number(YamlNode value) {
        return value.text().matches("-?\\d{1,9}") ? Integer.parseInt(value.text()) : 1;
    }

    private static Duration duration(YamlNode value) {
        try {
            return value.isPresent() ? Duration.parse(value.text()) : null;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
