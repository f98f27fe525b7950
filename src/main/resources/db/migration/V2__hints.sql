-- Orders that platforms announced, until they were fetched: one row an order, however often it is announced.
CREATE TABLE hints (
    merchant_id    uuid        NOT NULL,
    integration_id uuid        NOT NULL,
    order_id       text        NOT NULL,
    received_at    timestamptz NOT NULL,
    retry_at       timestamptz NOT NULL,                -- when to ask for it
    attempts       int         NOT NULL DEFAULT 0,      -- how often the platform did not know it
    PRIMARY KEY (merchant_id, integration_id, order_id),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations
);

-- When the earliest hint is to be followed up; null: none waits.
ALTER TABLE polling ADD COLUMN hinted_at timestamptz;
CREATE INDEX polling_hinted ON polling (platform, hinted_at) WHERE hinted_at IS NOT NULL;
