-- Statements of others: what banks and payment providers say, file by file and line by line.

CREATE TABLE counterparty (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('bank', 'provider')),
    code text NOT NULL CONSTRAINT counterparty_code_is_unique UNIQUE,
    name text NOT NULL,
    programme_id uuid NOT NULL REFERENCES programme,
    owner_id uuid NOT NULL,
    account_number text,
    currency text NOT NULL,
    formats text[] NOT NULL,
    columns jsonb,
    lag_days smallint NOT NULL CHECK (lag_days BETWEEN 0 AND 30),
    date_window_days smallint NOT NULL CHECK (date_window_days BETWEEN 0 AND 30),
    amount_tolerance_minor bigint NOT NULL CHECK (amount_tolerance_minor >= 0),
    fee_tolerance_minor bigint NOT NULL CHECK (fee_tolerance_minor >= 0),
    write_off_limit_minor bigint NOT NULL CHECK (write_off_limit_minor >= 0),
    is_numbered boolean NOT NULL,
    fetched_from date,
    created_at timestamptz NOT NULL,
    CONSTRAINT formats_are_known CHECK (
        cardinality(formats) > 0 AND formats <@ ARRAY['camt_053', 'mt_940', 'mapped_csv', 'wechat_trade', 'wechat_fund_flow',
            'alipay_trade', 'stripe_payouts']),
    CONSTRAINT a_bank_has_an_account CHECK (kind <> 'bank' OR (account_number IS NOT NULL AND owner_id = programme_id)),
    CONSTRAINT only_providers_are_asked CHECK (fetched_from IS NULL OR kind = 'provider'),
    CONSTRAINT a_csv_has_its_columns CHECK ((columns IS NOT NULL) = ('mapped_csv' = ANY(formats)))
);
CREATE UNIQUE INDEX account_is_one_counterparty ON counterparty (account_number, currency) WHERE kind = 'bank';
CREATE UNIQUE INDEX provider_is_one_counterparty ON counterparty (owner_id) WHERE kind = 'provider';
COMMENT ON TABLE counterparty IS 'Whose statements we compare our book with: a bank account of ours, or a payment provider.';
COMMENT ON COLUMN counterparty.code IS 'What we call it; of a provider the name that the settings give it and payments carry.';
COMMENT ON COLUMN counterparty.programme_id IS 'Whose bank account it is; of a provider: who bears its fees and differences.';
COMMENT ON COLUMN counterparty.owner_id IS
    'The owner of our account for it: of 1010 the programme, of 1020 the provider, as payments have it.';
COMMENT ON COLUMN counterparty.account_number IS 'The number of our account there, which its statements must name.';
COMMENT ON COLUMN counterparty.columns IS 'Where a CSV file has what: the saved mapping.';
COMMENT ON COLUMN counterparty.lag_days IS 'Business days by which it is usually later than we are.';
COMMENT ON COLUMN counterparty.is_numbered IS 'Its statements count up by one: a number that is left out is a gap.';
COMMENT ON COLUMN counterparty.fetched_from IS 'The first day whose files we fetch from it ourselves; null: we are sent them.';

CREATE TABLE statement_file (
    id uuid PRIMARY KEY,
    counterparty_id uuid NOT NULL REFERENCES counterparty,
    format text NOT NULL,
    name text NOT NULL,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    day date,
    state text NOT NULL CHECK (state IN ('received', 'taken_in', 'quarantined')),
    given_by uuid,
    given_person uuid,
    given_at timestamptz NOT NULL,
    read_at timestamptz,
    booked_at timestamptz,
    problem text,
    problem_line bigint,
    problem_detail text,
    statements integer NOT NULL DEFAULT 0 CHECK (statements >= 0),
    lines bigint NOT NULL DEFAULT 0 CHECK (lines >= 0),
    CONSTRAINT a_quarantined_file_has_its_reason CHECK (
        (state = 'quarantined') = (problem IS NOT NULL) AND (problem IS NULL) = (problem_detail IS NULL)),
    CONSTRAINT only_what_is_taken_in_has_lines CHECK (state = 'taken_in' OR (lines = 0 AND statements = 0)),
    CHECK ((state = 'received') = (read_at IS NULL))
);
-- A day without business gives the same bytes as any other: only then do counterparty and day tell files apart.
CREATE UNIQUE INDEX a_file_is_taken_in_once ON statement_file (sha256) WHERE lines > 0;
CREATE UNIQUE INDEX a_file_of_nothing_is_taken_in_once
    ON statement_file (sha256, counterparty_id, day) NULLS NOT DISTINCT WHERE lines = 0;
