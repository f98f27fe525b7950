package io.loyaltyhub.fault;

import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.sandbox.TrayAnswer;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** When a hub is killed. Each moment is waited for from the hub's launch on, and has come once {@link #strike} is back. */
enum Moment {

    /** Somewhere between the launch and the first poll. */
    WHILE_STARTING {
        @Override
        void arm(SandboxTray shop, DatabaseTrap database, ForkedHub hub, SplittableRandom random) {
            pause(random.nextInt(4_000));
            hub.kill();
        }
    },

    /** Some time after it began to ask the shop. */
    WHILE_POLLING {
        @Override
        void arm(SandboxTray shop, DatabaseTrap database, ForkedHub hub, SplittableRandom random) {
            int later = random.nextInt(2_500);
            onCall(shop, "/**", 1, () -> new Thread(() -> {
                pause(later);
                hub.kill();
            }).start());
        }
    },

    /** It asked for a page and has no answer. */
    PAGE_ASKED_FOR {
        @Override
        void arm(SandboxTray shop, DatabaseTrap database, ForkedHub hub, SplittableRandom random) {
            onCall(shop, "/orders", 1 + random.nextInt(2), hub::kill);
        }
    },

    /** It has just been given a page. */
    PAGE_GIVEN {
        @Override
        void arm(SandboxTray shop, DatabaseTrap database, ForkedHub hub, SplittableRandom random) {
            afterCall(shop, "/orders", 1 + random.nextInt(2), random.nextInt(30), hub);
        }
    },

    /** The page before is on its way to the database, or there, and this is all it did since. */
    NEXT_PAGE_ASKED_FOR {
        @Override
        void arm(SandboxTray shop, DatabaseTrap database, ForkedHub hub, SplittableRandom random) {
            onCall(shop, "/orders", 2 + random.nextInt(4), hub::kill);
        }
    },

    /** In the middle of a page, one order asked for. */
    ORDER_ASKED_FOR {
        @Override
        void arm(SandboxTray shop, DatabaseTrap database, ForkedHub hub, SplittableRandom random) {
            onCall(shop, "/orders/*/complete", 1 + random.nextInt(BriskRoutes.PAGE_SIZE), hub::kill);
        }
    },

    /** In the middle of a page, one order given; or with the last one given, about to post the page. */
    ORDER_GIVEN {
        @Override
        void arm(SandboxTray shop, DatabaseTrap database, ForkedHub hub, SplittableRandom random) {
            afterCall(shop, "/orders/*/complete", 1 + random.nextInt(BriskRoutes.PAGE_SIZE), random.nextInt(25), hub);
        }
    },

    /** The shop has replaced the pair of tokens, and the hub has not stored the new one, or has this very moment. */
    TOKENS_GIVEN {
        @Override
        void arm(SandboxTray shop, DatabaseTrap database, ForkedHub hub, SplittableRandom random) {
            shop.expireAccessToken();
            afterCall(shop, "/auth", 1, random.nextInt(10), hub);
        }
    },

    /** The page's transaction has its sales and entries, not yet its balances. */
    WHILE_POSTING {
        @Override
        void arm(SandboxTray shop, DatabaseTrap database, ForkedHub hub, SplittableRandom random) {
            database.springWhilePosting(hub);
        }
    },

    /** The page's transaction is being committed, and the hub will never know that it was. */
    WHILE_COMMITTING {
        @Override
        void arm(SandboxTray shop, DatabaseTrap database, ForkedHub hub, SplittableRandom random) {
            database.springWhileCommitting(hub);
        }
    };

    /** @param hub just launched; dead when this is back */
    void strike(SandboxTray shop, DatabaseTrap database, ForkedHub hub, SplittableRandom random) {
        arm(shop, database, hub, random);
        hub.awaitEnd();
        shop.clearFaults();
    }

    abstract void arm(SandboxTray shop, DatabaseTrap database, ForkedHub hub, SplittableRandom random);

    /** Before the call is answered. */
    private static void onCall(SandboxTray shop, String path, int number, Runnable action) {
        AtomicInteger calls = new AtomicInteger();
        shop.onCall(path, () -> {
            if (calls.incrementAndGet() == number) {
                action.run();
            }
        });
    }

    /** The answer is on its way, and so many milliseconds have passed. */
    private static void afterCall(SandboxTray shop, String path, int number, int millis, ForkedHub hub) {
        AtomicInteger calls = new AtomicInteger();
        Fault fault = (call, answering) -> {
            TrayAnswer answer = answering.apply(call);
            return calls.incrementAndGet() != number ? answer
                    : new TrayAnswer(answer.status(), answer.headers(), answer.body(), (exchange, sent) -> {
                        answer.delivery().send(exchange, sent);
                        exchange.getResponseBody().close();
                        pause(millis);
                        hub.kill();
                    });
        };
        shop.fail(path, SandboxTray.ALWAYS, fault);
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
