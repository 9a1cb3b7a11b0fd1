-- The foundation: configuration, cards, members, and the double-entry book with everything that a posting writes.
-- Hot tables carry `shard`, the low ten bits of the id that owns the strict account, and have no foreign keys into
-- balance rows, so that they can be distributed by shard later.

-- The keyring ---------------------------------------------------------------------------------------------------

CREATE TABLE keyring_check (
    key_id smallint PRIMARY KEY,
    check_value text NOT NULL CHECK (check_value ~ '^[0-9a-f]{8}$')
);
COMMENT ON TABLE keyring_check IS
    'A few bytes derived from each key, which reveal nothing of it and show a wrong keyring before it is used.';

-- Configuration ------------------------------------------------------------------------------------------------

CREATE TABLE configuration_version (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version bigint NOT NULL
);
INSERT INTO configuration_version (version) VALUES (1);
COMMENT ON TABLE configuration_version IS
    'Raised by every change of configuration; a posting group that reads another version than it knows reloads first.';

CREATE TABLE programme (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code ~ '^[a-z][a-z0-9-]{1,31}$'),
    name text NOT NULL,
    unit text NOT NULL CHECK (unit ~ '^[A-Z]{3}$'),
    time_zone text NOT NULL,
    cut_off time NOT NULL,
    issuer_prefix text NOT NULL UNIQUE CHECK (issuer_prefix ~ '^9[0-9]{5}$'),
    policy_pack text NOT NULL,
    low_balance_threshold_minor bigint NOT NULL CHECK (low_balance_threshold_minor >= 0),
    hold_lifetime_s integer NOT NULL CHECK (hold_lifetime_s BETWEEN 1 AND 2678400),
    hold_lifetime_limit_s integer NOT NULL CHECK (hold_lifetime_limit_s BETWEEN 1 AND 2678400),
    payment_code_lifetime_s integer NOT NULL CHECK (payment_code_lifetime_s BETWEEN 10 AND 600),
    dormancy_days integer NOT NULL CHECK (dormancy_days > 0),
    spend_order text NOT NULL,
    issuer_class text NOT NULL DEFAULT 'brand' CHECK (issuer_class IN ('large', 'group', 'brand')),
    return_urls text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL
);

CREATE TABLE product (
    id uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programme,
    code text NOT NULL CHECK (code ~ '^[a-z][a-z0-9-]{1,31}$'),
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('bearer_gift', 'registered_gift', 'recharge')),
    denominations_minor bigint[] NOT NULL CHECK (cardinality(denominations_minor) > 0 AND 0 < ALL (denominations_minor)),
    has_ecode boolean NOT NULL,
    validity_years integer CHECK (validity_years > 0),
    created_at timestamptz NOT NULL,
    trial_face_minor bigint,
    trial_price_minor bigint CHECK (trial_price_minor > 0),
    UNIQUE (programme_id, code),
    CHECK ((trial_face_minor IS NULL) = (trial_price_minor IS NULL)),
    CONSTRAINT a_trial_card_is_of_a_face_and_below_it
        CHECK (trial_face_minor = ANY (denominations_minor) AND trial_price_minor < trial_face_minor)
);
COMMENT ON COLUMN product.trial_price_minor IS
    'What a member''s first card of trial_face_minor costs online; the programme pays the rest.';

CREATE TABLE merchant (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code ~ '^[a-z][a-z0-9-]{1,31}$'),
    name text NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'suspended')),
    payment_reference text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);
COMMENT ON COLUMN merchant.payment_reference IS 'What it names when it pays by transfer what it owes for cards.';

CREATE TABLE terminal (
    id uuid PRIMARY KEY,
    merchant_id uuid NOT NULL REFERENCES merchant,
    code text NOT NULL CHECK (code ~ '^[A-Za-z0-9-]{1,32}$'),
    status text NOT NULL CHECK (status IN ('active', 'suspended')),
    created_at timestamptz NOT NULL,
    UNIQUE (merchant_id, code)
);

CREATE TABLE network (
    programme_id uuid NOT NULL REFERENCES programme,
    merchant_id uuid NOT NULL REFERENCES merchant,
    accepts boolean NOT NULL,
    sells boolean NOT NULL,
    PRIMARY KEY (programme_id, merchant_id)
);
COMMENT ON TABLE network IS 'Where the cards of a programme are accepted as payment and where they are sold.';