CREATE INDEX statement_file_by_counterparty ON statement_file (counterparty_id, id);
CREATE INDEX statement_file_to_be_read ON statement_file (id) WHERE state = 'received';
CREATE INDEX statement_file_to_be_booked ON statement_file (id) WHERE state = 'taken_in' AND booked_at IS NULL;
COMMENT ON TABLE statement_file IS 'A file of a bank or provider: taken in whole, once, or kept apart whole with its reason.';
COMMENT ON COLUMN statement_file.day IS 'The day that it was asked for or is said to be of; null: its statements tell.';
COMMENT ON COLUMN statement_file.booked_at IS 'Of a bank''s file: when each of its lines had done what it is for.';
COMMENT ON COLUMN statement_file.given_by IS 'The login that has uploaded it; null: we have fetched it ourselves.';

CREATE TABLE statement_file_part (
    file_id uuid NOT NULL REFERENCES statement_file,
    position integer NOT NULL CHECK (position >= 0),
    content_encrypted bytea NOT NULL,
    PRIMARY KEY (file_id, position)
);
COMMENT ON TABLE statement_file_part IS 'The bytes of a file as they came, piece by piece, packed and sealed. Append-only.';

CREATE TABLE statement (
    id uuid PRIMARY KEY,
    file_id uuid NOT NULL REFERENCES statement_file,
    position integer NOT NULL CHECK (position > 0),
    counterparty_id uuid NOT NULL REFERENCES counterparty,
    basis text NOT NULL CHECK (basis IN ('trade', 'funds')),
    reference text,
    sequence bigint CHECK (sequence >= 0),
    page bigint CHECK (page >= 0),
    is_last_page boolean NOT NULL,
    currency text NOT NULL,
    from_on date NOT NULL,
    to_on date NOT NULL,
    opening_minor bigint,
    closing_minor bigint,
    lines bigint NOT NULL CHECK (lines >= 0),
    in_minor bigint NOT NULL CHECK (in_minor >= 0),
    out_minor bigint NOT NULL CHECK (out_minor >= 0),
    taken_in_at timestamptz NOT NULL,
    CONSTRAINT statement_has_its_place UNIQUE (file_id, position),
    CONSTRAINT statement_of_lines UNIQUE (id, file_id, counterparty_id),
    CHECK (from_on <= to_on),
    CHECK ((opening_minor IS NULL) = (closing_minor IS NULL)),
    CONSTRAINT balances_foot CHECK (opening_minor + in_minor - out_minor = closing_minor)
);
CREATE INDEX statement_by_day ON statement (counterparty_id, basis, to_on, sequence, page, id);
COMMENT ON TABLE statement IS 'One part of a file: an account and a period, with its balances where the format has them.';
COMMENT ON COLUMN statement.basis IS
    'trade: what was paid and paid back through a provider; funds: what moved on the account, its fees and payouts included.';
COMMENT ON COLUMN statement.opening_minor IS 'Below zero when the account was overdrawn.';

