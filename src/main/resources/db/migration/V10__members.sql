-- A merchant's branches, where the merchant tells its sales apart by them: an integration may belong to one.
CREATE TABLE branches (
    merchant_id    uuid        NOT NULL REFERENCES merchants,
    id             uuid        NOT NULL,
    name           text        NOT NULL,
    code           text,                                -- the merchant's own
    points_rule_id uuid,                                -- for integrations of the branch that have no rule of their own
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, points_rule_id) REFERENCES points_rules
);
CREATE UNIQUE INDEX branches_code ON branches (merchant_id, code) WHERE code IS NOT NULL;
ALTER TABLE integrations ADD FOREIGN KEY (merchant_id, branch_id) REFERENCES branches;

-- Two participants that turned out to be one person: the one that was given up stays, empty, because its entries do, and
-- keeps what it was known by where the other is known by something else. It never points at one that was given up itself.
ALTER TABLE participants ADD COLUMN merged_into uuid;
ALTER TABLE participants ADD FOREIGN KEY (merchant_id, merged_into) REFERENCES participants;
CREATE INDEX participants_merged ON participants (merchant_id, merged_into) WHERE merged_into IS NOT NULL;

-- One of the two entries that moved a balance from one participant to the other. They say nothing about the age of points.
ALTER TABLE entries ADD COLUMN transfer boolean NOT NULL DEFAULT false;
ALTER TABLE entries ADD CHECK (transfer <= (kind = 'adjust'));

-- Somebody who asked to be forgotten: the row stays because the entries do, with nothing personal in it.
ALTER TABLE participants ADD COLUMN erased_at timestamptz;

-- Whose buyer asked to be forgotten. The platform goes on naming the buyer whenever the order changes.
ALTER TABLE sales ADD COLUMN customer_erased boolean NOT NULL DEFAULT false;
CREATE FUNCTION sales_keep_no_erased_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sale := NEW.sale || '{"customer": {"id": null, "name": null, "document": null, "email": null, "phone": null, "birthDate": null}}';
    RETURN NEW;
END $$;
CREATE TRIGGER sales_customer_erased BEFORE UPDATE ON sales FOR EACH ROW WHEN (NEW.customer_erased)
    EXECUTE FUNCTION sales_keep_no_erased_customer();

-- Whom an imported customer became.
ALTER TABLE imported_customers ADD COLUMN participant_id uuid;
CREATE INDEX imported_customers_of_participant ON imported_customers (merchant_id, participant_id);

-- For how many days points can be used, null: for ever; how many days before the end members are told; the merchant's day
-- that was seen to last.
ALTER TABLE merchants ADD COLUMN points_validity_days int CHECK (points_validity_days > 0);
ALTER TABLE merchants ADD COLUMN expiry_notice_days int NOT NULL DEFAULT 30 CHECK (expiry_notice_days >= 0);
ALTER TABLE merchants ADD COLUMN points_expired_on date;

-- What was taken back, expired or given back of an entry.
CREATE INDEX entries_correcting ON entries (merchant_id, corrects) WHERE corrects IS NOT NULL;

-- How members log in. Where the CPF is the first password there is no row, only the mark on the participant.
CREATE TABLE member_passwords (
    merchant_id    uuid        NOT NULL,
    participant_id uuid        NOT NULL,
    hash           text        NOT NULL,
    must_change    boolean     NOT NULL,                -- chosen by somebody else
    set_at         timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, participant_id),
    FOREIGN KEY (merchant_id, participant_id) REFERENCES participants
);
ALTER TABLE participants ADD COLUMN cpf_is_password boolean NOT NULL DEFAULT false;

-- Attempts to log in since the last that succeeded, by a code over the document or the address.
CREATE TABLE login_attempts (
    merchant_id uuid        NOT NULL,
    who         text        NOT NULL,
    failures    int         NOT NULL,
    last_at     timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, who)
);
