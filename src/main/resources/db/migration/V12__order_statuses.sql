-- The statuses that orders told of in their history, where a platform's orders do: what a shop has of its own is offered
-- to choose from, though no order stands there right now.
CREATE TABLE order_statuses (
    merchant_id    uuid NOT NULL,
    integration_id uuid NOT NULL,
    status_id      text NOT NULL,
    name           text NOT NULL,
    PRIMARY KEY (merchant_id, integration_id, status_id),
    FOREIGN KEY (merchant_id, integration_id) REFERENCES integrations
);
