-- What an order itself says, apart from what it has paid: a copy of it in another source, a buyer who is not registered yet
-- or the merchant's ruling may keep it from being paid, and it is paid by this, without being read again, once they no longer do.
ALTER TABLE sales
    ADD COLUMN effect       text CHECK (effect IN ('earns', 'reverses')), -- of the version that decides; null: none did yet
    ADD COLUMN worth        bigint NOT NULL DEFAULT 0,  -- points it earns
    ADD COLUMN worth_first  bigint NOT NULL DEFAULT 0,  -- the same if it is its buyer's first purchase
    ADD COLUMN worth_base   numeric(14, 2),             -- the amount they are for
    ADD COLUMN rule_id      uuid,
    ADD COLUMN rule_version int,
    ADD COLUMN placed_at    timestamptz,
    ADD COLUMN ruling       text CHECK (ruling IN ('released', 'discarded')); -- the merchant's, on a sale that was held

UPDATE sales
   SET effect = CASE decision WHEN 'awarded' THEN 'earns' WHEN 'reversed' THEN 'reverses' END,
       worth = points, worth_first = points, worth_base = paid_base, placed_at = (sale ->> 'placedAt')::timestamptz;

CREATE INDEX sales_linked ON sales (merchant_id, linked_sale_id) WHERE linked_sale_id IS NOT NULL;

-- By what a sale is known again in another source. Only of merchants who have several: others pay nothing for it.
CREATE TABLE sale_traces (
    merchant_id     uuid           NOT NULL,
    sale_id         bigint         NOT NULL,
    kind            text           NOT NULL,            -- of the source: shop or erp
    order_id        text           NOT NULL,
    number          text           NOT NULL,
    external_number text,
    buyer           text,                               -- a hash of the document
    total           numeric(14, 2) NOT NULL,
    placed_at       timestamptz,
    PRIMARY KEY (merchant_id, sale_id),
    FOREIGN KEY (merchant_id, sale_id) REFERENCES sales
);
CREATE INDEX sale_traces_number ON sale_traces (merchant_id, number) WHERE kind = 'shop';
CREATE INDEX sale_traces_order ON sale_traces (merchant_id, order_id) WHERE kind = 'shop';
CREATE INDEX sale_traces_external ON sale_traces (merchant_id, external_number) WHERE kind = 'erp';
CREATE INDEX sale_traces_buyer ON sale_traces (merchant_id, buyer, total) WHERE buyer IS NOT NULL;

-- Sales that wait for their buyer to become a participant.
CREATE TABLE waiting_sales (
    merchant_id uuid        NOT NULL,
    sale_id     bigint      NOT NULL,
    document    text,
    email       text,
    since       timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, sale_id),
    FOREIGN KEY (merchant_id, sale_id) REFERENCES sales
);
CREATE INDEX waiting_sales_document ON waiting_sales (merchant_id, document);
CREATE INDEX waiting_sales_email ON waiting_sales (merchant_id, email);

-- The cut-over in force: set by sales_cutover once the integration is active as a source of sales.
ALTER TABLE integrations ADD COLUMN sales_from timestamptz;

ALTER TABLE points_rules ADD COLUMN multipliers jsonb NOT NULL DEFAULT '[]';