CREATE TABLE statement_line (
    id uuid PRIMARY KEY,
    file_id uuid NOT NULL,
    statement_id uuid NOT NULL,
    counterparty_id uuid NOT NULL,
    position bigint NOT NULL CHECK (position > 0),
    line_number bigint NOT NULL CHECK (line_number > 0),
    basis text NOT NULL CHECK (basis IN ('trade', 'funds')),
    kind text NOT NULL CHECK (kind IN ('credit', 'debit', 'fee', 'refund', 'payout', 'reversal', 'other')),
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    fee_minor bigint NOT NULL,
    net_minor bigint NOT NULL
        GENERATED ALWAYS AS (CASE direction WHEN 'in' THEN amount_minor ELSE -amount_minor END - fee_minor) STORED,
    currency text NOT NULL,
    booked_on date NOT NULL,
    value_on date,
    event_at timestamptz,
    key text CHECK (key <> ''),
    origin_key text CHECK (origin_key <> ''),
    other_key text CHECK (other_key <> ''),
    payout_key text CHECK (payout_key <> ''),
    mentions text[] NOT NULL,
    details_encrypted bytea,
    status text NOT NULL CHECK (status IN ('done', 'pending', 'failed')),
    their_type text NOT NULL,
    CONSTRAINT line_has_its_place UNIQUE (file_id, position),
    CONSTRAINT line_is_of_a_statement
        FOREIGN KEY (statement_id, file_id, counterparty_id) REFERENCES statement (id, file_id, counterparty_id)
        -- What a statement comes to is known after its last line, and then it is written.
        DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX statement_line_by_key ON statement_line (counterparty_id, key) WHERE key IS NOT NULL;
CREATE INDEX statement_line_by_other_key ON statement_line (counterparty_id, other_key) WHERE other_key IS NOT NULL;
CREATE INDEX statement_line_by_payout ON statement_line (payout_key) WHERE payout_key IS NOT NULL;
CREATE INDEX statement_line_by_amount ON statement_line (counterparty_id, currency, amount_minor, booked_on);
CREATE INDEX statement_line_by_statement ON statement_line (statement_id, position);
CREATE INDEX statement_line_by_mention ON statement_line USING gin (mentions) WHERE mentions <> '{}';
COMMENT ON TABLE statement_line IS 'One entry of a statement of somebody else, as seen from us. Append-only.';
COMMENT ON COLUMN statement_line.position IS 'Which entry of its file it is; line_number is where in the file it stands.';
COMMENT ON COLUMN statement_line.fee_minor IS 'What the other side keeps of this very line; below zero: what it gives back of a fee.';
COMMENT ON COLUMN statement_line.net_minor IS 'What the line adds to what the other side owes us, or takes from it.';
COMMENT ON COLUMN statement_line.key IS
    'The reference that is ours: of a payment, a refund, an order, or the end-to-end id of a transfer.';
COMMENT ON COLUMN statement_line.origin_key IS 'Of a refund or fee: our reference of the payment that it belongs to.';
COMMENT ON COLUMN statement_line.other_key IS 'The reference that is theirs.';
COMMENT ON COLUMN statement_line.payout_key IS 'The payout or batch that paid the line out, as the other side numbers it.';
COMMENT ON COLUMN statement_line.mentions IS
    'References found in what the payer has written: words with digits, no account numbers. What was written is sealed.';
COMMENT ON COLUMN statement_line.their_type IS 'What the other side calls such an entry.';

CREATE TABLE statement_gap (
    id uuid PRIMARY KEY,
    counterparty_id uuid NOT NULL REFERENCES counterparty,
    kind text NOT NULL CHECK (kind IN ('sequence', 'balance')),
    after_id uuid NOT NULL REFERENCES statement,
    before_id uuid NOT NULL REFERENCES statement,
    expected bigint NOT NULL,
    found bigint NOT NULL,
    found_at timestamptz NOT NULL,
    filled_at timestamptz,
    CONSTRAINT a_gap_is_found_once UNIQUE (after_id, before_id, kind),
    CHECK (expected <> found)
);
CREATE INDEX statement_gap_open ON statement_gap (counterparty_id) WHERE filled_at IS NULL;
COMMENT ON TABLE statement_gap IS
    'Two statements that ought to follow each other and do not: by number, or by balance in minor units.';
COMMENT ON COLUMN statement_gap.filled_at IS 'When what was missing had come; null: it still is.';

CREATE TABLE statement_fetch (
    counterparty_id uuid NOT NULL REFERENCES counterparty,
    format text NOT NULL,
    day date NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'fetched', 'none')),
    tries integer NOT NULL CHECK (tries >= 0),
    next_try_at timestamptz,
    file_id uuid REFERENCES statement_file,
    refusal text,
    PRIMARY KEY (counterparty_id, format, day),
    CHECK ((state = 'waiting') = (next_try_at IS NOT NULL)),
    CHECK ((state = 'fetched') = (file_id IS NOT NULL))
);
CREATE INDEX statement_fetch_due ON statement_fetch (next_try_at) WHERE state = 'waiting';
COMMENT ON TABLE statement_fetch IS 'The files of each day that we ask a provider for, and whether it had one.';

