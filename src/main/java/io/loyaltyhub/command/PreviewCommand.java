package io.loyaltyhub.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.JsonSchema;
import io.loyaltyhub.api.Contract;
import io.loyaltyhub.api.Messages;
import io.loyaltyhub.command.ThrowAwayHub.Answer;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.ops.StartupRefused;
import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.platform.RoutesDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * {@code preview <platform> <settings.json> [--limit 5]}: what the hub makes of a real account. It calls the platform as
 * an integration's check, statuses and preview do, which only read, and keeps nothing of it.
 */
final class PreviewCommand {

    private static final String USAGE = """
            usage: preview <platform> <settings.json> [--limit 5]

            settings.json is an object with the platform's settings. A value such as "${SHOP_CODE}" is taken from the
            environment, so that no secret need stand in the file.""";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
    private static final int MOST_ORDERS = 50;

    private final PrintStream out;

    PreviewCommand(PrintStream out) {
        this.out = out;
    }

    /** The command cannot be carried out; the message says why and is for whoever typed it. */
    private static final class Refused extends RuntimeException {

        Refused(String message) {
            super(message);
        }
    }

    int run(List<String> arguments) {
        try {
            List<String> names = new ArrayList<>(arguments);
            int limit = limit(names);
            if (names.size() != 2) {
                throw new Refused(USAGE);
            }
            ObjectNode settings = settings(Path.of(names.get(1)));
            Path routes = CommandLine.configuredRoutes();
            if (CommandLine.holdsRoutes(routes)) {
                // Said at once; a hub with the routes that travel in its jar finds the same, once it has started.
                refuseUnlessValid(new Platforms(new RoutesDirectory(routes, false)), names.get(0), settings);
            }
            try (ThrowAwayHub hub = ThrowAwayHub.start()) {
                return run(hub, names.get(0), settings, limit);
            }
        } catch (Refused e) {
            out.println(e.getMessage());
        } catch (RuntimeException e) {
            out.println(started(e).map(refused -> refused.getMessage() + "\n" + refused.action()).orElse("the preview could not be made: " + e));
        }
        return CommandLine.REFUSED;
    }

    private static int limit(List<String> names) {
        int option = names.indexOf("--limit");
        if (option < 0) {
            return 5;
        }
        if (option + 1 == names.size() || !names.get(option + 1).matches("[1-9]\\d?") || Integer.parseInt(names.get(option + 1)) > MOST_ORDERS) {
            throw new Refused("--limit takes a number from 1 to " + MOST_ORDERS);
        }
        int limit = Integer.parseInt(names.get(option + 1));
        names.subList(option, option + 2).clear();
        return limit;
    }

