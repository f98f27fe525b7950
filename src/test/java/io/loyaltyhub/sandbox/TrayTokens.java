package io.loyaltyhub.sandbox;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The shop's side of authorisation. Each installation (a {@code code}) has one live pair of tokens: a new pair replaces it,
 * a refresh token works once, and whatever was replaced is unknown from then on.
 */
final class TrayTokens {

    /** A pair, and until when each half is good, in seconds of the shop's wall clock. */
    record Pair(String code, String access, String refresh, long accessUntil, long refreshUntil, long activated) {
    }

    final String consumerKey;
    final String consumerSecret;
    private final SplittableRandom random;
    private final ShopClock clock;
    private final Map<String, Pair> byCode = new HashMap<>();
    private final Map<String, Pair> byAccess = new HashMap<>();
    private final Map<String, Pair> byRefresh = new HashMap<>();
    private Duration accessLife = Duration.ofHours(3);
    private Duration refreshLife = Duration.ofDays(30);
    private int revoked;

    TrayTokens(ShopClock clock, long shopSeed) {
        this.clock = clock;
        this.random = new SplittableRandom(shopSeed);
        this.consumerKey = hex(random.nextLong()) + hex(random.nextLong()) + hex(random.nextLong()) + hex(random.nextLong());
        this.consumerSecret = hex(random.nextLong()) + hex(random.nextLong()) + hex(random.nextLong());
    }

    synchronized String install() {
        String code = hex(random.nextLong()) + hex(random.nextLong()) + hex(random.nextLong()) + hex(random.nextLong());
        byCode.put(code, null);
        return code;
    }

    synchronized void lives(Duration access, Duration refresh) {
        accessLife = access;
        refreshLife = refresh;
    }

    synchronized Pair create(String key, String secret, String code) {
        refuseIfRevoked();
        if (!consumerKey.equals(key) || !consumerSecret.equals(secret) || !byCode.containsKey(code)) {
            throw new TrayRefusal(401, 1099, "consumer_key, consumer_secret ou code inválido");
        }
        return replace(code);
    }

    synchronized Pair refresh(String token) {
        refuseIfRevoked();
        Pair pair = byRefresh.get(token);
        if (pair == null) {
            throw TrayRefusal.unauthorised(1099);
        }
        if (clock.now() >= pair.refreshUntil) {
            throw TrayRefusal.unauthorised(1000);
        }
        return replace(pair.code);
    }

    synchronized void check(String accessToken) {
        refuseIfRevoked();
        Pair pair = accessToken == null ? null : byAccess.get(accessToken);
        if (pair == null) {
            throw TrayRefusal.unauthorised(1099);
        }
        if (clock.now() >= pair.accessUntil) {
            throw TrayRefusal.unauthorised(1000);
        }
    }

    synchronized void expireAccess() {
        byAccess.replaceAll((token, pair) -> new Pair(pair.code, pair.access, pair.refresh, 0, pair.refreshUntil, pair.activated));
    }

    synchronized void expireRefresh() {
        byRefresh.replaceAll((token, pair) -> new Pair(pair.code, pair.access, pair.refresh, pair.accessUntil, 0, pair.activated));
    }

    synchronized void forgetAll() {
        byAccess.clear();
        byRefresh.clear();
    }

    synchronized void uninstall(String code) {
        forget(byCode.remove(code));
    }

    synchronized void revoke(int errorCode) {
        revoked = errorCode;
    }

    private Pair replace(String code) {
        forget(byCode.get(code));
        long now = clock.now();
        Pair pair = new Pair(code, token(), token(), now + accessLife.toSeconds(), now + refreshLife.toSeconds(), now);
        byCode.put(code, pair);
        byAccess.put(pair.access, pair);
        byRefresh.put(pair.refresh, pair);
        return pair;
    }

    private void forget(Pair pair) {
        if (pair != null) {
            byAccess.remove(pair.access);
            byRefresh.remove(pair.refresh);
        }
    }

    private void refuseIfRevoked() {
        if (revoked != 0) {
            throw TrayRefusal.unauthorised(revoked);
        }
    }

    private static String token() {
        return "APP_ID-991-STORE_ID-445566-" + UUID.randomUUID().toString().replace("-", "");
    }

    private static String hex(long number) {
        String text = Long.toHexString(number);
        return "0".repeat(16 - text.length()) + text;
    }
}
