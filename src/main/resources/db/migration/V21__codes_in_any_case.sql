-- Orders name codes in another case than merchants upload them in.
CREATE INDEX redemptions_by_code_in_any_case ON redemptions (merchant_id, integration_id, upper(code)) WHERE state = 'issued' AND used_at IS NULL;
