package io.loyaltyhub.poll;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.points.Buyer;
import io.loyaltyhub.points.Verdict;
import io.loyaltyhub.points.Version;
import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims and pages, with two hubs on one database. Their routes stand still: the test takes the steps itself. */
class PagePosterTest {

    private static RunningHub one;
    private static RunningHub other;
    private static SandboxTray shop;
    private Programme programme;

    @BeforeAll
    static void startHubs() throws Exception {
        shop = SandboxTray.start();
        TestDatabase database = TestDatabase.create();
        one = standingStill(database, "one");
        other = standingStill(database, "other");
    }

    private static RunningHub standingStill(TestDatabase database, String name) throws Exception {
        // Two hubs in one JVM would share a Quartz scheduler if they had the same name.
        RunningHub hub = RunningHub.start(database, Map.of("camel.main.name", name, "hub.poll.workers", 100, "hub.routes-dir", RoutesCopy.of("tray")));
        hub.bean(CamelContext.class).getRouteController().stopRoute("tray-orders");
        return hub;
    }

    @AfterAll
    static void stopHubs() {
        one.close();
        other.close();
        shop.close();
    }

    @BeforeEach
    void newProgramme() {
        programme = one.programme(shop);
    }

    @AfterEach
    void everythingAddsUp() {
        assertLedgerCoherent(one);
    }

    // claims

    @Test
    void anIntegrationThatIsClaimedIsNotClaimedByAnother() {
        claim(one);

        assertThat(other.bean(Polls.class).claimDue("tray")).noneMatch(this::isOurs);
        assertThat(one.bean(Polls.class).claimDue("tray")).noneMatch(this::isOurs);
    }

    @Test
    void aNodeThatLostItsClaimWritesNothing() {
        Poll lost = claim(one);
        expireLease();
        claim(other);
        Map<String, Object> polling = polling();

        assertThatThrownBy(() -> post(one, lost, pageOf(Version.of("1").earns()))).isInstanceOf(LeaseLost.class);

        for (String table : List.of("sales", "entries", "participants", "balances", "dead_letters")) {
            assertThat(rows(table)).as(table).isZero();
        }
        assertThat(polling()).isEqualTo(polling);
        assertThat(poll(lost).get("read")).isEqualTo(0);
    }

    @Test
    void whoeverTookTheClaimOverPostsThePageThatTheOtherCouldNot() {
        Poll lost = claim(one);
        expireLease();
        Poll taken = claim(other);
        PageRead page = pageOf(Version.of("1").earns());
        assertThatThrownBy(() -> post(one, lost, page)).isInstanceOf(LeaseLost.class);

        post(other, taken, page);

        assertThat(programme.sale("1").get("points").asLong()).isEqualTo(100);
        assertThat(taken.claim().fencing()).isGreaterThan(lost.claim().fencing());
        assertThatThrownBy(() -> post(one, lost, page)).isInstanceOf(LeaseLost.class);
        assertThat(rows("entries")).isEqualTo(1);
    }

    @Test
    void anEarlierClaimOfTheSameNodeIsLostTooOnceItClaimedAgain() {
        Poll earlier = claim(one);
        expireLease();
        claim(one);

        assertThatThrownBy(() -> post(one, earlier, pageOf(Version.of("1").earns()))).isInstanceOf(LeaseLost.class);
        assertThat(rows("sales")).isZero();
    }

    @Test
    void aLeaseThatRanOutButThatNobodyTookStillHolds() {
        Poll late = claim(one);
        expireLease();

        post(one, late, pageOf(Version.of("1").earns()));

        assertThat(programme.sale("1").get("points").asLong()).isEqualTo(100);
        assertThat(other.bean(Polls.class).claimDue("tray")).as("posting renewed the lease").noneMatch(this::isOurs);
    }

    @Test
    void aHubThatStartsOnADatabaseOfItsOwnFreesWhatAKilledOneHadClaimed() {
        Poll lost = claim(one);
        new AbandonedClaims(one.jdbc(), "jdbc:postgresql://shared/by-several");
        assertThat(other.bean(Polls.class).claimDue("tray")).noneMatch(this::isOurs);

        new AbandonedClaims(one.jdbc(), "");

        assertThat(claim(other).claim().fencing()).isGreaterThan(lost.claim().fencing());
        assertThat(poll(lost)).containsEntry("outcome", "lost");
    }

    @Test
    void thePollOfANodeThatStoppedIsMarkedLostByWhoeverTakesOver() {
        Poll lost = claim(one);
        assertThat(poll(lost)).containsEntry("outcome", "running");
        expireLease();

        Poll taken = claim(other);

        assertThat(poll(lost)).containsEntry("outcome", "lost").containsEntry("node", one.bean(Node.class).name());
        assertThat(poll(lost).get("finished_at")).isNotNull();
        assertThat(poll(lost).get("error")).isNotNull();
        assertThat(poll(taken)).containsEntry("outcome", "running").containsEntry("node", other.bean(Node.class).name());
    }

    // pages

