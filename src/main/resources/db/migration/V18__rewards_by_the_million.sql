-- A feed brings a million rewards in one statement, all of one merchant and one integration: whether those exist is asked once a
-- statement. Foreign keys ask for each row, and were more than a third of what writing a feed cost.
ALTER TABLE rewards DROP CONSTRAINT rewards_merchant_id_fkey, DROP CONSTRAINT rewards_merchant_id_integration_id_fkey;

CREATE FUNCTION rewards_belong_to_somebody() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner record;
BEGIN
    FOR owner IN SELECT DISTINCT merchant_id, integration_id FROM added LOOP
        -- Held until the commit, as by a foreign key.
        PERFORM FROM merchants m WHERE m.id = owner.merchant_id FOR KEY SHARE;
        IF FOUND AND owner.integration_id IS NOT NULL THEN
            PERFORM FROM integrations i WHERE i.merchant_id = owner.merchant_id AND i.id = owner.integration_id FOR KEY SHARE;
        END IF;
        IF NOT FOUND THEN
            RAISE foreign_key_violation USING MESSAGE = 'a reward belongs to no merchant or to no integration of its merchant';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER rewards_have_owners AFTER INSERT ON rewards
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rewards_belong_to_somebody();

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
