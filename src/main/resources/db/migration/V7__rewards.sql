-- What members can redeem points for: the products of a shop's feed, and what the merchant adds by hand.
CREATE TABLE rewards (
    merchant_id    uuid           NOT NULL REFERENCES merchants,
    id             bigint         GENERATED ALWAYS AS IDENTITY,
    integration_id uuid,                                 -- whose feed it comes from; null: the merchant's own
    sku            text           NOT NULL,
    title          text           NOT NULL,
    price          numeric(14, 2) NOT NULL,              -- BRL; what the coupon is worth
    points         bigint,                               -- what it costs; null: its price at the programme's rate
    image_url      text,
    link           text,
    group_id       text,                                 -- joins the variants of one product
    available      boolean        NOT NULL,
    fingerprint    text           NOT NULL,
    seen_in        bigint,                               -- the run that saw it last
    removed_at     timestamptz,                          -- no longer in the feed
    updated_at     timestamptz    NOT NULL,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations
);
CREATE UNIQUE INDEX rewards_of_feed ON rewards (merchant_id, integration_id, sku) WHERE integration_id IS NOT NULL;
CREATE UNIQUE INDEX rewards_of_merchant ON rewards (merchant_id, sku) WHERE integration_id IS NULL AND removed_at IS NULL;
CREATE INDEX rewards_shown ON rewards (merchant_id, title, id) WHERE removed_at IS NULL AND available;

-- Points that one real of a reward costs.
ALTER TABLE merchants ADD COLUMN points_per_real_redeemed numeric(12, 4) NOT NULL DEFAULT 20 CHECK (points_per_real_redeemed > 0);

-- Each reading of a feed, and what came of it.
CREATE TABLE catalog_runs (
    merchant_id    uuid        NOT NULL,
    id             bigint      GENERATED ALWAYS AS IDENTITY,
    integration_id uuid        NOT NULL,
    requested_at   timestamptz NOT NULL,
    started_at     timestamptz,
    finished_at    timestamptz,
    outcome        text        NOT NULL,                 -- queued, running, ok, not-modified, kept, failed
    read           int         NOT NULL DEFAULT 0,
    created        int         NOT NULL DEFAULT 0,
    updated        int         NOT NULL DEFAULT 0,
    unchanged      int         NOT NULL DEFAULT 0,
    removed        int         NOT NULL DEFAULT 0,
    rejected       jsonb       NOT NULL DEFAULT '{}',    -- how many items by reason
    unknown_skus   text[]      NOT NULL DEFAULT '{}',    -- wanted as rewards and not in the feed
    warning        text,
    error          text,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations
);
CREATE INDEX catalog_runs_of_integration ON catalog_runs (merchant_id, integration_id, id DESC);

-- When an integration's feed is read next, by whom, and what the shop said to ask with.
CREATE TABLE catalogs (
    merchant_id    uuid        NOT NULL,
    integration_id uuid        NOT NULL,
    next_run_at    timestamptz NOT NULL DEFAULT '-infinity',
    lease_owner    text,
    lease_until    timestamptz,
    fencing        bigint      NOT NULL DEFAULT 0,
    feed_url       text,                                 -- the address that etag and last_modified belong to
    etag           text,
    last_modified  text,
    PRIMARY KEY (merchant_id, integration_id),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations
);
CREATE INDEX catalogs_due ON catalogs (next_run_at);
INSERT INTO catalogs (merchant_id, integration_id) SELECT merchant_id, id FROM integrations;
