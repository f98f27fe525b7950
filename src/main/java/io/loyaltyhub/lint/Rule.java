package io.loyaltyhub.lint;

import java.util.Locale;

/** What must hold in a routes directory, each under the name that a finding shows and {@code routes/README.md} explains. */
public enum Rule {

    // what can be read at all

    YAML("a file is YAML that can be read, and no key stands twice in one place"),
    FILE_NAME("a route file is `<platform>.camel.yaml` or `<platform>-<part>.camel.yaml`, without a further dot: Camel passes over any other"),
    CAMEL_WORDS("every step and every option is one that Camel's YAML knows"),

    // platform.yaml

    PLATFORM_FIELDS("`platform.yaml` has the fields that the hub reads, all of them and no others, each of its type"),
    PLATFORM_NAME("`name` is the folder's name: lower case, digits and dashes"),
    CAPABILITIES("each of the six capabilities says whether it is `supported` and whether that is `verified`; `when` names a setting with an `enum`, and values of it"),
    LIMITS("limits are positive, and a minute's are no more than a day's"),
    POLLING("pages and windows are of a size that a poll can bear"),
    STATUSES("scoring and reversal statuses are named, in upper case without accents, each in one list only"),
    ERRORS("an error answer has an HTTP status, a meaning the hub knows, and `field` with `values` or `pattern`, or none of them"),
    CHECK("a check makes at least one call, and each of its calls is a route"),
    GUIDE("there is a guide for merchants"),
    SETTINGS_SCHEMA("`settings` is a JSON Schema (2020-12) of an object that allows nothing else, with a title and a description for every property, "
            + "and `examples` where it is neither secret nor a choice; `x-hub-environment` names a variable that begins with HUB_"),
    SECRET_MARKED("what is named like a secret (token, secret, password, key, code) is `format: password`"),

    // names

    ROUTE_ID("every route has an id, which begins with the platform's name; a templated one has it as `prefixId` too"),
    UNIQUE_ROUTE_ID("no two routes have the same id"),
    ROUTE_DESCRIPTION("every route says in a `description` what it is for"),
    STEP_ID("every step has an id, which in a platform's folder begins with the platform's name"),
    UNIQUE_STEP_ID("no two steps have the same id; a template's count by themselves"),

    // settings

    SETTING_UNUSED("every declared setting is read by a route or a mapping"),
    SETTING_UNDECLARED("every setting that a route or a mapping reads is declared; `requests.host` reads `baseUrl`"),
    SECRET_IN_URI("no setting stands in an endpoint's URI, no secret one in an address, a path or a query"),
    SETTING_IN_ADDRESS("a setting that becomes part of an address, a path or a query has a `pattern` or an `enum`, so that it cannot become more than that"),
    SECRET_PLACE("a secret is read where an attempt shows credentials: in the routes `authorise` and `token`, and in those that they call"),
    SECRET_IN_MAPPING("no mapping reads a secret setting: it does not get to see them"),

    // safety

    WAY_OUT("a platform's routes begin at `direct:` and call out through `direct:http` alone"),
    CONSTRUCTS("a platform's route files hold routes and templated routes, nothing that acts on the routes of others"),
    SCRIPT("a platform's routes are in no language that can do anything: groovy, js, java, …"),
    BEANS("a platform's routes call the beans that are there for them, `requests` and `tokens`, and no other"),
    CONFIGURATION("a platform's routes do not read the hub's own configuration, environment or classes"),
    CATCH_ALL("a platform's routes catch `PlatformFailure`, not every failure there is: the hub decides on the others"),
    NO_ERROR_HANDLER("`authorise` and `token` have `errorHandler: {noErrorHandler: {}}`, so that the attempt as a whole is tried again"),
    TLS("certificates and host names are verified, always"),
    PLAIN_HTTP("no address begins with `http://`"),
    DEVELOPMENT("nothing that is for development only: no tracing, no log of bodies, headers or variables, no `log:`, `mock:`, `stub:`"),

    // how it hangs together

    DIRECT("every `direct:` that is called begins exactly one route"),
    TEMPLATE("a templated route gives its template the parameters that it has"),
    PLATFORM_ROUTES("a platform instantiates `orders-template` and `preview-template` alike, and the templates of its capabilities, each once"),
    CAPABILITY_ROUTES("a platform has the routes and mappings that its capabilities promise"),
    HUB_NEUTRAL("`hub/` names no platform and reads no setting"),
    MAPPING("every mapping that is named exists, in the platform's own folder or in `hub/`, and every mapping compiles"),
    SAMPLES("there are samples: six orders, settings that are refused, a list in the future; each case is complete and JSON");

    private final String meaning;

    Rule(String meaning) {
        this.meaning = meaning;
    }

    /** The name in findings and documentation: lower case, with dashes. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String meaning() {
        return meaning;
    }
}
