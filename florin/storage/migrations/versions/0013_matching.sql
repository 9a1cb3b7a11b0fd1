-- What matches between our book and others' statements, and what does not.

CREATE TABLE fee_terms (
    counterparty_id uuid NOT NULL REFERENCES counterparty,
    effective_on date NOT NULL,
    basis_points integer NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
    flat_minor bigint NOT NULL CHECK (flat_minor >= 0),
    PRIMARY KEY (counterparty_id, effective_on)
);
COMMENT ON TABLE fee_terms IS 'What a provider may keep of a payment, from a day on: a share, rounded half up, and a flat sum.';

CREATE TABLE fee_terms_proposal (
    id uuid PRIMARY KEY,
    counterparty_id uuid NOT NULL REFERENCES counterparty,
    effective_on date NOT NULL,
    basis_points integer NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
    flat_minor bigint NOT NULL CHECK (flat_minor >= 0),
    status text NOT NULL CHECK (status IN ('proposed', 'in_force', 'refused', 'replaced')),
    proposed_by uuid NOT NULL,
    proposed_person uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by uuid,
    decided_person uuid,
    decided_at timestamptz,
    CONSTRAINT fee_terms_by_second_person CHECK (decided_person <> proposed_person),
    CHECK ((status = 'proposed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_person IS NULL))
);
CREATE UNIQUE INDEX fee_terms_proposal_is_one ON fee_terms_proposal (counterparty_id) WHERE status = 'proposed';
COMMENT ON TABLE fee_terms_proposal IS 'What one person proposes that a provider may keep, and what another has decided.';

CREATE TABLE match_run (
    id uuid PRIMARY KEY,
    rule_version smallint NOT NULL,
    today date NOT NULL,
    began_at timestamptz NOT NULL,
    finished_at timestamptz,
    items bigint NOT NULL DEFAULT 0 CHECK (items >= 0),
    matched jsonb NOT NULL DEFAULT '{}',
    opened jsonb NOT NULL DEFAULT '{}',
    closed bigint NOT NULL DEFAULT 0 CHECK (closed >= 0),
    files_taken_in bigint NOT NULL,
    files_quarantined bigint NOT NULL
);
COMMENT ON COLUMN match_run.today IS 'The date as of which something was late.';
COMMENT ON COLUMN match_run.items IS 'Entries of the book that it has taken up.';
COMMENT ON COLUMN match_run.matched IS 'How many rows of matches each pass has written; what a provider says twice stands under funds.';
COMMENT ON COLUMN match_run.opened IS 'How many breaks of each kind it has found.';
COMMENT ON COLUMN match_run.files_taken_in IS 'How many files there were when it began: with another number there is something to do.';

-- These two have no foreign keys. A million rows a day are copied out of the very tables that such keys would look into,
-- one by one and for longer than the matching takes; and nobody of the service can delete anything there.
CREATE TABLE book_item (
    journal_id uuid NOT NULL,
    position smallint NOT NULL,
    account_code smallint NOT NULL CHECK (account_code IN (1010, 1020)),
    owner_id uuid NOT NULL,
    programme_id uuid NOT NULL,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    business_date date NOT NULL,
    key text CHECK (key <> ''),
    other_key text CHECK (other_key <> ''),
    is_adjustment boolean NOT NULL,
    PRIMARY KEY (journal_id, position, account_code)
);
COMMENT ON TABLE book_item IS
    'Transfers that somebody else has on a statement, with the references under which it has them. Append-only.';
COMMENT ON COLUMN book_item.key IS 'Our reference, as the other side was told it.';
COMMENT ON COLUMN book_item.other_key IS 'Their reference, as we have noted it.';
COMMENT ON COLUMN book_item.is_adjustment IS
    'It puts a difference right, or takes back what was booked twice, so nobody else has it on a statement.';

CREATE TABLE provider_total (
    relation text NOT NULL CHECK (relation IN ('fees', 'payouts')),
    line_id uuid NOT NULL REFERENCES statement_line,
    counterparty_id uuid NOT NULL REFERENCES counterparty,
    statement_id uuid NOT NULL REFERENCES statement,
    key text NOT NULL CHECK (key <> ''),
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    booked_on date NOT NULL,
    is_itemised boolean NOT NULL,
    PRIMARY KEY (relation, line_id)
);
CREATE INDEX provider_total_by_key ON provider_total (relation, key);
COMMENT ON TABLE provider_total IS
    'What a provider says that it has kept or paid out, as our book has it: the fees of a statement by direction, a payout.';
COMMENT ON COLUMN provider_total.line_id IS 'The line of a payout; else the first of the lines that it is the total of.';
COMMENT ON COLUMN provider_total.key IS 'The number of a payout; of fees their statement. It is posted once a direction.';
COMMENT ON COLUMN provider_total.is_itemised IS 'A payout that has no line of its own: it is what its lines come to.';

CREATE TABLE matched (
    match_id uuid NOT NULL,
    relation text NOT NULL CHECK (relation IN ('book', 'funds', 'fees', 'payouts')),
    pass text NOT NULL
        CHECK (pass IN ('booked_from', 'adjusted', 'key', 'key_other_amount', 'other_key', 'mention', 'taken_back',
            'amount_and_day', 'settled', 'payout', 'payout_other_amount', 'identified', 'put_back')),
    run_id uuid NOT NULL,
    line_id uuid,
    other_line_id uuid,
    journal_id uuid,
    position smallint,
    account_code smallint,
    difference_minor bigint NOT NULL,
    -- These two are why nothing is ever used twice, whatever a rule says.
    CONSTRAINT a_line_is_matched_once UNIQUE (relation, line_id),
    CONSTRAINT an_item_is_matched_once UNIQUE (journal_id, position, account_code),
    CHECK ((relation = 'funds') = (other_line_id IS NOT NULL)),
    CHECK ((relation <> 'funds' AND pass <> 'taken_back') = (journal_id IS NOT NULL)),
    CHECK ((relation IN ('fees', 'payouts')) = (pass = 'settled')),
    -- What an adjusting posting puts right has no line, or one that has its entry already, as a payout in suspense does;
    -- what was put back never had one.
    CHECK (line_id IS NOT NULL OR pass IN ('adjusted', 'identified', 'put_back')),
    CHECK ((pass IN ('key_other_amount', 'payout_other_amount') OR line_id IS NULL) = (difference_minor <> 0))
);
CREATE UNIQUE INDEX a_line_of_the_funds_is_matched_once ON matched (other_line_id) WHERE other_line_id IS NOT NULL;
CREATE INDEX matched_by_match ON matched (relation, match_id);
CREATE INDEX matched_by_run ON matched (run_id, relation, match_id);
COMMENT ON TABLE matched IS
    'What belongs together, by which pass of which run. Two lines of one match are a payment and its return. Append-only.';
COMMENT ON COLUMN matched.match_id IS 'The id of the match''s first line; where it has none of the break, or of a journal.';
COMMENT ON COLUMN matched.difference_minor IS
    'What the line says more than our book, as seen from us. Over all rows of a match that is settled it sums to nothing.';

-- A run reads what has come since the last one and what no run has matched, never what is matched.
CREATE TABLE match_run_file (
    file_id uuid PRIMARY KEY REFERENCES statement_file,
    run_id uuid NOT NULL REFERENCES match_run
);
COMMENT ON TABLE match_run_file IS 'Which run was the first to look at the lines of a file. Append-only.';

CREATE TABLE unmatched_line (
    relation text NOT NULL CHECK (relation IN ('book', 'funds')),
    line_id uuid NOT NULL REFERENCES statement_line,
    PRIMARY KEY (relation, line_id)
);
CREATE TABLE unmatched_item (
    journal_id uuid NOT NULL,
    position smallint NOT NULL,
    account_code smallint NOT NULL,
    PRIMARY KEY (journal_id, position, account_code),
    FOREIGN KEY (journal_id, position, account_code) REFERENCES book_item (journal_id, position, account_code)
);
COMMENT ON TABLE unmatched_line IS 'Lines that the runs so far have not matched: what the next one looks at besides new files.';
COMMENT ON TABLE unmatched_item IS 'The same of entries of our book.';

CREATE TABLE break (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('missing_internal', 'unidentified_receipt', 'missing_provider', 'missing_bank',
        'amount_diff', 'fee_diff', 'date_cutoff', 'duplicate', 'status_diff', 'file_gap', 'control_total')),
    counterparty_id uuid REFERENCES counterparty,
    programme_id uuid NOT NULL,
    line_id uuid REFERENCES statement_line,
    journal_id uuid,
    position smallint,
    account_code smallint,
    file_id uuid REFERENCES statement_file,
    gap_id uuid REFERENCES statement_gap,
    gap_on date,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    value_on date NOT NULL,
    run_id uuid NOT NULL REFERENCES match_run,
    opened_at timestamptz NOT NULL,
    severity text CHECK (severity IN ('low', 'normal', 'high')),
    owner_id uuid,
    reason text CHECK (reason IN ('charge', 'our_error', 'their_error', 'paid_twice', 'rounding', 'timing',
        'settled_elsewhere', 'unknown', 'within_tolerance')),
    state text NOT NULL CHECK (state IN ('open', 'investigating', 'proposed', 'approved', 'posted', 'closed',
        'auto_closed', 'written_off')),
    ended_at timestamptz,
    ended_by_run uuid REFERENCES match_run,
    CHECK ((state IN ('posted', 'closed', 'auto_closed', 'written_off')) = (ended_at IS NOT NULL)),
    CHECK ((state = 'auto_closed') = (ended_by_run IS NOT NULL)),
    CONSTRAINT a_break_is_about_something
        CHECK (num_nonnulls(line_id, file_id, gap_id, gap_on) = 1 OR (num_nonnulls(line_id, file_id, gap_id, gap_on) = 0
            AND journal_id IS NOT NULL)),
    FOREIGN KEY (journal_id, position, account_code) REFERENCES book_item (journal_id, position, account_code)
);
-- A run that is repeated finds the same differences, and each is one break for good: what has no other side is one break
-- whatever it is taken for meanwhile, or it could be put right twice.
CREATE UNIQUE INDEX break_of_a_line ON break (line_id) WHERE journal_id IS NULL AND line_id IS NOT NULL;
CREATE UNIQUE INDEX break_of_a_pair ON break (line_id, kind) WHERE journal_id IS NOT NULL AND line_id IS NOT NULL;
CREATE UNIQUE INDEX break_of_an_item ON break (journal_id, position, account_code) WHERE line_id IS NULL;
CREATE UNIQUE INDEX break_of_a_file ON break (file_id) WHERE file_id IS NOT NULL;
CREATE UNIQUE INDEX break_of_a_gap ON break (gap_id) WHERE gap_id IS NOT NULL;
CREATE UNIQUE INDEX break_of_a_day_without_file ON break (counterparty_id, gap_on) WHERE gap_on IS NOT NULL;
CREATE INDEX break_by_run ON break (run_id);
CREATE INDEX break_alive ON break (value_on, id) WHERE ended_at IS NULL;
CREATE INDEX break_by_day ON break (value_on, id);
COMMENT ON TABLE break IS 'A difference between our book and somebody else''s, until it is explained.';
COMMENT ON COLUMN break.severity IS 'As it was when somebody first had it in hand, or has said; before, it follows from kind and amount.';
COMMENT ON COLUMN break.owner_id IS 'The login that has taken it.';
COMMENT ON COLUMN break.amount_minor IS 'What the other side says more than we do, as seen from us.';
COMMENT ON COLUMN break.gap_on IS 'A day of which no statement has come, though our book has something on it.';

CREATE TABLE break_proposal (
    id uuid PRIMARY KEY,
    break_id uuid NOT NULL REFERENCES break,
    kind text NOT NULL CHECK (kind IN ('adjust', 'write_off', 'explain', 'tolerate')),
    reason text NOT NULL CHECK (reason IN ('charge', 'our_error', 'their_error', 'paid_twice', 'rounding', 'timing',
        'settled_elsewhere', 'unknown', 'within_tolerance')),
    amount_minor bigint CHECK (amount_minor > 0),
    debit_code smallint,
    debit_owner uuid,
    credit_code smallint,
    credit_owner uuid,
    limit_minor bigint,
    proposed_by uuid,
    proposed_person uuid,
    proposed_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'approved', 'rejected', 'lapsed')),
    decided_by uuid,
    decided_person uuid,
    decided_at timestamptz,
    journal_id uuid,
    CONSTRAINT adjusting_journal_is_of_one_proposal UNIQUE (journal_id),
    CONSTRAINT break_by_second_person CHECK (decided_person <> proposed_person),
    CONSTRAINT only_what_is_tolerated_needs_nobody CHECK (
        (kind = 'tolerate') = (proposed_person IS NULL)
        AND (kind <> 'tolerate' AND state IN ('approved', 'rejected')) = (decided_person IS NOT NULL)),
    CONSTRAINT within_what_the_terms_allow CHECK (
        (kind IN ('write_off', 'tolerate')) = (limit_minor IS NOT NULL) AND amount_minor <= limit_minor),
    CONSTRAINT only_a_write_off_leaves_the_cause_open CHECK (
        (kind = 'write_off' OR reason <> 'unknown') AND (kind = 'tolerate') = (reason = 'within_tolerance')),
    CONSTRAINT what_is_given_up_goes_to_the_differences CHECK (
        kind NOT IN ('write_off', 'tolerate') OR 5030 IN (debit_code, credit_code)),
    CHECK ((kind = 'explain') = (amount_minor IS NULL)),
    CHECK (num_nulls(amount_minor, debit_code, debit_owner, credit_code, credit_owner) IN (0, 5)),
    CHECK ((state = 'waiting') = (decided_at IS NULL)),
    CHECK ((proposed_by IS NULL) = (proposed_person IS NULL) AND (decided_by IS NULL) = (decided_person IS NULL)),
    CHECK ((state = 'approved' AND kind <> 'explain') = (journal_id IS NOT NULL))
);
-- One thing at a time is proposed for a break, and one is agreed on for good.
CREATE UNIQUE INDEX break_proposal_is_one ON break_proposal (break_id) WHERE state IN ('waiting', 'approved');
CREATE INDEX break_proposal_by_break ON break_proposal (break_id, id);
COMMENT ON TABLE break_proposal IS 'How a break is to end: what one person proposes and another decides on.';
COMMENT ON COLUMN break_proposal.limit_minor IS 'What the counterparty''s terms allowed of this kind at that time.';

