-- What platforms answered about something that many orders share, such as a customer of an ERP, kept for a while so that it is
-- not asked for with every order. Personal data at times: it goes once its time is over, with the integration, and when the
-- integration gets other settings, because another account's customer 17 is somebody else.
CREATE TABLE platform_records (
    merchant_id    uuid        NOT NULL,
    integration_id uuid        NOT NULL,
    name           text        NOT NULL,                -- what it is, in the words of the platform's routes
    key            text        NOT NULL,                -- which one
    answer         text        NOT NULL,                -- JSON; as text, because jsonb takes no NUL
    read_at        timestamptz NOT NULL,
    good_until     timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, integration_id, name, key),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations
);
CREATE INDEX platform_records_over ON platform_records (good_until);
