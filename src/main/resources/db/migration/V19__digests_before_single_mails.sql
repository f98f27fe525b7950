-- Up to where purchases were told of by the day, or not at all: who tells of each looks back a little, and not behind this.
ALTER TABLE mail_digests ADD COLUMN by_the_day_through timestamptz NOT NULL DEFAULT '-infinity';
UPDATE mail_digests d SET by_the_day_through = d.through FROM merchants m WHERE m.id = d.merchant_id AND m.mail_points_earned <> 'each';
