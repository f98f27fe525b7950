package io.loyaltyhub.member;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.coupon.RedemptionApi;
import io.loyaltyhub.sale.Document;
import io.loyaltyhub.security.Caller;
import io.loyaltyhub.security.MemberTokens;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What a member of a programme sees and does, in a shop's page or wherever the shop likes. */
@Component("memberApi")
public class MemberApi {

    /** The merchant's own addresses, else those of one of its shops. */
    private static final String PROGRAMME = """
            SELECT m.name, coalesce(m.site_url, shops.site_url), coalesce(m.signup_url, shops.signup_url)
              FROM merchants m
              LEFT JOIN LATERAL (SELECT min(site_url) AS site_url, min(signup_url) AS signup_url FROM integrations
                                  WHERE merchant_id = m.id AND active AND deleted_at IS NULL) AS shops ON true
             WHERE m.id = ?
            """;

    private final JdbcClient jdbc;
    private final MemberPasswords passwords;
    private final PasswordResets resets;
    private final MemberTokens tokens;
    private final MemberRewards rewards;
    private final RedemptionApi redemptions;

    MemberApi(JdbcClient jdbc, MemberPasswords passwords, PasswordResets resets, MemberTokens tokens, MemberRewards rewards, RedemptionApi redemptions) {
        this.jdbc = jdbc;
        this.passwords = passwords;
        this.resets = resets;
        this.tokens = tokens;
        this.rewards = rewards;
        this.redemptions = redemptions;
    }

    // --- without a login

    /** What a page shows before anybody has logged in. */
    public Map<String, Object> programme(ApiRequest request) {
        return jdbc.sql(PROGRAMME).param(request.id("merchant")).query((row, number) -> {
            Map<String, Object> programme = new LinkedHashMap<>();
            programme.put("name", row.getString(1));
            programme.put("siteUrl", row.getString(2));
            programme.put("signupUrl", row.getString(3));
            return programme;
        }).optional().orElseThrow(Problem::notFound);
    }

    /** A token, or why there is none. Whoever is not in the programme is told where to sign up. */
    public Map<String, Object> logIn(ApiRequest request) {
        UUID merchant = request.id("merchant");
        Map<String, Object> programme = programme(request);
        String document = request.text("document");
        MemberPasswords.Login login = passwords.logIn(merchant, document, request.field("password").asText(), Caller.address());
        switch (login.outcome()) {
            case TOO_MANY -> throw tooMany(login.retryAfter());
            case WRONG -> {
                if (isKnown(merchant, document)) {
                    throw Problem.unauthorized("member.wrong-password");
                }
                throw Problem.notFound("member.unknown").with("signupUrl", programme.get("signupUrl"));
            }
            default -> {
                return session(merchant, login.participantId(), login.outcome() == MemberPasswords.Outcome.MUST_CHANGE);
            }
        }
    }

    private Map<String, Object> session(UUID merchant, UUID participant, boolean mustChange) {
        MemberTokens.Token token = tokens.issue(merchant, participant);
        Map<String, Object> session = new LinkedHashMap<>();
        session.put("token", tokens.text(token));
        session.put("expiresAt", token.expiresAt());
        session.put("mustChangePassword", mustChange);
        return session;
    }

    private boolean isKnown(UUID merchant, String document) {
        return jdbc.sql("SELECT 1 FROM participants WHERE merchant_id = ? AND document = ? AND erased_at IS NULL").params(merchant, Document.digits(document))
                .query(Integer.class).optional().isPresent();
    }

    private static Problem tooMany(Duration wait) {
        return Problem.tooMany("member.too-many", Math.max(1, wait.toSeconds()));
    }

    /** Always the same answer: whether there is such a member, and whether they have an address, is nobody's business. */
    public Map<String, Object> forgot(ApiRequest request) {
        programme(request);
        resets.request(request.id("merchant"), request.text("document"), Caller.address()).ifPresent(wait -> {
            throw tooMany(wait);
        });
        return Map.of();
    }

    public Map<String, Object> reset(ApiRequest request) {
        UUID merchant = request.id("merchant");
        UUID participant = resets.redeem(merchant, request.text("token"), request.field("password").asText());
        return session(merchant, participant, false);
    }