GRANT SELECT, INSERT, UPDATE ON counterparty, statement_file, statement_gap, statement_fetch TO florin_app;
GRANT SELECT, INSERT ON statement_file_part, statement, statement_line TO florin_app;

-- What lines of banks have done: receipts and payouts, and what nobody can be found for.

CREATE TABLE suspense_item (
    id uuid PRIMARY KEY,
    line_id uuid NOT NULL CONSTRAINT a_line_is_in_suspense_once UNIQUE REFERENCES statement_line,
    counterparty_id uuid NOT NULL REFERENCES counterparty,
    programme_id uuid NOT NULL REFERENCES programme,
    unit text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    reason text NOT NULL,
    bank_reference text NOT NULL,
    booked_on date NOT NULL,
    journal_id uuid NOT NULL UNIQUE,
    opened_at timestamptz NOT NULL,
    CONSTRAINT suspense_reference_is_unique UNIQUE (programme_id, bank_reference)
);
COMMENT ON TABLE suspense_item IS
    'Money on a bank account of ours that nobody could be found for: account 2070, by counterparty. Append-only.';

CREATE TABLE suspense_resolution (
    id uuid PRIMARY KEY,
    item_id uuid NOT NULL REFERENCES suspense_item,
    programme_id uuid NOT NULL REFERENCES programme,
    unit text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    kind text NOT NULL CHECK (kind IN ('assign', 'payout', 'send_back')),
    reason text NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'rejected', 'approved', 'undone')),
    proposed_by uuid NOT NULL,
    proposed_person uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    customer_id uuid REFERENCES customer,
    payment_reference text,
    parties_encrypted bytea,
    account_encrypted bytea,
    last4 text,
    payout_journal_id uuid,
    decided_by uuid,
    decided_person uuid,
    decided_at timestamptz,
    approved_hash bytea,
    receipt_id uuid UNIQUE REFERENCES receipt,
    journal_id uuid UNIQUE,
    CONSTRAINT suspense_by_second_person CHECK (
        status IN ('proposed', 'rejected')
        OR (decided_person IS NOT NULL AND decided_person <> proposed_person AND approved_hash IS NOT NULL)
        OR (kind = 'payout' AND decided_person IS NULL AND proposed_person = '00000000-0000-0000-0000-000000000000')),
    CONSTRAINT a_payout_is_what_the_book_has CHECK ((kind = 'payout') = (payout_journal_id IS NOT NULL)),
    CONSTRAINT an_assignment_has_a_customer CHECK (
        (kind = 'assign') = (customer_id IS NOT NULL) AND (kind = 'assign') = (parties_encrypted IS NOT NULL)),
    CONSTRAINT what_goes_back_has_an_account CHECK ((kind = 'send_back') = (account_encrypted IS NOT NULL)),
    CHECK ((status = 'proposed') = (decided_at IS NULL)),
    CHECK ((status = 'approved' AND kind IN ('assign', 'payout')) = (journal_id IS NOT NULL)),
    CHECK ((journal_id IS NOT NULL AND kind = 'assign') = (receipt_id IS NOT NULL))
);
-- So no money of an item leaves suspense twice.
CREATE UNIQUE INDEX suspense_is_resolved_once ON suspense_resolution (item_id) WHERE status IN ('proposed', 'approved');
CREATE UNIQUE INDEX a_payout_is_identified_once ON suspense_resolution (payout_journal_id)
    WHERE status IN ('proposed', 'approved');
