-- What tells a variant from the others of its product where its title does not: colour, size and the like.
ALTER TABLE rewards ADD COLUMN variant text;
-- No shop names its products so, and no index takes it.
UPDATE rewards SET group_id = NULL WHERE length(group_id) > 100;
-- The variants of one product together; the one that stands for it is the cheapest.
CREATE INDEX rewards_of_group ON rewards (merchant_id, integration_id, group_id, price, id) WHERE group_id IS NOT NULL AND removed_at IS NULL;
-- Feeds are read once more, changed or not, for what was not kept of them so far.
UPDATE catalogs SET etag = NULL, last_modified = NULL;

-- The merchant's day on which members were last told of points about to expire.
ALTER TABLE merchants ADD COLUMN expiry_told_on date;
