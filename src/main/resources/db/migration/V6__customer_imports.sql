-- Where an integration stands in its platform's customers, and who works on it: the customers' counterpart of `polling`,
-- with a claim of its own, so that a long list of customers holds up no order.
CREATE TABLE customer_imports (
    merchant_id          uuid        NOT NULL,
    integration_id       uuid        NOT NULL,
    platform             text        NOT NULL,
    next_import_at       timestamptz NOT NULL DEFAULT '-infinity',
    lease_owner          text,
    lease_until          timestamptz,
    fencing              bigint      NOT NULL DEFAULT 0,
    since                timestamptz,                   -- everybody changed before this instant was read; null: nobody yet
    window_started_at    timestamptz,
    next_page            text,
    imported             bigint      NOT NULL DEFAULT 0, -- customers read and new, or changed, since the beginning
    consecutive_failures int         NOT NULL DEFAULT 0,
    last_success_at      timestamptz,
    last_error           text,
    PRIMARY KEY (merchant_id, integration_id),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations
);
CREATE INDEX customer_imports_due ON customer_imports (platform, next_import_at);
INSERT INTO customer_imports (merchant_id, integration_id, platform) SELECT merchant_id, id, platform FROM integrations;

-- The version in which each customer was imported, so that one who did not change costs no further call. Nothing personal.
CREATE TABLE imported_customers (
    merchant_id    uuid NOT NULL,
    integration_id uuid NOT NULL,
    customer_id    text NOT NULL,
    version        text NOT NULL,                       -- a hash of the platform's row
    PRIMARY KEY (merchant_id, integration_id, customer_id),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations
);
