package io.loyaltyhub.lint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.loyaltyhub.api.Contract;
import io.loyaltyhub.lint.RoutesTree.PlatformFolder;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The settings in {@code platform.yaml}: a form is made of this schema, and what it lets through reaches the routes. */
final class SettingsSchemaRules {

    private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";
    private static final JsonSchema SCHEMA_OF_SCHEMAS = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(SchemaLocation.of(DRAFT));
    private static final Set<String> KEYWORDS = JsonMetaSchema.getV202012().getKeywords().keySet();
    private static final Set<String> SECRET_WORDS = Set.of("token", "secret", "password", "key", "code", "keys", "tokens", "secrets");
    private static final Pattern CAMEL_HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|[-_]");

    private final Report report;

    SettingsSchemaRules(Report report) {
        this.report = report;
    }

    void check(RoutesTree tree) {
        for (PlatformFolder platform : tree.platforms()) {
            YamlNode settings = platform.descriptor().get("settings");
            if (settings.isMap()) {
                isASchema(platform, tree.text(platform.descriptorFile()), settings);
                isOfAClosedObject(platform.descriptorFile(), settings);
                platform.settings().forEach(setting -> property(platform, setting));
            }
        }
    }

    private void isASchema(PlatformFolder platform, String text, YamlNode settings) {
        String file = platform.descriptorFile();
        JsonNode schema;
        try {
            schema = new YAMLMapper().readTree(text).path("settings");
        } catch (IOException e) {
            // What is wrong with the file as a whole was said when it was read.
            return;
        }
        boolean valid = true;
        for (ValidationMessage wrong : SCHEMA_OF_SCHEMAS.validate(schema)) {
            valid = false;
            report.add(file, at(settings, wrong).line(), Rule.SETTINGS_SCHEMA, "is not JSON Schema: " + wrong.getMessage());
        }
        if (!settings.get("$schema").text().equals(DRAFT)) {
            report.add(file, settings.get("$schema").line(), Rule.SETTINGS_SCHEMA, "'$schema' is " + DRAFT);
            valid = false;
        }
        unknownKeywords(file, settings);
        if (valid) {
            try {
                Contract.schema(schema);
            } catch (RuntimeException e) {
                report.add(file, settings.line(), Rule.SETTINGS_SCHEMA, "cannot be used as JSON Schema: " + e.getMessage());
            }
        }
    }

    /** The node at which the validator found something wrong; it names a place by keys and positions. */
    private static YamlNode at(YamlNode settings, ValidationMessage wrong) {
        YamlNode place = settings;
        for (int i = 0; i < wrong.getInstanceLocation().getNameCount(); i++) {
            Object element = wrong.getInstanceLocation().getElement(i);
            YamlNode next = element instanceof Integer index
                    ? index < place.items().size() ? place.items().get(index) : new YamlNode(null, place.line())
                    : place.get(String.valueOf(element));
            place = next;
        }
        return place;
    }

    /** A misspelt keyword means nothing, and nobody says so. */
    private void unknownKeywords(String file, YamlNode schema) {
        for (YamlNode.Entry keyword : schema.entries()) {
            if (!KEYWORDS.contains(keyword.name()) && !keyword.name().startsWith("x-")) {
                report.add(file, keyword.line(), Rule.SETTINGS_SCHEMA, "JSON Schema has no keyword '" + keyword.name() + "'; the hub's own begin with x-");
            }
        }
        schema.get("properties").entries().forEach(property -> unknownKeywords(file, property.value()));
    }

    private void isOfAClosedObject(String file, YamlNode settings) {
        if (!settings.get("type").text().equals("object")) {
            report.add(file, settings.get("type").line(), Rule.SETTINGS_SCHEMA, "settings are an object: 'type: object'");
        }
        if (!settings.get("additionalProperties").text().equals("false")) {
            report.add(file, settings.get("additionalProperties").line(), Rule.SETTINGS_SCHEMA,
                    "settings that nobody knows are let through: 'additionalProperties: false'");
        }
        for (YamlNode required : settings.get("required").items()) {
            if (!settings.get("properties").has(required.text())) {
                report.add(file, required.line(), Rule.SETTINGS_SCHEMA, "'" + required.text() + "' is required and is no property");
            }
        }
    }

    private void property(PlatformFolder platform, YamlNode.Entry setting) {
        String file = platform.descriptorFile();
        YamlNode schema = setting.value();
        for (String keyword : List.of("type", "title", "description")) {
            if (schema.get(keyword).text().isBlank() && !schema.get(keyword).isList()) {
                report.add(file, setting.line(), Rule.SETTINGS_SCHEMA, "'" + setting.name() + "' has no " + keyword);
            }
        }
        if (schema.has("x-hub-environment") && !schema.get("x-hub-environment").text().startsWith("HUB_")) {
            report.add(file, schema.get("x-hub-environment").line(), Rule.SETTINGS_SCHEMA, "a variable of the hub's own begins with HUB_");
        }
        boolean choice = schema.has("enum") || schema.has("const") || schema.get("type").text().equals("boolean");
        if (platform.isSecret(setting.name())) {
            if (schema.has("default")) {
                report.add(file, schema.get("default").line(), Rule.SETTINGS_SCHEMA, "a secret that everybody has is none");
            }
            return;
        }
        if (!choice && schema.get("examples").items().isEmpty()) {
            report.add(file, setting.line(), Rule.SETTINGS_SCHEMA, "'" + setting.name() + "' has no examples");
        }
        if (Arrays.stream(CAMEL_HUMP.split(setting.name())).map(word -> word.toLowerCase(Locale.ROOT)).anyMatch(SECRET_WORDS::contains)) {
            report.add(file, setting.line(), Rule.SECRET_MARKED, "'" + setting.name() + "' is named like a secret and is not 'format: password'");
        }
    }
}