    @Test
    void whoeverTakesOverReadsOnWhereTheLastPostedPageEnded() {
        Poll first = claim(one);
        post(one, first, pageOf("2", Version.of("1").earns()));
        expireLease();

        Poll second = claim(other);

        assertThat(second.window(Instant.now()).page()).isEqualTo("2");
    }

    @Test
    void ofAPageThatTheDatabaseRefusesOnlyTheCulpritBecomesADeadLetter() {
        refuseOrder("13");
        try {
            post(one, claim(one), pageOf(
                    Version.of("12").by(Buyer.number(1)).earns(),
                    Version.of("13").by(Buyer.number(2)).worth("70.00").earns(),
                    Version.of("14").by(Buyer.number(3)).earns(),
                    Version.of("15").by(Buyer.number(2)).worth("30.00").earns()));
        } finally {
            refuseNothing();
        }

        assertThat(programme.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.get("orderKey").asText()).isEqualTo("13");
            assertThat(letter.get("step").asText()).isEqualTo("posting");
            assertThat(letter.get("reason").asText()).contains("thirteen");
            assertThat(letter.get("payload").asText()).contains("70.00");
        });
        assertThat(programme.sale("13")).isNull();
        assertThat(programme.totalOfBalances()).isEqualTo(230);
        assertThat(programme.balances()).containsEntry(Buyer.number(2).document(), 30L);
        assertThat(polling().get("since")).as("the cursor does not wait for the culprit").isNotEqualTo(polling().get("import_from"));
    }

    @Test
    void whatAPageCameToIsCountedOnItsPoll() {
        Poll poll = claim(one);
        refuseOrder("13");
        try {
            post(one, poll, pageOf(Version.of("12").earns(), Version.of("13").earns(), Version.of("14").neither(), Version.of("15").reverses(),
                    Version.of("16").by(new Buyer(null, null)).earns()));
        } finally {
            refuseNothing();
        }

        assertThat(poll(poll)).containsEntry("read", 5).containsEntry("awarded", 1).containsEntry("ignored", 1).containsEntry("reversed", 1)
                .containsEntry("unregistered", 1).containsEntry("dead_lettered", 1);
    }

    @Test
    void aDeadLetterGoesAwayOnceItsOrderIsPostedAfterAll() {
        refuseOrder("13");
        try {
            post(one, claim(one), pageOf(Version.of("13").earns()));
        } finally {
            refuseNothing();
        }
        assertThat(programme.deadLetters()).hasSize(1);
        expireLease();

        post(other, claim(other), pageOf(Version.of("13").earns()));

        assertThat(programme.deadLetters()).isEmpty();
        assertThat(programme.sale("13").get("points").asLong()).isEqualTo(100);
    }

    private Poll claim(RunningHub hub) {
        return hub.bean(Polls.class).claimDue("tray").stream().filter(this::isOurs).findFirst().orElseThrow();
    }

    private boolean isOurs(Poll poll) {
        return poll.integration().id().toString().equals(programme.integration());
    }

    private static void post(RunningHub hub, Poll poll, PageRead page) {
        poll.window(Instant.now());
        hub.bean(PagePoster.class).post(poll, page, poll.progressAfter(page));
    }

    private static PageRead pageOf(Verdict... verdicts) {
        return pageOf(null, verdicts);
    }

    private static PageRead pageOf(String next, Verdict... verdicts) {
        List<PageRead.Row> rows = Stream.of(verdicts).map(PagePosterTest::row).toList();
        PageRead page = new PageRead(rows, next, PageRead.Source.WINDOW, Map.of(), Set.of());
        List.of(verdicts).forEach(page::add);
        return page;
    }

    private static PageRead.Row row(Verdict verdict) {
        JsonNode raw = Json.parse("{\"Order\": {\"id\": \"" + verdict.sale().id() + "\"}}");
        return new PageRead.Row(verdict.sale().id(), raw);
    }

    private void expireLease() {
        one.jdbc().update("UPDATE polling SET lease_until = now() - interval '1 second' WHERE integration_id = ?", UUID.fromString(programme.integration()));
    }

    private Map<String, Object> polling() {
        return one.jdbc().queryForMap("""
                SELECT p.*, i.import_from FROM polling p JOIN integrations i ON i.merchant_id = p.merchant_id AND i.id = p.integration_id
                 WHERE p.integration_id = ?
                """, UUID.fromString(programme.integration()));
    }

    private static Map<String, Object> poll(Poll poll) {
        return one.jdbc().queryForMap("SELECT * FROM polls WHERE merchant_id = ? AND id = ?", poll.integration().merchantId(), poll.claim().pollId());
    }

    private long rows(String table) {
        Long rows = one.jdbc().queryForObject("SELECT count(*) FROM " + table + " WHERE merchant_id = ?", Long.class, UUID.fromString(programme.merchant()));
        return rows == null ? 0 : rows;
    }

    /** Any order with this id breaks a constraint, from now on. */
    private static void refuseOrder(String id) {
        one.jdbc().execute("ALTER TABLE entries ADD CONSTRAINT never_thirteen CHECK (order_id <> '" + id + "') NOT VALID");
    }

    private static void refuseNothing() {
        one.jdbc().execute("ALTER TABLE entries DROP CONSTRAINT never_thirteen");
    }
}