CREATE TABLE api_key (
    id uuid PRIMARY KEY,
    digest bytea NOT NULL UNIQUE,
    name text NOT NULL,
    merchant_id uuid REFERENCES merchant,
    terminal_id uuid REFERENCES terminal,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
COMMENT ON COLUMN api_key.merchant_id IS 'The merchant whose till it is; null for the operator of the service.';

CREATE TABLE agreement (
    programme_id uuid NOT NULL REFERENCES programme,
    version text NOT NULL,
    text text NOT NULL,
    effective_at timestamptz NOT NULL,
    PRIMARY KEY (programme_id, version)
);

-- Cards and members ----------------------------------------------------------------------------------------------

CREATE TABLE card_issue (
    id uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programme,
    product_id uuid NOT NULL REFERENCES product,
    denomination_minor bigint NOT NULL CHECK (denomination_minor > 0),
    ordered integer NOT NULL CHECK (ordered > 0),
    generated integer NOT NULL DEFAULT 0 CHECK (generated BETWEEN 0 AND ordered),
    status text NOT NULL CHECK (status IN ('generating', 'ready', 'recalling', 'recalled')),
    recipient text,
    sold_to uuid,
    ordered_by uuid,
    order_key text,
    created_at timestamptz NOT NULL,
    ready_at timestamptz,
    sold_online boolean NOT NULL DEFAULT false,
    CONSTRAINT what_is_sold_online_has_no_other_buyer CHECK (NOT sold_online OR (sold_to IS NULL AND recipient IS NULL)),
    CONSTRAINT card_issue_order_is_unique UNIQUE (ordered_by, order_key)
);
COMMENT ON COLUMN card_issue.status IS
    'An issue for a corporate order is recalled when its line is given up: no more cards are made, and those made are voided.';
COMMENT ON COLUMN card_issue.recipient IS 'The age public key that card files of the issue are made for; no secret.';
COMMENT ON COLUMN card_issue.sold_to IS
    'The corporate customer whose order the cards are made for: they are sold from their making, and to no till.';
COMMENT ON COLUMN card_issue.sold_online IS
    'Its cards are sold online only: no card file of them is ever made, so nobody knows them before their buyers do.';
COMMENT ON COLUMN card_issue.order_key IS 'The idempotency key of the caller who ordered it over HTTP.';

CREATE TABLE card (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    product_id uuid NOT NULL,
    issue_id uuid NOT NULL,
    serial integer NOT NULL CHECK (serial > 0),
    denomination_minor bigint NOT NULL CHECK (denomination_minor > 0),
    number_index bytea NOT NULL,
    number_encrypted bytea NOT NULL,
    last4 text NOT NULL,
    ecode_index bytea,
    key_id smallint NOT NULL,
    status text NOT NULL CHECK (status IN
        ('created', 'in_stock', 'sold', 'active', 'closing', 'redeemed', 'closed', 'voided', 'replaced')),
    block text NOT NULL DEFAULT 'none' CHECK (block IN ('none', 'debit', 'credit', 'all')),
    block_reason text,
    expires_on date,
    sold_by uuid,
    sold_at timestamptz,
    activated_at timestamptz,
    ended_at timestamptz,
    pin_failures smallint NOT NULL DEFAULT 0 CHECK (pin_failures >= 0),
    pin_locked_until timestamptz,
    successor_id uuid,
    CONSTRAINT only_a_replaced_card_has_a_successor CHECK (successor_id IS NULL OR status = 'replaced')
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX card_number_is_unique ON card (number_index);
CREATE UNIQUE INDEX card_ecode_is_unique ON card (ecode_index) WHERE ecode_index IS NOT NULL;
CREATE UNIQUE INDEX card_serial_is_unique ON card (issue_id, serial);

CREATE TABLE card_holder (
    card_id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    identity_encrypted bytea NOT NULL,
    recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE card_holder IS 'Real-name data of registered cards (name, ID type and number), encrypted.';

CREATE TABLE member (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL REFERENCES programme,
    user_name text NOT NULL,
    password_hash text NOT NULL,
    mail_index bytea,
    mail_encrypted bytea,
    mobile_index bytea,
    mobile_encrypted bytea,
    identity_encrypted bytea,
    agreement_version text NOT NULL,
    agreed_at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('registered', 'active', 'blocked', 'closing', 'closed')),
    tier text,
    price_basis_points integer NOT NULL DEFAULT 10000 CHECK (price_basis_points BETWEEN 1 AND 10000),
    totp_secret_encrypted bytea,
    totp_confirmed_at timestamptz,
    totp_last_step bigint,
    created_at timestamptz NOT NULL,
    -- Who is gone is forgotten when the law no longer wants the records kept.
    CHECK (mail_index IS NOT NULL OR mobile_index IS NOT NULL OR status = 'closed')
) WITH (fillfactor = 85);
COMMENT ON COLUMN member.price_basis_points IS 'What the member''s tier pays of a price; the programme pays the rest.';
CREATE UNIQUE INDEX member_user_name_is_unique ON member (programme_id, user_name);
CREATE UNIQUE INDEX member_mail_is_unique ON member (programme_id, mail_index) WHERE mail_index IS NOT NULL;
CREATE UNIQUE INDEX member_mobile_is_unique ON member (programme_id, mobile_index) WHERE mobile_index IS NOT NULL;

CREATE TABLE session (
    digest bytea PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    member_id uuid NOT NULL REFERENCES member,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX session_by_member ON session (member_id);

CREATE TABLE payment_code (
    code_index bytea PRIMARY KEY,
    shard smallint NOT NULL,
    member_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX payment_code_by_expiry ON payment_code (expires_at);
CREATE UNIQUE INDEX payment_code_is_one_a_member ON payment_code (member_id) WHERE used_at IS NULL;
COMMENT ON TABLE payment_code IS
    'A member''s consent to one payment, shown at the till; used under the lock of the member''s wallet.';

CREATE TABLE throttle (
    rule text NOT NULL,
    subject bytea NOT NULL,
    attempts integer NOT NULL CHECK (attempts >= 0),
    window_ends_at timestamptz NOT NULL,
    PRIMARY KEY (rule, subject)
) WITH (fillfactor = 50);
COMMENT ON COLUMN throttle.subject IS 'A keyed digest of a name, an address or an id; empty where a rule counts everybody.';

-- The book -------------------------------------------------------------------------------------------------------

CREATE TABLE strict_account (
    owner_id uuid NOT NULL,
    code smallint NOT NULL CHECK (code IN (2010, 2011, 2020, 2021, 2030, 2120, 2130)),
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    unit text NOT NULL,
    balance_minor bigint NOT NULL DEFAULT 0,
    held_minor bigint NOT NULL DEFAULT 0,
    sequence bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_id, code),
    CONSTRAINT nothing_is_overspent CHECK (held_minor >= 0 AND balance_minor - held_minor >= 0)
) WITH (fillfactor = 60);

CREATE TABLE transfer (
    journal_id uuid NOT NULL,
    position smallint NOT NULL,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    event text NOT NULL,
    unit text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    debit_code smallint NOT NULL,
    debit_owner uuid NOT NULL,
    credit_code smallint NOT NULL,
    credit_owner uuid NOT NULL,
    strict_owner uuid GENERATED ALWAYS AS (
        CASE WHEN debit_code IN (2010, 2011, 2020, 2021, 2030, 2120, 2130) THEN debit_owner
             WHEN credit_code IN (2010, 2011, 2020, 2021, 2030, 2120, 2130) THEN credit_owner END) STORED,
    strict_code smallint GENERATED ALWAYS AS (
        CASE WHEN debit_code IN (2010, 2011, 2020, 2021, 2030, 2120, 2130) THEN debit_code
             WHEN credit_code IN (2010, 2011, 2020, 2021, 2030, 2120, 2130) THEN credit_code END) STORED,
    strict_sequence bigint,
    balance_after_minor bigint CHECK (balance_after_minor >= 0),
    business_date date NOT NULL,
    event_at timestamptz NOT NULL,
    posted_at timestamptz NOT NULL,
    reverses_journal_id uuid,
    PRIMARY KEY (journal_id, position),
    CONSTRAINT touches_at_most_one_strict_account CHECK (
        NOT (debit_code IN (2010, 2011, 2020, 2021, 2030, 2120, 2130) AND credit_code IN (2010, 2011, 2020, 2021, 2030, 2120, 2130))),
    CONSTRAINT strict_side_is_numbered CHECK (
        (strict_code IS NOT NULL) = (strict_sequence IS NOT NULL)
        AND (strict_code IS NOT NULL) = (balance_after_minor IS NOT NULL)),
    CONSTRAINT posting_is_permitted CHECK ((event, debit_code, credit_code) IN (
        ('purchase', 2010, 2040), ('purchase', 2011, 2040), ('purchase', 2020, 2040), ('purchase', 2021, 2040),
        ('card_activated', 1030, 2010), ('card_activated', 1020, 2010), ('card_activated', 2030, 2091),
        ('card_activated', 2091, 2010), ('card_activated', 5010, 2011),
        ('card_redeemed', 2010, 2090), ('card_redeemed', 2090, 2020),
        ('card_redeemed', 2011, 2090), ('card_redeemed', 2090, 2021),
        ('refund', 2040, 2010), ('refund', 2040, 2011), ('refund', 2040, 2020), ('refund', 2040, 2021),
        ('void', 2040, 2010), ('void', 2040, 2011), ('void', 2040, 2020), ('void', 2040, 2021),
        ('reversal', 2040, 2010), ('reversal', 2040, 2011), ('reversal', 2040, 2020), ('reversal', 2040, 2021),
        ('reversal', 2010, 1030),
        ('top_up', 1020, 2020),
        ('funding_received', 1010, 2030),
        ('funding_refunded', 2030, 1090), ('funding_refund_paid', 1090, 1010),
        ('card_replaced', 2010, 2092), ('card_replaced', 2092, 2010),
        ('card_replaced', 2011, 2092), ('card_replaced', 2092, 2011),
        ('top_up_refunded', 2020, 1020),
        ('top_up_refund_failed', 1020, 2020),
        ('purchase', 5010, 2040),
        ('refund', 2040, 2050), ('refund', 2040, 5010),
        ('void', 2040, 2050), ('void', 2040, 5010),
        ('reversal', 2040, 2050), ('reversal', 2040, 5010),
        ('provider_fee', 5020, 1020), ('provider_fee', 1020, 5020),
        ('provider_paid_out', 1010, 1020), ('provider_paid_out', 1020, 1010),
        ('merchant_settled', 2040, 4010), ('merchant_settled', 4010, 2040),
        ('merchant_settled', 2040, 2041), ('merchant_settled', 2041, 2040),
        ('merchant_settled', 2040, 1030), ('merchant_settled', 1030, 2040),
        ('merchant_settled', 2040, 2080), ('merchant_settled', 2080, 2040),
        ('merchant_taken_over', 1040, 2040), ('merchant_taken_over', 2040, 1040),
        ('programmes_netted', 2080, 1040), ('programmes_netted', 1040, 2080),
        ('netting_paid', 2080, 1090), ('netting_paid', 1090, 1040),
        ('netting_settled', 1090, 1010), ('netting_settled', 1010, 1090),
        ('netting_returned', 1090, 2080), ('netting_returned', 1010, 2080), ('netting_returned', 1040, 1090),
        ('merchant_debt_paid', 1010, 1030),
        ('merchant_paid', 2040, 1090),
        ('merchant_payout_settled', 1090, 1010),
        ('merchant_payout_returned', 1090, 2040), ('merchant_payout_returned', 1010, 2040),
        ('receipt_unidentified', 1010, 2070), ('suspense_assigned', 2070, 2030),
        ('suspense_sent_back', 2070, 1090), ('suspense_payout_settled', 1090, 1010),
        ('suspense_payout_returned', 1090, 2070), ('suspense_payout_returned', 1010, 2070),
        ('payout_identified', 2070, 1010),
        ('closure_requested', 2010, 2050), ('closure_requested', 2020, 2050),
        ('closure_cancelled', 2050, 2010), ('closure_cancelled', 2050, 2020),
        ('closure_approved', 2010, 2050), ('closure_approved', 2020, 2050),
        ('closure_approved', 2011, 5010), ('closure_approved', 2021, 5010),
        ('closure_paid', 2050, 1090),
        ('closure_settled', 1090, 1010),
        ('closure_returned', 1090, 2050), ('closure_returned', 1010, 2050),
        ('balance_lapsed', 2010, 2060), ('balance_lapsed', 2020, 2060),
        ('lapsed_balance_restored', 2060, 2010), ('lapsed_balance_restored', 2060, 2020),
        ('balance_escheated', 2010, 2061), ('balance_escheated', 2020, 2061),
        ('points_earned', 5120, 2120),
        ('points_taken_back', 2120, 5120),
        ('points_exchanged', 2120, 5120), ('points_exchanged', 5130, 2130),
        ('points_lapsed', 2120, 5120),
        ('voucher_granted', 5130, 2130),
        ('voucher_used', 2130, 5130), ('voucher_used', 5010, 2021),
        ('voucher_lapsed', 2130, 5130),
        ('difference_adjusted', 1010, 5030), ('difference_adjusted', 5030, 1010),
        ('difference_adjusted', 1020, 5030), ('difference_adjusted', 5030, 1020),
        ('difference_adjusted', 1010, 5020), ('difference_adjusted', 5020, 1010),
        ('difference_adjusted', 1020, 5020), ('difference_adjusted', 5020, 1020),
        ('difference_adjusted', 5020, 5030), ('difference_adjusted', 5030, 5020)))
);
CREATE UNIQUE INDEX transfer_statement_is_gapless ON transfer (strict_owner, strict_code, strict_sequence)
    WHERE strict_owner IS NOT NULL;
CREATE INDEX transfer_by_business_date ON transfer USING brin (business_date) WITH (pages_per_range = 32);
COMMENT ON TABLE transfer IS
    'The book: each row moves a positive amount from one account to another, so it cannot be unbalanced. Append-only.';

CREATE TABLE operation (
    caller_id uuid NOT NULL,
    key text NOT NULL,
    fingerprint uuid NOT NULL,
    verb text NOT NULL,
    decline text,
    answer json NOT NULL,
    reference text,
    subject_id uuid,
    journal_id uuid,
    actor_id uuid NOT NULL,
    terminal_id uuid,
    request_id text,
    posted_at timestamptz NOT NULL,
    PRIMARY KEY (caller_id, key),
    CONSTRAINT a_declined_operation_moves_nothing CHECK (decline IS NULL OR journal_id IS NULL)
);
CREATE UNIQUE INDEX operation_reference_is_unique ON operation (caller_id, reference) WHERE reference IS NOT NULL;
-- The operation of a journal is looked up by its time, which costs a purchase almost nothing to keep.
CREATE INDEX operation_by_time ON operation USING brin (posted_at) WITH (pages_per_range = 16, autosummarize = on);
COMMENT ON TABLE operation IS
    'Who asked for what under which idempotency key, and what was answered: replay store and audit in one. Append-only.';

CREATE TABLE purchase (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    terminal_id uuid,
    reference text NOT NULL,
    owner_kind text NOT NULL CHECK (owner_kind IN ('card', 'member')),
    owner_id uuid NOT NULL,
    hold_id uuid,
    unit text NOT NULL,
    requested_minor bigint NOT NULL CHECK (requested_minor > 0),
    principal_minor bigint NOT NULL CHECK (principal_minor >= 0),
    bonus_minor bigint NOT NULL CHECK (bonus_minor >= 0),
    discount_minor bigint NOT NULL DEFAULT 0 CHECK (discount_minor >= 0),
    refunded_principal_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_principal_minor BETWEEN 0 AND principal_minor),
    refunded_bonus_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_bonus_minor BETWEEN 0 AND bonus_minor),
    refunded_discount_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_discount_minor BETWEEN 0 AND discount_minor),
    status text NOT NULL CHECK (status IN ('completed', 'voided', 'reversed')),
    journal_id uuid NOT NULL,
    event_at timestamptz NOT NULL,
    posted_at timestamptz NOT NULL,
    CHECK (principal_minor + bonus_minor > 0 AND principal_minor + bonus_minor + discount_minor <= requested_minor)
) WITH (fillfactor = 90);
COMMENT ON COLUMN purchase.discount_minor IS 'What the programme paid of it for a member with a tier.';
CREATE INDEX purchase_by_merchant ON purchase (merchant_id, id);
-- What was taken back is looked for among many that were not; a purchase that stands is not in this index.
CREATE INDEX purchase_taken_back_by_merchant ON purchase (merchant_id, id) WHERE status <> 'completed';
-- Members read their purchases as a list; a card's are in its statement, so cards do not pay for this index.
CREATE INDEX purchase_by_member ON purchase (owner_id, id) WHERE owner_kind = 'member';
-- A close proves what came since the last seals, and finds it by its time, as operations are found.
CREATE INDEX purchase_by_time ON purchase USING brin (posted_at) WITH (pages_per_range = 16, autosummarize = on);