COMMENT ON TABLE suspense_resolution IS
    'What two people say becomes of an item, or a rule finds: whose money it is, which payout, or back to its sender.';

CREATE TABLE suspense_payout (
    id uuid PRIMARY KEY,
    item_id uuid NOT NULL REFERENCES suspense_item,
    resolution_id uuid NOT NULL UNIQUE REFERENCES suspense_resolution,
    counterparty_id uuid NOT NULL REFERENCES counterparty,
    programme_id uuid NOT NULL REFERENCES programme,
    unit text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    status text NOT NULL CHECK (status IN ('due', 'sent', 'settled', 'returned')),
    made_at timestamptz NOT NULL,
    account_id uuid REFERENCES suspense_resolution,
    file_id uuid REFERENCES payout_file,
    sent_by uuid,
    sent_at timestamptz,
    paid_journal_id uuid UNIQUE,
    settled_by uuid,
    settled_at timestamptz,
    settled_journal_id uuid UNIQUE,
    bank_reference text,
    returned_by uuid,
    returned_at timestamptz,
    returned_journal_id uuid UNIQUE,
    return_reason text,
    CONSTRAINT suspense_payout_goes_where_it_was_approved CHECK (account_id = resolution_id),
    CONSTRAINT suspense_payout_in_a_file_has_an_account CHECK ((file_id IS NULL) = (account_id IS NULL)),
    CONSTRAINT suspense_payout_sent_is_in_a_file CHECK (status = 'due' OR file_id IS NOT NULL),
    CHECK ((status <> 'due') = (paid_journal_id IS NOT NULL)),
    CHECK (status <> 'settled' OR settled_journal_id IS NOT NULL),
    CHECK ((status = 'returned') = (returned_journal_id IS NOT NULL))
);
CREATE UNIQUE INDEX suspense_payout_is_one_an_item ON suspense_payout (item_id) WHERE status <> 'returned';
CREATE INDEX suspense_payout_due ON suspense_payout (programme_id) WHERE status = 'due' AND file_id IS NULL;
CREATE INDEX suspense_payout_by_file ON suspense_payout (file_id) WHERE file_id IS NOT NULL;

CREATE TABLE booked_line (
    line_id uuid PRIMARY KEY REFERENCES statement_line,
    outcome text NOT NULL
        CHECK (outcome IN ('received', 'settled', 'returned', 'recorded_before', 'in_suspense', 'left')),
    reason text,
    journal_id uuid CONSTRAINT a_journal_is_of_one_line UNIQUE,
    booked_at timestamptz NOT NULL,
    CONSTRAINT only_what_was_left_has_no_journal CHECK (
        (outcome = 'left') = (journal_id IS NULL) AND (outcome = 'left') = (reason IS NOT NULL))
);
COMMENT ON TABLE booked_line IS 'What a bank''s line has done, once: by the journal that it stands for. Append-only.';

GRANT SELECT, INSERT ON suspense_item, booked_line TO florin_app;
-- Who decides about an item locks its row, and a lock wants the right to change something of it.
GRANT UPDATE (opened_at) ON suspense_item TO florin_app;
GRANT SELECT, INSERT, UPDATE ON suspense_resolution, suspense_payout TO florin_app;
