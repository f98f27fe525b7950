-- A feed brings a million rewards in one statement, all of one merchant and one integration: whether those exist is asked, and they
-- are held, once by whoever writes a feed. Foreign keys ask for each row, and were more than a third of what writing a feed cost; a
-- trigger that sees all rows of a statement costs a quarter.
ALTER TABLE rewards DROP CONSTRAINT rewards_merchant_id_fkey, DROP CONSTRAINT rewards_merchant_id_integration_id_fkey;

CREATE FUNCTION rewards_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE foreign_key_violation USING MESSAGE = 'a reward stays with its merchant and its integration';
END $$;
CREATE TRIGGER rewards_keep_their_owners BEFORE UPDATE OF merchant_id, integration_id ON rewards
    FOR EACH STATEMENT EXECUTE FUNCTION rewards_stay();

CREATE FUNCTION rewards_need_their_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE foreign_key_violation USING MESSAGE = 'there are rewards of this one';
END $$;
CREATE FUNCTION has_rewards(merchant uuid, integration uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM rewards r WHERE r.merchant_id = merchant AND (r.integration_id = integration OR integration IS NULL))
$$;
CREATE TRIGGER merchants_keep_rewards BEFORE DELETE OR UPDATE OF id ON merchants
    FOR EACH ROW WHEN (has_rewards(OLD.id, NULL)) EXECUTE FUNCTION rewards_need_their_owner();
CREATE TRIGGER integrations_keep_rewards BEFORE DELETE OR UPDATE OF merchant_id, id ON integrations
    FOR EACH ROW WHEN (has_rewards(OLD.merchant_id, OLD.id)) EXECUTE FUNCTION rewards_need_their_owner();
