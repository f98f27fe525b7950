package io.loyaltyhub.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the architecture promises and a reviewer would otherwise have to look for in every change. */
@AnalyzeClasses(packages = "io.loyaltyhub", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseRulesTest {

    /** Where money and points are computed. */
    private static final String[] MONEY = {"io.loyaltyhub.points..", "io.loyaltyhub.sale..", "io.loyaltyhub.mapping.."};
    private static final Set<String> BINARY_FRACTIONS = Set.of("double", "float", "java.lang.Double", "java.lang.Float");

    @ArchTest
    static final ArchRule theDomainKnowsNothingOfCamel = noClasses()
            .that().resideInAnyPackage("io.loyaltyhub.points..", "io.loyaltyhub.sale..", "io.loyaltyhub.participant..")
            .should().dependOnClassesThat().resideInAPackage("org.apache.camel..");

    @ArchTest
    static final ArchRule theDomainKnowsNothingOfHowSalesComeIn = noClasses()
            .that().resideInAnyPackage("io.loyaltyhub.points..", "io.loyaltyhub.sale..", "io.loyaltyhub.participant..")
            .should().dependOnClassesThat().resideInAnyPackage("io.loyaltyhub.poll..", "io.loyaltyhub.http..", "io.loyaltyhub.mapping..");

    @ArchTest
    static final ArchRule theApisFrameKnowsNoneOfTheFeaturesBehindIt = noClasses()
            .that().resideInAPackage("io.loyaltyhub.api..")
            .should().dependOnClassesThat(are(resideInAnyPackage("io.loyaltyhub.points..", "io.loyaltyhub.sale..",
                    "io.loyaltyhub.participant..", "io.loyaltyhub.integration..", "io.loyaltyhub.poll..")));

    @ArchTest
    static final ArchRule onlyPointsWritesEntriesAndBalances = classes()
            .that().resideOutsideOfPackage("io.loyaltyhub.points..")
            .should(new NotSay(Pattern.compile("(?i)\\b(?:into|update|delete\\s+from|truncate(?:\\s+table)?)\\s+(?:only\\s+)?(?:entries|balances)\\b")));

    @ArchTest
    static final ArchRule entriesAreNeverChangedNorRemoved = classes()
            .should(new NotSay(Pattern.compile("(?i)\\b(?:update|delete\\s+from|truncate(?:\\s+table)?)\\s+(?:only\\s+)?entries\\b")));

    @ArchTest
    static final ArchRule onlyOnePackageSpeaksHttpToTheWorld = noClasses()
            .that().resideOutsideOfPackage("io.loyaltyhub.http..")
            .should().dependOnClassesThat().resideInAnyPackage("org.apache.hc..", "java.net.http..");

    @ArchTest
    static final ArchRule noFieldOfMoneyIsABinaryFraction = noFields()
            .that().areDeclaredInClassesThat().resideInAnyPackage(MONEY)
            .should().haveRawType(describe("double or float", (JavaClass type) -> BINARY_FRACTIONS.contains(type.getName())));

    @ArchTest
    static final ArchRule noMethodTakesOrGivesMoneyAsABinaryFraction = noCodeUnits()
            .that().areDeclaredInClassesThat().resideInAnyPackage(MONEY)
            .should(new TakeOrGiveBinaryFractions());

    @ArchTest
    static final ArchRule moneyNeverGoesThroughABinaryFraction = noClasses()
            .that().resideInAnyPackage(MONEY)
            .should().callCodeUnitWhere(describe("it takes or gives a double or float", HouseRulesTest::isBinaryFraction));

    @ArchTest
    static final ArchRule timeComesFromAClock = noClasses()
            .should().callMethodWhere(describe("it asks the machine for the time", HouseRulesTest::readsTheMachinesTime));

    @ArchTest
    static final ArchRule whatThePointsAreMadeOfDoesNotChange = fields()
            .that().areDeclaredInClassesThat().resideInAnyPackage("io.loyaltyhub.points..", "io.loyaltyhub.sale..")
            .should().beFinal();

    @ArchTest
    static final ArchRule nothingIsInjectedIntoFields = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest
    static final ArchRule logsGoThroughTheLogger = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule onlyThePasswordNoticeAndTheCommandsPrint = noClasses()
            .that().doNotHaveFullyQualifiedName("io.loyaltyhub.security.OperatorPasswordNotice")
            .and().doNotHaveFullyQualifiedName("io.loyaltyhub.command.CommandLine")
            .should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule namesAreWordsOfTheDomain = noClasses()
            .should().haveSimpleNameEndingWith("Manager")
            .orShould().haveSimpleNameEndingWith("Helper")
            .orShould().haveSimpleNameEndingWith("Util")
            .orShould().haveSimpleNameEndingWith("Utils")
            .orShould().haveSimpleNameEndingWith("Impl")
            .orShould().haveSimpleNameEndingWith("Dto")
            .orShould().haveSimpleNameEndingWith("DTO");

    private static boolean isBinaryFraction(JavaCall<?> call) {
        CodeUnitCallTarget target = call.getTarget();
        return BINARY_FRACTIONS.contains(target.getRawReturnType().getName())
                || target.getRawParameterTypes().stream().anyMatch(type -> BINARY_FRACTIONS.contains(type.getName()));
    }

    private static boolean readsTheMachinesTime(JavaCall<?> call) {
        CodeUnitCallTarget target = call.getTarget();
        boolean now = target.getOwner().getPackageName().equals("java.time") && target.getName().equals("now")
                && target.getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Clock.class));
        return now || target.getFullName().equals("java.lang.System.currentTimeMillis()");
    }

    /** A method or constructor with a {@code double} or {@code float} among its parameters or as its result. */
    private static final class TakeOrGiveBinaryFractions extends ArchCondition<JavaCodeUnit> {

        TakeOrGiveBinaryFractions() {
            super("take or give double or float");
        }

        @Override
        public void check(JavaCodeUnit unit, ConditionEvents events) {
            boolean does = BINARY_FRACTIONS.contains(unit.getRawReturnType().getName())
                    || unit.getRawParameterTypes().stream().anyMatch(type -> BINARY_FRACTIONS.contains(type.getName()));
            events.add(new SimpleConditionEvent(unit, does, unit.getDescription() + " takes or gives a double or float"));
        }
    }

    /** The class file holds no text that matches: SQL stands in constants, and those end up in the class file. */
    private static final class NotSay extends ArchCondition<JavaClass> {

        private final Pattern words;

        NotSay(Pattern words) {
            super("not say " + words);
            this.words = words;
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            Matcher matcher = words.matcher(content(type));
            boolean says = matcher.find();
            events.add(new SimpleConditionEvent(type, !says, type.getName() + (says ? " says \"" + matcher.group() + '"' : " does not say it")));
        }

        private static String content(JavaClass type) {
            try (InputStream in = type.getSource().orElseThrow().getUri().toURL().openStream()) {
                return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
