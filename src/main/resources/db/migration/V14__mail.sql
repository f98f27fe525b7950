-- Mails wait here until an SMTP server has taken them: each is written together with what it tells of, and sent by
-- whichever node is free.
CREATE TABLE mails (
    merchant_id     uuid        NOT NULL REFERENCES merchants,
    id              bigint      GENERATED ALWAYS AS IDENTITY,
    kind            text        NOT NULL,
    participant_id  uuid        NOT NULL,
    address         text        NOT NULL,
    data            jsonb       NOT NULL,                -- what the templates say, but for what is secret
    secret          bytea,                               -- AES-GCM over a JSON object (a code, a link); gone once it is sent
    dedup_key       text        NOT NULL,                -- what makes it one mail, whoever queues it and however often
    state           text        NOT NULL DEFAULT 'queued'
                                CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'bounced', 'suppressed')),
    urgency         smallint    NOT NULL,                -- 0: somebody waits for it
    attempts        int         NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),  -- while it is being sent: when another node may take it over
    node            text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    queued_at       timestamptz NOT NULL DEFAULT now(),  -- again, where it was told to be tried again
    sent_at         timestamptz,
    error           text,
    PRIMARY KEY (merchant_id, id),
    UNIQUE (merchant_id, dedup_key),
    FOREIGN KEY (merchant_id, participant_id) REFERENCES participants
);
CREATE INDEX mails_due ON mails (urgency, next_attempt_at) WHERE state IN ('queued', 'sending');
CREATE INDEX mails_of_participant ON mails (merchant_id, participant_id, id DESC);

-- Who wants no more mail, and which address took none. Who is not here wants what the programme sends.
CREATE TABLE mail_consents (
    merchant_id     uuid        NOT NULL,
    participant_id  uuid        NOT NULL,
    unsubscribed_at timestamptz,
    bounced_address text,
    PRIMARY KEY (merchant_id, participant_id),
    FOREIGN KEY (merchant_id, participant_id) REFERENCES participants
);

-- Up to where a merchant's members were told of what happened: one row a merchant, made when its first integration is active.
CREATE TABLE mail_digests (
    merchant_id      uuid        PRIMARY KEY REFERENCES merchants,
    through          timestamptz NOT NULL,               -- entries created before it were told of
    entry            bigint      NOT NULL DEFAULT 0,     -- and those with a lower id
    welcomed_through timestamptz NOT NULL
);
-- Whoever is there already is told of what comes, not of what was.
INSERT INTO mail_digests (merchant_id, through, welcomed_through) SELECT id, now(), now() FROM merchants;

ALTER TABLE merchants ADD COLUMN mail_points_earned text NOT NULL DEFAULT 'digest' CHECK (mail_points_earned IN ('digest', 'each', 'none'));

-- When the list of customers had been read to its end for the first time since the integration was activated: who is
-- registered by it after that is new.
ALTER TABLE customer_imports ADD COLUMN listed_at timestamptz;
UPDATE customer_imports SET listed_at = now() WHERE since IS NOT NULL;
CREATE INDEX participants_registered ON participants (merchant_id, registered_at);