CREATE TABLE hold (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    terminal_id uuid,
    reference text NOT NULL,
    owner_kind text NOT NULL CHECK (owner_kind IN ('card', 'member')),
    owner_id uuid NOT NULL,
    unit text NOT NULL,
    principal_minor bigint NOT NULL CHECK (principal_minor >= 0),
    bonus_minor bigint NOT NULL CHECK (bonus_minor >= 0),
    status text NOT NULL CHECK (status IN ('open', 'captured', 'released', 'expired')),
    expires_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL,
    ended_at timestamptz,
    payment_id uuid,
    CHECK (principal_minor + bonus_minor > 0),
    CHECK ((status = 'open') = (ended_at IS NULL))
);
COMMENT ON COLUMN hold.payment_id IS 'The payment of the rest, where it keeps the wallet''s part of a split purchase.';
CREATE INDEX hold_by_merchant ON hold (merchant_id, id);
CREATE INDEX hold_open_by_owner ON hold (owner_id) WHERE status = 'open';
CREATE INDEX hold_open_by_expiry ON hold (expires_at) WHERE status = 'open';

CREATE TABLE refund (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    purchase_id uuid NOT NULL,
    reference text NOT NULL,
    principal_minor bigint NOT NULL CHECK (principal_minor >= 0),
    bonus_minor bigint NOT NULL CHECK (bonus_minor >= 0),
    discount_minor bigint NOT NULL DEFAULT 0 CHECK (discount_minor >= 0),
    journal_id uuid NOT NULL,
    posted_at timestamptz NOT NULL,
    CHECK (principal_minor + bonus_minor + discount_minor > 0)
);
CREATE INDEX refund_by_purchase ON refund (purchase_id);
CREATE INDEX refund_by_time ON refund USING brin (posted_at) WITH (pages_per_range = 16, autosummarize = on);

