-- Every key begins with merchant_id and no foreign key crosses merchants: the schema can be sharded on that one
-- column, and a query without it in its predicate is a tenant leak that can be hunted for.

CREATE TABLE hub_settings (
    name  text PRIMARY KEY,
    value text NOT NULL
);

CREATE TABLE merchants (
    id         uuid PRIMARY KEY,
    name       text        NOT NULL,
    site_url   text,
    signup_url text,
    timezone   text        NOT NULL DEFAULT '-03:00',
    mail_from  text,
    created_at timestamptz NOT NULL
);

-- A key's text carries its merchant's id, so that even this look-up stays within one merchant.
CREATE TABLE api_keys (
    merchant_id uuid        NOT NULL REFERENCES merchants,
    id          uuid        NOT NULL,
    secret_hash bytea       NOT NULL,
    hint        text        NOT NULL,
    created_at  timestamptz NOT NULL,
    revoked_at  timestamptz,
    PRIMARY KEY (merchant_id, id)
);

CREATE TABLE points_rules (
    merchant_id     uuid           NOT NULL REFERENCES merchants,
    id              uuid           NOT NULL,
    version         int            NOT NULL DEFAULT 1,
    name            text           NOT NULL,
    points_per_real numeric(12, 4) NOT NULL CHECK (points_per_real >= 0),
    base            text           NOT NULL CHECK (base IN ('goods', 'total')),
    minimum_order   numeric(14, 2) NOT NULL DEFAULT 0,
    valid_from      timestamptz,
    valid_to        timestamptz,
    is_default      boolean        NOT NULL DEFAULT false,
    created_at      timestamptz    NOT NULL,
    deleted_at      timestamptz,
    PRIMARY KEY (merchant_id, id)
);
CREATE UNIQUE INDEX points_rules_one_default ON points_rules (merchant_id) WHERE is_default AND deleted_at IS NULL;

CREATE TABLE integrations (
    merchant_id          uuid        NOT NULL REFERENCES merchants,
    id                   uuid        NOT NULL,
    platform             text        NOT NULL,
    name                 text        NOT NULL,
    settings             jsonb       NOT NULL,          -- the settings that are not secret
    secrets              bytea       NOT NULL,          -- the others: AES-GCM over a JSON object, bound to this row's id
    poll_interval        interval    NOT NULL,
    timezone             text        NOT NULL,
    import_from          timestamptz,
    site_url             text,
    signup_url           text,
    catalog_feed_url     text,
    scoring_statuses     text[]      NOT NULL DEFAULT '{}',
    reversal_statuses    text[]      NOT NULL DEFAULT '{}',
    import_customers     boolean     NOT NULL DEFAULT false,
    import_sales         boolean     NOT NULL DEFAULT false,
    sales_cutover        timestamptz,
    register_buyers      boolean     NOT NULL DEFAULT true,
    cpf_as_password      boolean     NOT NULL DEFAULT false,
    branch_id            uuid,
    points_rule_id       uuid,
    coupon_validity_days int         NOT NULL DEFAULT 365,
    reward_skus          text[]      NOT NULL DEFAULT '{}',
    active               boolean     NOT NULL DEFAULT false,
    activated_at         timestamptz,
    checked_at           timestamptz,
    check_ok             boolean,
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    deleted_at           timestamptz,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, points_rule_id) REFERENCES points_rules
);

-- Where an integration stands in its platform's orders, and who works on it. One narrow, hot row each, apart from the
-- configuration above. `fencing` grows with every claim: a page is posted only by the claim that still holds it.
CREATE TABLE polling (
    merchant_id          uuid        NOT NULL,
    integration_id       uuid        NOT NULL,
    platform             text        NOT NULL,
    next_poll_at         timestamptz NOT NULL DEFAULT 'infinity',
    lease_owner          text,
    lease_until          timestamptz,
    fencing              bigint      NOT NULL DEFAULT 0,
    since                timestamptz,                   -- everything changed before this instant was read and posted
    window_started_at    timestamptz,                   -- when the first page of the window being read was asked for
    next_page            text,                          -- where to go on in that window; null: at its beginning
    consecutive_failures int         NOT NULL DEFAULT 0,
    last_success_at      timestamptz,
    last_error           text,
    PRIMARY KEY (merchant_id, integration_id),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations
);
CREATE INDEX polling_due ON polling (platform, next_poll_at);

CREATE TABLE polls (
    merchant_id    uuid        NOT NULL,
    id             bigint      GENERATED ALWAYS AS IDENTITY,
    integration_id uuid        NOT NULL,
    requested_at   timestamptz NOT NULL,
    started_at     timestamptz,
    finished_at    timestamptz,
    node           text,
    outcome        text        NOT NULL,                -- queued, running, ok, more, failed, lost
    read           int         NOT NULL DEFAULT 0,
    awarded        int         NOT NULL DEFAULT 0,
    reversed       int         NOT NULL DEFAULT 0,
    duplicate      int         NOT NULL DEFAULT 0,
    ignored        int         NOT NULL DEFAULT 0,
    held           int         NOT NULL DEFAULT 0,
    unregistered   int         NOT NULL DEFAULT 0,
    dead_lettered  int         NOT NULL DEFAULT 0,
    error          text,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations
);
CREATE INDEX polls_of_integration ON polls (merchant_id, integration_id, id DESC);
CREATE INDEX polls_open ON polls (merchant_id, integration_id) WHERE finished_at IS NULL;

-- Calls made to a platform on an integration's behalf. One row per integration; `next_free_at` spaces the calls (GCRA),
-- `used` counts them for `day`.
CREATE TABLE call_budgets (
    merchant_id    uuid        NOT NULL,
    integration_id uuid        NOT NULL,
    day            date        NOT NULL,
    used           int         NOT NULL DEFAULT 0,
    next_free_at   timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, integration_id)
) WITH (fillfactor = 50);

