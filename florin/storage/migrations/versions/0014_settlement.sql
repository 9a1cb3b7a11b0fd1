-- The settlement of merchants: terms, bank accounts and calendars, statements of closed days, payouts.

CREATE TABLE bank_calendar_day (
    programme_id uuid NOT NULL REFERENCES programme,
    day date NOT NULL,
    is_worked boolean NOT NULL,
    PRIMARY KEY (programme_id, day)
);
COMMENT ON TABLE bank_calendar_day IS
    'Where a programme''s banks differ from Monday to Friday: holidays, and weekend days that are worked.';

CREATE TABLE merchant_terms (
    id uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programme,
    merchant_id uuid NOT NULL REFERENCES merchant,
    effective_on date NOT NULL,
    flat_fee_minor bigint NOT NULL CHECK (flat_fee_minor >= 0),
    bands_from_minor bigint[] NOT NULL CHECK (0 <= ALL (bands_from_minor)),
    bands_basis_points integer[] NOT NULL CHECK (0 <= ALL (bands_basis_points) AND 10000 >= ALL (bands_basis_points)),
    fees_on_refund text NOT NULL CHECK (fees_on_refund IN ('kept', 'returned')),
    reserve_basis_points integer NOT NULL CHECK (reserve_basis_points BETWEEN 0 AND 10000),
    reserve_days integer NOT NULL CHECK (reserve_days BETWEEN 0 AND 366),
    minimum_payout_minor bigint NOT NULL CHECK (minimum_payout_minor > 0),
    pays_after integer NOT NULL CHECK (pays_after BETWEEN 0 AND 60),
    sets_off boolean NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'in_force', 'refused', 'replaced')),
    proposed_by uuid NOT NULL,
    proposed_person uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by uuid,
    decided_person uuid,
    decided_at timestamptz,
    CONSTRAINT terms_by_second_person CHECK (decided_person <> proposed_person),
    CHECK (cardinality(bands_from_minor) = cardinality(bands_basis_points) AND bands_from_minor[1] = 0),
    CHECK ((status = 'proposed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_person IS NULL))
);
CREATE UNIQUE INDEX merchant_terms_in_force ON merchant_terms (programme_id, merchant_id, effective_on)
    WHERE status = 'in_force';
CREATE UNIQUE INDEX merchant_terms_proposal_is_one ON merchant_terms (programme_id, merchant_id) WHERE status = 'proposed';

CREATE TABLE merchant_account (
    id uuid PRIMARY KEY,
    merchant_id uuid NOT NULL REFERENCES merchant,
    last4 text NOT NULL,
    account_encrypted bytea NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'in_force', 'refused', 'replaced')),
    proposed_by uuid NOT NULL,
    proposed_person uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by uuid,
    decided_person uuid,
    decided_at timestamptz,
    CONSTRAINT merchant_account_by_second_person CHECK (decided_person <> proposed_person),
    CHECK ((status = 'proposed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_person IS NULL))
);
CREATE UNIQUE INDEX merchant_account_in_force ON merchant_account (merchant_id) WHERE status = 'in_force';
CREATE UNIQUE INDEX merchant_account_proposal_is_one ON merchant_account (merchant_id) WHERE status = 'proposed';

CREATE TABLE merchant_acceptor (
    id uuid PRIMARY KEY,
    merchant_id uuid NOT NULL REFERENCES merchant,
    effective_on date NOT NULL,
    programme_id uuid REFERENCES programme,
    status text NOT NULL CHECK (status IN ('proposed', 'in_force', 'refused', 'replaced')),
    proposed_by uuid NOT NULL,
    proposed_person uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by uuid,
    decided_person uuid,
    decided_at timestamptz,
    CONSTRAINT merchant_acceptor_by_second_person CHECK (decided_person <> proposed_person),
    CHECK ((status = 'proposed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_person IS NULL))
);
COMMENT ON TABLE merchant_acceptor IS
    'Which programme pays a merchant from a business day on, also for the cards of others; null: each for its own.';
CREATE UNIQUE INDEX merchant_acceptor_in_force ON merchant_acceptor (merchant_id, effective_on)
    WHERE status = 'in_force';
CREATE UNIQUE INDEX merchant_acceptor_proposal_is_one ON merchant_acceptor (merchant_id) WHERE status = 'proposed';

CREATE TABLE settlement_progress (
    programme_id uuid PRIMARY KEY REFERENCES programme,
    drafted_until date NOT NULL
);
COMMENT ON COLUMN settlement_progress.drafted_until IS 'The last closed business day that has its merchants'' statements.';

CREATE TABLE netting_statement (
    id uuid PRIMARY KEY,
    first_id uuid NOT NULL REFERENCES programme,
    second_id uuid NOT NULL REFERENCES programme,
    unit text NOT NULL,
    status text NOT NULL CHECK (status IN ('drafted', 'approved')),
    from_day date NOT NULL,
    until_day date NOT NULL,
    statements bigint NOT NULL CHECK (statements >= 0),
    first_owes_minor bigint NOT NULL,
    second_owes_minor bigint NOT NULL,
    offset_minor bigint NOT NULL,
    net_minor bigint NOT NULL CHECK (net_minor >= 0),
    debtor_id uuid REFERENCES programme,
    payee_holder text,
    payee_bank text,
    payee_number text,
    drafted_by uuid NOT NULL,
    drafted_person uuid NOT NULL,
    drafted_at timestamptz NOT NULL,
    approved_by uuid,
    approved_person uuid,
    approved_at timestamptz,
    approved_hash bytea,
    first_journal_id uuid UNIQUE,
    second_journal_id uuid UNIQUE,
    CHECK (first_id < second_id),
    CONSTRAINT netting_adds_up CHECK (
        offset_minor = least(first_owes_minor, second_owes_minor)
        AND net_minor = abs(first_owes_minor - second_owes_minor)),
    CONSTRAINT netting_is_paid_by_who_owes_more CHECK (
        debtor_id IS NOT DISTINCT FROM CASE WHEN first_owes_minor > second_owes_minor THEN first_id
                                            WHEN first_owes_minor < second_owes_minor THEN second_id END),
    CONSTRAINT netting_by_second_person CHECK (
        status = 'drafted' OR (approved_person IS NOT NULL AND drafted_person <> approved_person
                               AND approved_hash IS NOT NULL)),
    CONSTRAINT netting_is_paid_to_somebody CHECK (
        status = 'drafted' OR net_minor = 0 OR (payee_holder IS NOT NULL AND payee_number IS NOT NULL)),
    CHECK ((status = 'approved') = (approved_at IS NOT NULL)),
    CONSTRAINT netting_posts_in_both_books CHECK (
        (first_journal_id IS NOT NULL) = (status = 'approved' AND offset_minor <> 0)
        AND (first_journal_id IS NULL) = (second_journal_id IS NULL))
);
CREATE UNIQUE INDEX netting_draft_is_one_a_pair ON netting_statement (first_id, second_id) WHERE status = 'drafted';

CREATE TABLE merchant_statement (
    id uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programme,
    merchant_id uuid NOT NULL REFERENCES merchant,
    business_date date NOT NULL,
    unit text NOT NULL,
    status text NOT NULL CHECK (status IN ('drafted', 'approved')),
    purchases bigint NOT NULL CHECK (purchases >= 0),
    purchases_minor bigint NOT NULL CHECK (purchases_minor >= 0),
    undone bigint NOT NULL CHECK (undone >= 0),
    undone_minor bigint NOT NULL CHECK (undone_minor >= 0),
    refunds bigint NOT NULL CHECK (refunds >= 0),
    refunds_minor bigint NOT NULL CHECK (refunds_minor >= 0),
    taken_over_minor bigint NOT NULL,
    sold bigint NOT NULL CHECK (sold >= 0),
    sold_minor bigint NOT NULL CHECK (sold_minor >= 0),
    taken_back_minor bigint NOT NULL CHECK (taken_back_minor >= 0),
    debt_paid_minor bigint NOT NULL CHECK (debt_paid_minor >= 0),
    receivable_in_minor bigint NOT NULL,
    set_off_minor bigint NOT NULL,
    receivable_out_minor bigint NOT NULL,
    month_turnover_minor bigint NOT NULL,
    turnover_minor bigint NOT NULL,
    fees_minor bigint NOT NULL CHECK (fees_minor >= 0),
    fees_returned_minor bigint NOT NULL CHECK (fees_returned_minor >= 0),
    reserve_kept_minor bigint NOT NULL CHECK (reserve_kept_minor >= 0),
    reserve_until date,
    reserve_released_minor bigint NOT NULL CHECK (reserve_released_minor >= 0),
    reserve_released_by uuid REFERENCES merchant_statement,
    carried_in_minor bigint NOT NULL,
    payout_minor bigint NOT NULL CHECK (payout_minor >= 0),
    acceptor_id uuid REFERENCES programme CHECK (acceptor_id <> programme_id),
    passed_on_minor bigint NOT NULL,
    carried_out_minor bigint NOT NULL,
    pays_on date,
    drafted_by uuid,
    drafted_person uuid,
    drafted_at timestamptz NOT NULL,
    approved_by uuid,
    approved_person uuid,
    approved_at timestamptz,
    approved_hash bytea,
    journal_id uuid,
    taken_over_journal_id uuid UNIQUE,
    -- One column, so a statement is in one netting at most.
    netting_id uuid REFERENCES netting_statement DEFERRABLE INITIALLY DEFERRED
        CHECK (netting_id IS NULL OR taken_over_journal_id IS NOT NULL),
    -- A transfer has one programme, merchant and business day, and a closed day takes no more: so it is in one statement.
    CONSTRAINT transfer_is_in_one_statement UNIQUE (programme_id, merchant_id, business_date),
    CONSTRAINT settlement_journal_is_of_one_statement UNIQUE (journal_id),
    CONSTRAINT statement_adds_up CHECK (
        carried_in_minor + purchases_minor - undone_minor - refunds_minor + taken_over_minor - fees_minor
        + fees_returned_minor - reserve_kept_minor + reserve_released_minor - set_off_minor
        = payout_minor + passed_on_minor + carried_out_minor),
    CONSTRAINT what_is_owed_for_cards_adds_up CHECK (
        receivable_in_minor + sold_minor - taken_back_minor - debt_paid_minor - set_off_minor = receivable_out_minor),
    CONSTRAINT all_is_paid_or_carried CHECK (payout_minor = 0 OR carried_out_minor = 0),
    CONSTRAINT all_is_passed_on_to_an_acceptor CHECK (
        CASE WHEN acceptor_id IS NULL THEN passed_on_minor = 0 ELSE payout_minor = 0 AND carried_out_minor = 0 END),
    CONSTRAINT what_is_passed_on_is_taken_over CHECK (
        (taken_over_journal_id IS NOT NULL) = (status = 'approved' AND passed_on_minor <> 0)),
    CONSTRAINT statement_by_second_person CHECK (
        status = 'drafted' OR (drafted_person IS NOT NULL AND approved_person IS NOT NULL
                               AND drafted_person <> approved_person AND approved_hash IS NOT NULL)),
    CHECK ((status = 'approved') = (approved_at IS NOT NULL)),
    CHECK ((payout_minor > 0) = (pays_on IS NOT NULL)),
    CHECK ((reserve_kept_minor > 0) = (reserve_until IS NOT NULL)),
    CHECK (status = 'approved' OR journal_id IS NULL)
);
CREATE INDEX merchant_statement_drafted ON merchant_statement (programme_id) WHERE status = 'drafted';
CREATE INDEX merchant_statement_by_merchant ON merchant_statement (merchant_id, id);
CREATE INDEX merchant_statement_reserve ON merchant_statement (programme_id, reserve_until)
    WHERE reserve_kept_minor > 0 AND reserve_released_by IS NULL;
CREATE INDEX merchant_statement_releases ON merchant_statement (reserve_released_by) WHERE reserve_released_by IS NOT NULL;

CREATE INDEX merchant_statement_to_net ON merchant_statement (programme_id, acceptor_id)
    WHERE taken_over_journal_id IS NOT NULL AND netting_id IS NULL;
CREATE INDEX merchant_statement_by_netting ON merchant_statement (netting_id) WHERE netting_id IS NOT NULL;

CREATE TABLE merchant_debt_payment (
    id uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programme,
    merchant_id uuid NOT NULL REFERENCES merchant,
    unit text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    bank_reference text NOT NULL,
    received_on date NOT NULL,
    business_date date NOT NULL,
    recorded_by uuid NOT NULL,
    journal_id uuid NOT NULL UNIQUE,
    posted_at timestamptz NOT NULL,
    CONSTRAINT debt_payment_bank_reference_is_unique UNIQUE (programme_id, bank_reference)
);
COMMENT ON TABLE merchant_debt_payment IS
    'What merchants have paid by transfer of what they owe for cards sold at their tills: account 1030. Append-only.';
CREATE INDEX merchant_debt_payment_by_merchant ON merchant_debt_payment (programme_id, merchant_id, business_date);

CREATE TABLE netting_payout (
    id uuid PRIMARY KEY,
    netting_id uuid NOT NULL UNIQUE REFERENCES netting_statement,
    programme_id uuid NOT NULL REFERENCES programme,
    creditor_id uuid NOT NULL REFERENCES programme CHECK (creditor_id <> programme_id),
    unit text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    status text NOT NULL CHECK (status IN ('due', 'sent', 'settled', 'returned')),
    made_at timestamptz NOT NULL,
    account_id uuid,
    account_encrypted bytea NOT NULL,
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
    received_by uuid,
    received_at timestamptz,
    received_journal_id uuid UNIQUE,
    received_reference text,
    carried_into uuid REFERENCES netting_statement DEFERRABLE INITIALLY DEFERRED
        CHECK (carried_into IS NULL OR status = 'returned'),
    CONSTRAINT netting_payout_in_a_file_has_an_account CHECK ((file_id IS NULL) = (account_id IS NULL)),
    CONSTRAINT netting_payout_sent_is_in_a_file CHECK (status = 'due' OR file_id IS NOT NULL),
    CONSTRAINT netting_payout_received_was_sent CHECK (
        received_journal_id IS NULL OR status IN ('sent', 'settled')),
    CHECK ((received_journal_id IS NULL) = (received_at IS NULL)),
    CHECK ((status <> 'due') = (paid_journal_id IS NOT NULL)),
    CHECK (status <> 'settled' OR settled_journal_id IS NOT NULL),
    CHECK ((status = 'returned') = (returned_journal_id IS NOT NULL))
);
CREATE INDEX netting_payout_due ON netting_payout (programme_id) WHERE status = 'due' AND file_id IS NULL;
CREATE INDEX netting_payout_by_file ON netting_payout (file_id) WHERE file_id IS NOT NULL;
CREATE INDEX netting_payout_to_carry ON netting_payout (programme_id, creditor_id)
    WHERE status = 'returned' AND carried_into IS NULL;

CREATE TABLE merchant_payout (
    id uuid PRIMARY KEY,
    statement_id uuid NOT NULL REFERENCES merchant_statement,
    programme_id uuid NOT NULL REFERENCES programme,
    merchant_id uuid NOT NULL REFERENCES merchant,
    unit text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    pays_on date NOT NULL,
    status text NOT NULL CHECK (status IN ('due', 'sent', 'settled', 'returned')),
    made_at timestamptz NOT NULL,
    replaces_id uuid UNIQUE REFERENCES merchant_payout,
    account_id uuid REFERENCES merchant_account,
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
    CONSTRAINT merchant_payout_in_a_file_has_an_account CHECK ((file_id IS NULL) = (account_id IS NULL)),
    CONSTRAINT merchant_payout_sent_is_in_a_file CHECK (status = 'due' OR file_id IS NOT NULL),
    CHECK ((status <> 'due') = (paid_journal_id IS NOT NULL)),
    CHECK (status <> 'settled' OR settled_journal_id IS NOT NULL),
    CHECK ((status = 'returned') = (returned_journal_id IS NOT NULL))
);
-- A statement is paid once; what the bank sends back is paid again in place of what came back.
CREATE UNIQUE INDEX merchant_payout_is_one_a_statement ON merchant_payout (statement_id) WHERE replaces_id IS NULL;
CREATE INDEX merchant_payout_by_statement ON merchant_payout (statement_id);
CREATE INDEX merchant_payout_due ON merchant_payout (programme_id, pays_on) WHERE status = 'due' AND file_id IS NULL;
CREATE INDEX merchant_payout_by_file ON merchant_payout (file_id) WHERE file_id IS NOT NULL;

CREATE VIEW merchant_statement_transfer AS
    SELECT s.id AS statement_id, t.journal_id, t.position, t.event,
           CASE 2040 WHEN t.credit_code THEN t.amount_minor ELSE -t.amount_minor END AS amount_minor
    FROM transfer t
    JOIN merchant_statement s ON s.programme_id = t.programme_id AND s.business_date = t.business_date
     AND s.merchant_id = CASE 2040 WHEN t.credit_code THEN t.credit_owner ELSE t.debit_owner END
    WHERE t.event IN ('purchase', 'refund', 'void', 'reversal', 'merchant_taken_over')
      AND 2040 IN (t.debit_code, t.credit_code)
    UNION ALL
    SELECT j.statement_id, t.journal_id, t.position, t.event,
           CASE 2040 WHEN t.credit_code THEN t.amount_minor ELSE -t.amount_minor END
    FROM (SELECT id AS statement_id, journal_id FROM merchant_statement WHERE journal_id IS NOT NULL
          UNION ALL
          SELECT statement_id, paid_journal_id FROM merchant_payout WHERE paid_journal_id IS NOT NULL
          UNION ALL
          SELECT statement_id, returned_journal_id FROM merchant_payout WHERE returned_journal_id IS NOT NULL) j
    JOIN transfer t ON t.journal_id = j.journal_id
    WHERE 2040 IN (t.debit_code, t.credit_code);
COMMENT ON VIEW merchant_statement_transfer IS
    'Which statement each transfer of a merchant''s payable is in: by its day, or by the statement that has posted it.';

GRANT SELECT, INSERT, UPDATE ON merchant_terms, merchant_account, merchant_acceptor, settlement_progress,
    merchant_statement, merchant_payout, netting_statement, netting_payout TO florin_app;
GRANT SELECT, INSERT ON merchant_debt_payment TO florin_app;
GRANT SELECT, INSERT, DELETE ON bank_calendar_day TO florin_app;
GRANT SELECT ON merchant_statement_transfer TO florin_app;