CREATE TABLE redemption (
    card_id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    member_id uuid NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    unit text NOT NULL,
    last4 text NOT NULL,
    journal_id uuid NOT NULL,
    posted_at timestamptz NOT NULL
);
CREATE INDEX redemption_by_member ON redemption (member_id, journal_id);
COMMENT ON TABLE redemption IS 'Recharge records: which card went into which wallet; the key makes a second one impossible.';

CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    name text NOT NULL,
    subject_id uuid NOT NULL,
    journal_id uuid,
    payload json CHECK (payload IS NOT NULL OR journal_id IS NOT NULL),
    posted_at timestamptz NOT NULL,
    written_in bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)
);
-- What was written since the fan-out last looked is found by it, at almost no cost to whoever writes.
CREATE INDEX outbox_by_transaction ON outbox USING brin (written_in) WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX outbox_by_time ON outbox USING brin (posted_at) WITH (pages_per_range = 16, autosummarize = on);
COMMENT ON TABLE outbox IS 'Events for the outside world, written with the change that they tell of. Append-only.';
COMMENT ON COLUMN outbox.payload IS 'Null: the event tells what the operation of its journal answered.';
COMMENT ON COLUMN outbox.written_in IS
    'The transaction that wrote it, an xid8 as a number: its snapshot tells what is new, which no id and no clock can.';

