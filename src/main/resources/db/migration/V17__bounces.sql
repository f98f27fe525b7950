-- A mail that comes back is known by its number alone: an address is too short for the merchant's, too.
CREATE UNIQUE INDEX mails_numbers ON mails (id);

COMMENT ON COLUMN mails.secret IS 'AES-GCM over a JSON object (a code, a link); gone once it is sent, or a week later where bounces are read';