    private static ObjectNode settings(Path file) {
        try {
            if (Json.mapper().readTree(Files.readString(file)) instanceof ObjectNode settings) {
                settings.properties().forEach(setting -> setting.setValue(fromEnvironment(setting.getValue())));
                return settings;
            }
            throw new Refused(file + " holds no JSON object");
        } catch (JsonProcessingException e) {
            // Where it breaks, and not what stands there: it may be a secret.
            throw new Refused(file + " is not JSON, see line " + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()));
        } catch (IOException e) {
            throw new Refused("cannot read " + file);
        }
    }

    private static JsonNode fromEnvironment(JsonNode value) {
        Matcher variable = VARIABLE.matcher(value.asText());
        if (!variable.matches()) {
            return value;
        }
        String text = System.getenv(variable.group(1));
        if (text == null) {
            throw new Refused("the environment variable " + variable.group(1) + " is not set");
        }
        return new TextNode(text);
    }

    private static Optional<StartupRefused> started(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof StartupRefused refused) {
                return Optional.of(refused);
            }
        }
        return Optional.empty();
    }

    private static Platform platform(Platforms platforms, String name) {
        return platforms.find(name).orElseThrow(() -> new Refused("there is no platform '" + name + "'; there are "
                + String.join(", ", platforms.all().stream().map(Platform::name).toList())));
    }

    private static void refuseUnlessValid(Platforms platforms, String name, ObjectNode settings) {
        JsonSchema schema = platforms.settingsSchema(platform(platforms, name).name());
        List<Contract.Violation> violations = Contract.check(schema, settings, "settings", Messages.PORTUGUESE);
        if (!violations.isEmpty()) {
            throw new Refused(violations.stream().map(violation -> violation.field() + ' ' + violation.message()).collect(Collectors.joining("\n")));
        }
    }

    private int run(ThrowAwayHub hub, String name, ObjectNode settings, int limit) {
        Platforms platforms = hub.bean(Platforms.class);
        Platform platform = platform(platforms, name);
        Map<String, String> integration = integration(hub, platform, settings);
        boolean well = check(hub.call("checkIntegration", integration, null));
        if (!well) {
            return CommandLine.FOUND;
        }
        well &= statuses(hub, integration);
        if (platform.can("stores")) {
            well &= stores(hub.call("listStores", integration, null));
        }
        well &= orders(hub.call("previewIntegration", integration, Map.of("limit", limit)));
        return well ? CommandLine.WELL : CommandLine.FOUND;
    }

    /** A programme of one point per real, so that an order's points can be told at a glance. */
    private static Map<String, String> integration(ThrowAwayHub hub, Platform platform, ObjectNode settings) {
        String merchant = made(hub.call("createMerchant", Map.of(), Map.of("name", "Prévia")));
        made(hub.call("createPointsRule", Map.of("merchant", merchant), Map.of("name", "Um por real", "pointsPerReal", "1", "default", true)));
        String integration = made(hub.call("createIntegration", Map.of("merchant", merchant),
                Map.of("platform", platform.name(), "name", "Prévia", "settings", settings, "importSales", true)));
        return Map.of("merchant", merchant, "integration", integration);
    }

    private static String made(Answer answer) {
        if (!answer.isOk()) {
            throw new Refused(problem(answer.json()));
        }
        return answer.json().get("id").asText();
    }

    /** In the words that a merchant would be told, field by field. */
    private static String problem(JsonNode problem) {
        StringBuilder text = new StringBuilder(problem.path("detail").asText());
        problem.path("errors").forEach(error -> text.append("\n  ").append(error.path("field").asText()).append(' ').append(error.path("message").asText()));
        return text.toString();
    }

    private boolean check(Answer answer) {
        if (!answer.isOk()) {
            out.println(problem(answer.json()));
            return false;
        }
        out.println("Check");
        for (JsonNode step : answer.json().get("steps")) {
            boolean ok = step.get("ok").asBoolean();
            out.printf("  %-6s %6d ms  %s%s%n", ok ? "ok" : "FAILED", step.get("millis").asLong(), step.get("name").asText(),
                    ok ? "" : ": " + step.get("detail").asText());
        }
        return answer.json().get("ok").asBoolean();
    }

    /** Lists them, and lets the preview count them as is suggested. */
    private boolean statuses(ThrowAwayHub hub, Map<String, String> integration) {
        Answer answer = hub.call("listStatuses", integration, null);
        out.println("\nStatuses");
        if (!answer.isOk()) {
            out.println("  " + problem(answer.json()));
            return false;
        }
        for (JsonNode status : answer.json()) {
            out.printf("  %-9s %-12s %s%n", status.get("suggestion").asText(), status.get("id").asText(), status.get("name").asText());
        }
        hub.call("updateIntegration", integration, Map.of("scoringStatuses", suggested(answer.json(), "scoring"),
                "reversalStatuses", suggested(answer.json(), "reversal")));
        return true;
    }

    private boolean stores(Answer answer) {
        out.println("\nStores");
        if (!answer.isOk()) {
            out.println("  " + problem(answer.json()));
            return false;
        }
        answer.json().forEach(store -> out.printf("  %-12s %s%n", store.path("id").asText(), store.path("name").asText()));
        return true;
    }

    private static List<String> suggested(JsonNode statuses, String suggestion) {
        return StreamSupport.stream(statuses.spliterator(), false).filter(status -> status.get("suggestion").asText().equals(suggestion))
                .map(status -> status.get("id").asText()).toList();
    }

    private boolean orders(Answer answer) {
        out.println("\nNewest orders, at one point per real, in the statuses that are suggested");
        if (!answer.isOk()) {
            out.println("  " + problem(answer.json()));
            return false;
        }
        boolean well = true;
        for (JsonNode one : answer.json()) {
            JsonNode sale = one.path("sale");
            if (sale.isObject()) {
                out.printf("%n  order %s  %s  %s, %d points%s%n", sale.path("id").asText(), sale.at("/status/name").asText(), one.path("decision").asText(),
                        one.path("points").asLong(), one.path("reason").asText("").isBlank() ? "" : ": " + one.path("reason").asText());
                out.println(indented(sale));
            } else {
                well = false;
                out.printf("%n  %s%n", one.path("reason").asText());
                out.println(indented(one.path("raw")));
            }
        }
        if (answer.json().isEmpty()) {
            out.println("  there are none");
        }
        return well;
    }

    private static String indented(JsonNode json) {
        try {
            return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(json).indent(4).stripTrailing();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