CREATE TABLE audit (
    id uuid PRIMARY KEY,
    actor_id uuid,
    action text NOT NULL,
    subject_id uuid,
    detail jsonb NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX audit_by_subject ON audit (subject_id, at);
COMMENT ON TABLE audit IS 'Who changed configuration, or a card or member outside the book, and how. Append-only.';

CREATE TABLE sealed_day (
    programme_id uuid NOT NULL REFERENCES programme,
    business_date date NOT NULL,
    closed_at timestamptz NOT NULL,
    transfers bigint,
    merkle_root bytea,
    previous_seal bytea,
    seal bytea,
    sealed_at timestamptz,
    PRIMARY KEY (programme_id, business_date),
    CHECK ((sealed_at IS NULL) = (seal IS NULL) AND (seal IS NULL) = (merkle_root IS NULL)
        AND (seal IS NULL) = (transfers IS NULL) AND (seal IS NULL) = (previous_seal IS NULL))
);
COMMENT ON TABLE sealed_day IS 'A day is closed first (no posting may join it any more) and sealed when it has been hashed.';

CREATE FUNCTION refuse_change_of_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('%s is sealed and never changes', OLD.business_date);
END $$;
CREATE TRIGGER a_sealed_day_never_changes BEFORE UPDATE OR DELETE ON sealed_day
    FOR EACH ROW WHEN (OLD.seal IS NOT NULL) EXECUTE FUNCTION refuse_change_of_seal();

CREATE FUNCTION refuse_closed_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT programme_id, min(business_date) AS first_day FROM written GROUP BY programme_id) AS w
        JOIN sealed_day d ON d.programme_id = w.programme_id AND d.business_date >= w.first_day
    ) THEN
        RAISE check_violation USING MESSAGE = 'a transfer is dated on a closed day';
    END IF;
    RETURN NULL;
