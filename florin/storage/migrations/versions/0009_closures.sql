-- Closures of accounts, from the request to the money on a bank account.

ALTER TABLE programme ADD COLUMN closure_cooling_days integer NOT NULL DEFAULT 3
    CONSTRAINT closures_cool_for_days CHECK (closure_cooling_days BETWEEN 0 AND 90);

CREATE TABLE closure (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL REFERENCES programme,
    owner_kind text NOT NULL CHECK (owner_kind IN ('card', 'member')),
    owner_id uuid NOT NULL,
    unit text NOT NULL,
    principal_minor bigint NOT NULL CHECK (principal_minor >= 0),
    bonus_minor bigint NOT NULL CHECK (bonus_minor >= 0),
    added_minor bigint NOT NULL DEFAULT 0 CHECK (added_minor >= 0),
    in_cash boolean NOT NULL,
    account_id uuid,
    details_hash bytea NOT NULL,
    identity_encrypted bytea,
    mail_encrypted bytea,
    status text NOT NULL CHECK (status IN ('requested', 'verified', 'approved', 'cancelled')),
    requested_by uuid NOT NULL,
    requested_person uuid,
    requested_at timestamptz NOT NULL,
    journal_id uuid,
    verify_until timestamptz NOT NULL,
    verified_by text CHECK (verified_by IN ('totp', 'code')),
    verified_at timestamptz,
    cools_until timestamptz,
    decided_by uuid,
    decided_person uuid,
    decided_at timestamptz,
    decided_journal_id uuid,
    reason text,
    shredded_at timestamptz,
    CONSTRAINT closure_by_second_person CHECK (status <> 'approved' OR requested_person <> decided_person),
    CONSTRAINT closure_approved_by_somebody CHECK (
        status <> 'approved' OR decided_person IS NOT NULL OR principal_minor + bonus_minor + added_minor = 0),
    CONSTRAINT money_moves_after_verification CHECK (
        status <> 'approved' OR verified_at IS NOT NULL OR principal_minor + bonus_minor + added_minor = 0),
    CHECK ((verified_at IS NULL) = (verified_by IS NULL) AND (verified_at IS NULL) = (cools_until IS NULL)),
    CHECK ((status IN ('approved', 'cancelled')) = (decided_at IS NOT NULL)),
    CHECK ((principal_minor > 0) = (journal_id IS NOT NULL)),
    CHECK (shredded_at IS NULL OR (status IN ('approved', 'cancelled') AND identity_encrypted IS NULL AND mail_encrypted IS NULL))
);
CREATE UNIQUE INDEX closure_is_one_an_account ON closure (owner_id) WHERE status <> 'cancelled';
CREATE INDEX closure_waiting ON closure (verify_until) WHERE status = 'requested';
CREATE INDEX closure_to_be_shredded ON closure (decided_at) WHERE decided_at IS NOT NULL AND shredded_at IS NULL;
COMMENT ON COLUMN closure.details_hash IS
    'A keyed digest of all that the holder confirms: name, end of the bank account''s number, amounts.';
COMMENT ON COLUMN closure.requested_person IS 'The human being who asked for it in the holder''s place; null: the holder.';
COMMENT ON COLUMN closure.mail_encrypted IS 'Where the code for a card''s closure goes; a member''s is on record.';

