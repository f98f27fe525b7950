-- A member's points turned into a coupon on a shop: the points go at once, the coupon follows, or the points come back.
CREATE TABLE redemptions (
    merchant_id     uuid           NOT NULL,
    id              uuid           NOT NULL,
    participant_id  uuid           NOT NULL,
    idempotency_key text           NOT NULL,
    request         text           NOT NULL,             -- what was asked for under that key
    integration_id  uuid           NOT NULL,             -- whose shop takes the coupon
    reward_id       bigint,                              -- null: a coupon of a free value
    title           text           NOT NULL,
    value           numeric(14, 2) NOT NULL CHECK (value > 0),
    points          bigint         NOT NULL CHECK (points > 0),
    state           text           NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'issued', 'failed')),
    code            text           NOT NULL,             -- ours until the pool gives one of its own
    from_pool       boolean        NOT NULL,
    starts_on       date           NOT NULL,
    ends_on         date           NOT NULL,             -- the last day, in the integration's time zone
    expires_at      timestamptz    NOT NULL,
    asked_at        timestamptz,                         -- from here on the shop may have the coupon: look before asking again
    coupon_id       text,                                -- the shop's own; from here on it does
    reason          text,                                -- why it failed, or still waits; for the member
    attempts        int            NOT NULL DEFAULT 0,
    next_attempt_at timestamptz    NOT NULL,
    lease_until     timestamptz,
    fencing         bigint         NOT NULL DEFAULT 0,
    created_at      timestamptz    NOT NULL,
    issued_at       timestamptz,
    used_at         timestamptz,                         -- seen on an order
    returned_at     timestamptz,                         -- expired without being used, and the points given back
    PRIMARY KEY (merchant_id, id),
    UNIQUE (merchant_id, participant_id, idempotency_key),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations,
    FOREIGN KEY (merchant_id, participant_id) REFERENCES participants
);
CREATE INDEX redemptions_due ON redemptions (next_attempt_at) WHERE state = 'pending';
CREATE INDEX redemptions_of_participant ON redemptions (merchant_id, participant_id, created_at DESC);
CREATE UNIQUE INDEX redemptions_by_code ON redemptions (merchant_id, integration_id, code);
CREATE INDEX redemptions_unused ON redemptions (expires_at) WHERE state = 'issued' AND used_at IS NULL AND returned_at IS NULL;

-- Codes that a merchant made in a shop that can make none by itself.
CREATE TABLE coupon_pool (
    merchant_id    uuid           NOT NULL,
    integration_id uuid           NOT NULL,
    id             bigint         GENERATED ALWAYS AS IDENTITY,
    code           text           NOT NULL,
    value          numeric(14, 2) NOT NULL CHECK (value > 0),
    expires_on     date,
    redemption_id  uuid,                                 -- who has it; null: free
    added_at       timestamptz    NOT NULL,
    PRIMARY KEY (merchant_id, id),
    UNIQUE (merchant_id, integration_id, code),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations
);
CREATE INDEX coupon_pool_free ON coupon_pool (merchant_id, integration_id, value, id) WHERE redemption_id IS NULL;

-- A redemption takes its points once and gives them back once.
ALTER TABLE entries ADD COLUMN redemption_id uuid;
CREATE UNIQUE INDEX entries_of_redemption ON entries (merchant_id, redemption_id, kind) WHERE redemption_id IS NOT NULL;

-- null: the shop makes the coupons if it can
ALTER TABLE integrations ADD COLUMN coupon_source text CHECK (coupon_source IN ('platform', 'pool'));
-- Whether points of a coupon that expired without being used come back.
ALTER TABLE merchants ADD COLUMN return_expired_coupons boolean NOT NULL DEFAULT false;