END $$;
-- Once a statement, which is once a posting group: 0.3 ms at 256 rows.
CREATE TRIGGER a_closed_day_takes_no_transfer AFTER INSERT ON transfer REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_days();

CREATE TABLE flow_balance (
    programme_id uuid NOT NULL,
    business_date date NOT NULL,
    code smallint NOT NULL,
    owner_id uuid NOT NULL,
    unit text NOT NULL,
    debits_minor bigint NOT NULL,
    credits_minor bigint NOT NULL,
    PRIMARY KEY (programme_id, business_date, code, owner_id, unit)
);
COMMENT ON TABLE flow_balance IS 'Totals of each flow account up to and including a sealed day.';

CREATE TABLE posting_total (
    programme_id uuid NOT NULL,
    business_date date NOT NULL,
    event text NOT NULL,
    debit_code smallint NOT NULL,
    credit_code smallint NOT NULL,
    unit text NOT NULL,
    journals bigint NOT NULL CHECK (journals >= 0),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (programme_id, business_date, event, debit_code, credit_code, unit)
);
COMMENT ON TABLE posting_total IS
    'What each sealed day moved, by event and pair of accounts: reports of any day add these up instead of transfers.';
COMMENT ON COLUMN posting_total.journals IS 'Of how many journals it holds the first transfer: summed up, each counts once.';