CREATE TABLE break_change (
    id uuid PRIMARY KEY,
    number bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    break_id uuid NOT NULL REFERENCES break,
    operation text NOT NULL CHECK (operation IN ('take', 'hand_over', 'note', 'propose', 'reject', 'approve', 'post', 'write_off',
        'close', 'arrive')),
    state text NOT NULL,
    login_id uuid,
    person_id uuid,
    run_id uuid REFERENCES match_run,
    proposal_id uuid REFERENCES break_proposal,
    severity text,
    owner_id uuid,
    note_encrypted bytea,
    at timestamptz NOT NULL,
    CHECK ((operation IN ('take', 'hand_over')) = (owner_id IS NOT NULL)),
    CHECK ((login_id IS NULL) = (person_id IS NULL) AND num_nonnulls(login_id, run_id) <= 1),
    CHECK ((operation = 'arrive') = (run_id IS NOT NULL))
);
CREATE INDEX break_change_by_break ON break_change (break_id, number);
COMMENT ON TABLE break_change IS
    'Every change of a break, with the state after it: by whom, or by which run. Append-only; what people write is sealed.';
COMMENT ON COLUMN break_change.owner_id IS 'The login that has it from then on.';
COMMENT ON COLUMN break_change.number IS 'Drawn under the lock of the break, so its changes are in the order of it.';