CREATE TABLE tokens (
    merchant_id       uuid        NOT NULL,
    integration_id    uuid        NOT NULL,
    generation        bigint      NOT NULL DEFAULT 0,   -- grows with every pair that is stored
    pair              bytea,                            -- AES-GCM over {"accessToken": …, "refreshToken": …}
    access_expires_at timestamptz,
    refresh_expires_at timestamptz,
    refresher         text,                             -- who is getting a new pair right now
    refresher_until   timestamptz,
    PRIMARY KEY (merchant_id, integration_id),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations
);

CREATE TABLE participants (
    merchant_id   uuid        NOT NULL REFERENCES merchants,
    id            uuid        NOT NULL,
    document      text,                                 -- CPF or CNPJ, digits only, verified
    email         text,                                 -- lower case
    name          text,
    phone         text,
    birth_date    date,
    source        text        NOT NULL,
    registered_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id)
);
CREATE UNIQUE INDEX participants_document ON participants (merchant_id, document) WHERE document IS NOT NULL;
CREATE UNIQUE INDEX participants_email ON participants (merchant_id, email) WHERE document IS NULL AND email IS NOT NULL;
CREATE INDEX participants_any_email ON participants (merchant_id, email);

CREATE TABLE sales (
    merchant_id    uuid        NOT NULL,
    id             bigint      GENERATED ALWAYS AS IDENTITY,
    integration_id uuid        NOT NULL,
    order_id       text        NOT NULL,
    version        text        NOT NULL,                -- fingerprint of status, totals and modification time
    updated_at     timestamptz,                         -- by the platform's clock; orders the versions of one order
    status_id      text,
    sale           jsonb       NOT NULL,                -- the canonical sale
    decision       text        NOT NULL,
    reason         text,
    participant_id uuid,
    points         bigint      NOT NULL DEFAULT 0,      -- what this sale has paid, net; a cache of its entries
    round          int         NOT NULL DEFAULT 0,      -- how many times it has earned
    paid_base      numeric(14, 2),                      -- the amount the points of the current round were paid for
    decided_at     timestamptz,                         -- updated_at of the newest version that earned or reversed
    linked_sale_id bigint,
    first_seen_at  timestamptz NOT NULL,
    posted_at      timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id),
    UNIQUE (merchant_id, integration_id, order_id),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations,
    FOREIGN KEY (merchant_id, participant_id) REFERENCES participants
);
CREATE INDEX sales_of_participant ON sales (merchant_id, participant_id);

-- The ledger. Append-only: what is wrong is corrected by a further entry that points at the one it corrects.
CREATE TABLE entries (
    merchant_id    uuid        NOT NULL,
    id             bigint      GENERATED ALWAYS AS IDENTITY,
    participant_id uuid        NOT NULL,
    kind           text        NOT NULL CHECK (kind IN ('earn', 'reversal', 'redeem', 'refund', 'expire', 'adjust')),
    points         bigint      NOT NULL CHECK (points <> 0),
    integration_id uuid,
    order_id       text,
    round          int,
    sale_id        bigint,
    corrects       bigint,
    rule_id        uuid,
    rule_version   int,
    description    text        NOT NULL,
    created_by     text        NOT NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id),
    -- What makes a payment once, whoever posts it and however often: an order earns and is reversed once a round.
    UNIQUE (merchant_id, integration_id, order_id, kind, round),
    FOREIGN KEY (merchant_id, participant_id) REFERENCES participants,
    FOREIGN KEY (merchant_id, sale_id) REFERENCES sales,
    FOREIGN KEY (merchant_id, corrects) REFERENCES entries,
    CHECK ((kind IN ('earn', 'refund')) <= (points > 0)),
    CHECK ((kind IN ('reversal', 'redeem', 'expire')) <= (points < 0))
);
CREATE INDEX entries_of_participant ON entries (merchant_id, participant_id, id DESC);

CREATE FUNCTION entries_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries are append-only';
END $$;
CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION entries_are_append_only();

-- A cache of sum(entries.points), moved in the same transaction as the entries; verification recomputes it.
CREATE TABLE balances (
    merchant_id    uuid   NOT NULL,
    participant_id uuid   NOT NULL,
    balance        bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (merchant_id, participant_id),
    FOREIGN KEY (merchant_id, participant_id) REFERENCES participants
) WITH (fillfactor = 70);

CREATE TABLE dead_letters (
    merchant_id         uuid        NOT NULL,
    id                  bigint      GENERATED ALWAYS AS IDENTITY,
    integration_id      uuid        NOT NULL,
    order_key           text        NOT NULL,           -- the order's id, or a hash of its row where it has none
    step                text        NOT NULL,
    reason              text        NOT NULL,
    row                 text        NOT NULL,           -- the order as the list gave it: what a replay begins with
    payload             text        NOT NULL,           -- what could not be read or posted, as the platform sent it
    attempts            int         NOT NULL DEFAULT 1,
    created_at          timestamptz NOT NULL,
    last_attempt_at     timestamptz NOT NULL,
    replay_requested_at timestamptz,
    PRIMARY KEY (merchant_id, id),
    UNIQUE (merchant_id, integration_id, order_key),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations
);
CREATE INDEX dead_letters_to_replay ON dead_letters (merchant_id, integration_id) WHERE replay_requested_at IS NOT NULL;

CREATE TABLE audit (
    merchant_id uuid        NOT NULL,
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL,
    actor       text        NOT NULL,
    action      text        NOT NULL,
    subject     text        NOT NULL,
    detail      jsonb       NOT NULL,                   -- secrets stand in it as fingerprints
    PRIMARY KEY (merchant_id, id)
);