CREATE TABLE custody_shortfall (
    programme_id uuid NOT NULL REFERENCES programme,
    business_date date NOT NULL,
    custody_minor bigint NOT NULL,
    required_minor bigint NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (programme_id, business_date),
    CONSTRAINT shortfall_is_short CHECK (custody_minor < required_minor)
);
COMMENT ON TABLE custody_shortfall IS
    'The closed days at whose end less was in custody than the policy pack asks for, each told of once.';

CREATE TABLE clearing_file (
    sha256 bytea NOT NULL,
    id uuid NOT NULL UNIQUE,
    name text NOT NULL,
    merchant_id uuid NOT NULL REFERENCES merchant,
    lines integer NOT NULL,
    total_minor bigint NOT NULL,
    taken_in_at timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (sha256, merchant_id)
);
-- The sales of a file belong to one merchant; a file without sales is the same at all of them.
CREATE UNIQUE INDEX clearing_file_of_one_merchant ON clearing_file (sha256) WHERE lines > 0;

CREATE VIEW entry AS
    SELECT journal_id, position, 'debit' AS side, debit_code AS code, debit_owner AS owner_id, unit, amount_minor,
           event, programme_id, business_date, event_at, posted_at
    FROM transfer
    UNION ALL
    SELECT journal_id, position, 'credit', credit_code, credit_owner, unit, amount_minor,
           event, programme_id, business_date, event_at, posted_at
    FROM transfer;
COMMENT ON VIEW entry IS 'The accountant''s two columns: each transfer as its debit and its credit.';

CREATE VIEW journal AS
    SELECT journal_id AS id, min(event) AS event, min(programme_id::text)::uuid AS programme_id,
           min(business_date) AS business_date, min(event_at) AS event_at, min(posted_at) AS posted_at,
           count(*) AS transfers, sum(amount_minor) AS moved_minor,
           min(reverses_journal_id::text)::uuid AS reverses_journal_id
    FROM transfer GROUP BY journal_id;

-- What the service may do ------------------------------------------------------------------------------------------

GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO florin_app;
GRANT UPDATE ON configuration_version, programme, product, merchant, terminal, network, api_key, card_issue, card,
    card_holder, member, session, payment_code, throttle, strict_account, purchase, hold, clearing_file
    TO florin_app;
-- A day is closed by one statement and sealed by another, so it cannot come into the book sealed.
REVOKE INSERT ON sealed_day FROM florin_app;
GRANT INSERT (programme_id, business_date, closed_at) ON sealed_day TO florin_app;
GRANT UPDATE (transfers, merkle_root, previous_seal, seal, sealed_at) ON sealed_day TO florin_app;
GRANT DELETE ON payment_code, throttle, network TO florin_app;