-- Lines that our book must have. A provider's fees and payouts are told apart from its payments; what a provider that
-- sends both bills says of its payments' funds is compared with its trade bill, which has our references.
CREATE VIEW line_for_the_book AS
SELECT l.id, l.file_id, l.counterparty_id, CASE c.kind WHEN 'bank' THEN 1010 ELSE 1020 END::smallint AS account_code, c.owner_id,
       c.programme_id, c.kind AS counterparty_kind, c.date_window_days, l.kind, l.direction, l.amount_minor, l.fee_minor,
       l.currency, l.booked_on, l.key, l.origin_key, l.other_key, l.mentions, l.status,
       CASE l.direction WHEN 'in' THEN l.amount_minor ELSE -l.amount_minor END AS signed_minor
FROM statement_line l JOIN counterparty c ON c.id = l.counterparty_id
WHERE c.kind = 'bank'
   OR (l.kind NOT IN ('fee', 'payout')
       AND (l.basis = CASE WHEN c.formats && ARRAY['wechat_trade', 'alipay_trade', 'stripe_payouts']
                           THEN 'trade' ELSE 'funds' END
            OR (l.basis = 'funds' AND l.kind IN ('debit', 'reversal', 'other'))));

GRANT SELECT, INSERT, UPDATE ON fee_terms, fee_terms_proposal, match_run, break, break_proposal TO florin_app;
GRANT SELECT, INSERT ON book_item, provider_total, matched, break_change, match_run_file TO florin_app;
GRANT SELECT, INSERT, DELETE ON unmatched_line, unmatched_item TO florin_app;
GRANT SELECT ON line_for_the_book TO florin_app;