    // --- with one

    public Map<String, Object> me(ApiRequest request) {
        UUID merchant = request.id("merchant");
        UUID participant = request.caller().requireMember(merchant);
        passwords.stillGood(merchant, participant, Caller.tokenIssuedAt());
        return jdbc.sql("""
                SELECT p.name, coalesce(b.balance, 0) AS balance FROM participants p
                  LEFT JOIN balances b ON b.merchant_id = p.merchant_id AND b.participant_id = p.id
                 WHERE p.merchant_id = ? AND p.id = ? AND p.merged_into IS NULL AND p.erased_at IS NULL
                """).params(merchant, participant).query((row, number) -> {
            Map<String, Object> me = new LinkedHashMap<>();
            me.put("name", row.getString(1));
            me.put("balance", row.getLong(2));
            me.put("mustChangePassword", passwords.mustChange(merchant, participant));
            return me;
        }).optional().orElseThrow(Problem::unauthorized);
    }

    public Map<String, Object> changePassword(ApiRequest request) {
        UUID merchant = request.id("merchant");
        UUID participant = request.caller().requireMember(merchant);
        passwords.stillGood(merchant, participant, Caller.tokenIssuedAt());
        String document = jdbc.sql("SELECT coalesce(document, '') FROM participants WHERE merchant_id = ? AND id = ?").params(merchant, participant)
                .query(String.class).optional().orElseThrow(Problem::unauthorized);
        MemberPasswords.Login login = passwords.logIn(merchant, document, request.field("current").asText(), Caller.address());
        switch (login.outcome()) {
            case TOO_MANY -> throw tooMany(login.retryAfter());
            case WRONG -> throw Problem.invalid("current", "member.wrong-current");
            default -> passwords.set(merchant, participant, request.field("password").asText(), false);
        }
        return session(merchant, participant, false);
    }

    public Listing<Map<String, Object>> entries(ApiRequest request) {
        Member member = member(request);
        int limit = request.limit();
        return Listing.of(jdbc.sql("""
                SELECT id, kind, points, sale_id, created_at, description FROM entries
                 WHERE merchant_id = ? AND participant_id = ? AND id < ? ORDER BY id DESC LIMIT ?
                """).params(member.merchant(), member.participant(), Listing.before(request), limit + 1).query((row, number) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("id", row.getLong(1));
            entry.put("kind", row.getString(2));
            entry.put("points", row.getLong(3));
            entry.put("saleId", row.getObject(4));
            entry.put("createdAt", row.getTimestamp(5).toInstant());
            entry.put("description", row.getString(6));
            return entry;
        }).list(), limit, entry -> entry.get("id"));
    }

    public Listing<Map<String, Object>> rewards(ApiRequest request) {
        Member member = member(request);
        return rewards.list(request, member.merchant(), member.participant());
    }

    @Transactional
    public Map<String, Object> redeem(ApiRequest request) {
        Member member = member(request);
        UUID id = redemptions.redeem(request, member.merchant(), member.participant(), request.caller().name());
        return redemptions.find(member.merchant(), id);
    }

    public Listing<Map<String, Object>> redemptions(ApiRequest request) {
        Member member = member(request);
        return redemptions.of(request, member.merchant(), member.participant());
    }

    public Map<String, Object> redemption(ApiRequest request) {
        Member member = member(request);
        Map<String, Object> redemption = redemptions.find(member.merchant(), request.id("redemption"));
        if (!member.participant().equals(redemption.get("participantId"))) {
            throw Problem.notFound();
        }
        return redemption;
    }

    private record Member(UUID merchant, UUID participant) {
    }

    /** Somebody whose token is from before the last change of password logs in again; whoever must change it does that first. */
    private Member member(ApiRequest request) {
        UUID merchant = request.id("merchant");
        UUID participant = request.caller().requireMember(merchant);
        passwords.stillGood(merchant, participant, Caller.tokenIssuedAt());
        if (passwords.mustChange(merchant, participant)) {
            throw Problem.forbidden("member.must-change");
        }
        return new Member(merchant, participant);
    }
}