CREATE TABLE closure_code (
    closure_id uuid PRIMARY KEY REFERENCES closure,
    digest bytea NOT NULL,
    codes smallint NOT NULL CHECK (codes BETWEEN 1 AND 10),
    tries smallint NOT NULL CHECK (tries BETWEEN 0 AND 5),
    sent_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE closure_code IS
    'The code sent last for a closure, as a keyed digest that is bound to the closure and its amount. A try is counted before the code is looked at.';

CREATE TABLE payout_account (
    id uuid PRIMARY KEY,
    closure_id uuid NOT NULL REFERENCES closure,
    last4 text NOT NULL,
    account_encrypted bytea,
    given_by uuid NOT NULL,
    given_person uuid,
    given_at timestamptz NOT NULL
);
CREATE INDEX payout_account_by_closure ON payout_account (closure_id);

CREATE TABLE payout_file (
    id uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programme,
    number integer NOT NULL CHECK (number > 0),
    unit text NOT NULL,
    payouts integer NOT NULL CHECK (payouts > 0),
    total_minor bigint NOT NULL CHECK (total_minor > 0),
    made_by uuid NOT NULL,
    made_person uuid NOT NULL,
    made_at timestamptz NOT NULL,
    pays_on date NOT NULL,
    payer_holder text NOT NULL,
    payer_bank text NOT NULL,
    payer_number text NOT NULL,
    csv_sha256 bytea,
    pain_sha256 bytea,
    finished_at timestamptz,
    CONSTRAINT payout_file_number_is_unique UNIQUE (programme_id, number),
    CHECK ((finished_at IS NULL) = (csv_sha256 IS NULL) AND (finished_at IS NULL) = (pain_sha256 IS NULL))
);
COMMENT ON TABLE payout_file IS
    'A list of payments for the bank. It is written anew from its payouts whenever it is fetched, and must be the same each time: the digests tell.';

CREATE TABLE closure_payout (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    closure_id uuid NOT NULL REFERENCES closure,
    programme_id uuid NOT NULL REFERENCES programme,
    owner_id uuid NOT NULL,
    unit text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    cause text NOT NULL CHECK (cause IN ('closure', 'given_back', 'returned')),
    source_journal_id uuid NOT NULL,
    in_cash boolean NOT NULL,
    account_id uuid REFERENCES payout_account,
    status text NOT NULL CHECK (status IN ('account_needed', 'proposed', 'due', 'sent', 'settled', 'returned')),
    made_at timestamptz NOT NULL,
    account_person uuid,
    accepted_by uuid,
    accepted_person uuid,
    file_id uuid REFERENCES payout_file,
    sent_by uuid,
    sent_at timestamptz,
    paid_journal_id uuid,
    settled_by uuid,
    settled_at timestamptz,
    settled_journal_id uuid,
    bank_reference text,
    returned_by uuid,
    returned_at timestamptz,
    returned_journal_id uuid,
    return_reason text,
    -- An account that was named after the closure's approval was looked at by another person.
    CONSTRAINT account_by_second_person CHECK (account_person <> accepted_person),
    CONSTRAINT account_accepted_by_somebody CHECK (
        account_person IS NULL OR status IN ('account_needed', 'proposed') OR accepted_person IS NOT NULL),
    CONSTRAINT payout_source_is_one UNIQUE (source_journal_id),
    CONSTRAINT nothing_is_sent_nowhere CHECK (
        status IN ('account_needed') OR in_cash OR account_id IS NOT NULL),
    CONSTRAINT cash_is_in_no_file CHECK (NOT in_cash OR file_id IS NULL),
    CONSTRAINT what_is_sent_is_in_a_file CHECK (
        in_cash OR status NOT IN ('sent', 'settled', 'returned') OR file_id IS NOT NULL),
    CHECK ((status IN ('sent', 'settled', 'returned')) = (paid_journal_id IS NOT NULL)),
    CHECK (status <> 'settled' OR settled_journal_id IS NOT NULL),
    CHECK ((status = 'returned') = (returned_journal_id IS NOT NULL))
);
CREATE INDEX closure_payout_by_closure ON closure_payout (closure_id);
CREATE INDEX closure_payout_due ON closure_payout (programme_id) WHERE status = 'due' AND file_id IS NULL;
CREATE INDEX closure_payout_by_file ON closure_payout (file_id) WHERE file_id IS NOT NULL;
CREATE INDEX closure_payout_settled ON closure_payout (settled_journal_id) WHERE settled_journal_id IS NOT NULL;
CREATE INDEX closure_payout_returned ON closure_payout (returned_journal_id) WHERE returned_journal_id IS NOT NULL;

CREATE TABLE lived_day (day date PRIMARY KEY);
COMMENT ON TABLE lived_day IS
    'Days in UTC on which the service has looked for what is to be forgotten. Forgetting cannot be undone, so it waits until the clock has gone on for a week.';
GRANT SELECT, INSERT ON lived_day TO florin_app;

GRANT SELECT, INSERT, UPDATE ON closure, closure_code, payout_account, payout_file, closure_payout TO florin_app;
-- What a closed account's holder has told us is forgotten when the law no longer wants it kept.
GRANT DELETE ON closure_code, session, card_holder TO florin_app;
GRANT UPDATE (notes_encrypted) ON contact TO florin_app;
