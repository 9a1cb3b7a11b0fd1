-- Payments through providers: what members bring in from outside, what the providers said of it, and what goes back.

CREATE TABLE payment (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    member_id uuid NOT NULL,
    provider text NOT NULL,
    provider_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('top_up', 'split_purchase', 'card')),
    hold_id uuid UNIQUE,
    purchase_minor bigint,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    unit text NOT NULL,
    status text NOT NULL
        CHECK (status IN ('created', 'offered', 'withdrawn', 'credited', 'returned', 'expired', 'failed', 'disputed')),
    pay_url text,
    provider_reference text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    paid_minor bigint CHECK (paid_minor > 0),
    paid_unit text,
    paid_at timestamptz,
    refunded_minor bigint NOT NULL,
    journal_id uuid UNIQUE,
    ended_at timestamptz,
    next_step_at timestamptz,
    product_id uuid,
    face_minor bigint CHECK (face_minor > 0),
    card_id uuid UNIQUE,
    return_url text,
    steps integer NOT NULL DEFAULT 0,
    CHECK ((purpose = 'card') = (product_id IS NOT NULL) AND (product_id IS NULL) = (face_minor IS NULL)),
    CONSTRAINT no_card_costs_more_than_its_face CHECK (face_minor >= amount_minor),
    CONSTRAINT a_card_is_the_buyers_once_it_is_paid
        CHECK ((purpose = 'card' AND status = 'credited') = (card_id IS NOT NULL)),
    CHECK ((purpose = 'split_purchase') = (hold_id IS NOT NULL) AND (hold_id IS NULL) = (purchase_minor IS NULL)),
    CONSTRAINT a_wallet_pays_part_of_a_split_purchase CHECK (purchase_minor > amount_minor),
    CHECK ((status IN ('created', 'offered', 'withdrawn')) = (ended_at IS NULL)),
    CHECK (ended_at IS NOT NULL OR next_step_at IS NOT NULL),
    CHECK ((status = 'credited') = (journal_id IS NOT NULL)),
    CHECK ((status IN ('credited', 'returned', 'disputed')) = (paid_at IS NOT NULL)),
    CHECK ((paid_at IS NULL) = (paid_minor IS NULL) AND (paid_at IS NULL) = (paid_unit IS NULL)),
    CONSTRAINT only_what_was_asked_for_is_credited
        CHECK (status NOT IN ('credited', 'returned') OR (paid_minor, paid_unit) = (amount_minor, unit)),
    CONSTRAINT no_more_goes_back_than_came_in CHECK (refunded_minor BETWEEN 0 AND coalesce(paid_minor, 0))
);
CREATE INDEX payment_by_member ON payment (member_id, id);
CREATE INDEX payment_by_next_step ON payment (next_step_at) WHERE next_step_at IS NOT NULL;
COMMENT ON TABLE payment IS 'Money that a member brings in through a provider; credited, or paid back whole, or neither.';
COMMENT ON COLUMN payment.provider_id IS 'The owner of the provider''s receivable account, made of its name.';
COMMENT ON COLUMN payment.purchase_minor IS 'What a split purchase costs in all: what its hold keeps, and this payment.';
COMMENT ON COLUMN payment.next_step_at IS 'When a duty looks at it again; null when there is nothing left to do.';

CREATE TABLE online_card (
    card_id uuid PRIMARY KEY,
    programme_id uuid NOT NULL,
    product_id uuid NOT NULL,
    denomination_minor bigint NOT NULL CHECK (denomination_minor > 0),
    payment_id uuid UNIQUE REFERENCES payment,
    trial_person bytea,
    CONSTRAINT a_trial_card_has_a_buyer CHECK (trial_person IS NULL OR payment_id IS NOT NULL),
    CONSTRAINT trial_card_is_one_a_person UNIQUE (programme_id, trial_person)
);
CREATE UNIQUE INDEX trial_card_is_one_a_member ON payment (member_id)
    WHERE amount_minor < face_minor AND status = 'credited';
CREATE INDEX online_card_for_sale ON online_card (product_id, denomination_minor, card_id) WHERE payment_id IS NULL;
COMMENT ON TABLE online_card IS 'The cards that are made to be sold online.';
COMMENT ON COLUMN online_card.trial_person IS 'A blind index of the document of whoever it was sold to below its face.';
COMMENT ON COLUMN online_card.payment_id IS
    'The payment that it is kept for, from the moment that it is known to be paid; none any more when that goes back.';

CREATE TABLE payment_callback (
    provider text NOT NULL,
    event_id text NOT NULL,
    payment_id uuid,
    raw_encrypted bytea,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (provider, event_id)
);
CREATE INDEX payment_callback_by_payment ON payment_callback (payment_id) WHERE raw_encrypted IS NOT NULL;
CREATE INDEX payment_callback_to_be_forgotten ON payment_callback (received_at) WHERE raw_encrypted IS NOT NULL;
COMMENT ON TABLE payment_callback IS
    'What providers have told us, as it came, once for each of their events. Its words tell of payers: they are forgotten after the years of the policy pack, or with the payer.';
COMMENT ON COLUMN payment_callback.payment_id IS
    'The payment that the provider names, if its reference can be one of ours; nothing says that there is such a payment.';

CREATE TABLE payment_refund (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    payment_id uuid NOT NULL REFERENCES payment,
    member_id uuid NOT NULL,
    cause text NOT NULL CHECK (cause IN ('cooling_off', 'not_creditable', 'disputed')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    unit text NOT NULL,
    status text NOT NULL CHECK (status IN ('requested', 'paid', 'failed')),
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    provider_reference text,
    failure text,
    journal_id uuid UNIQUE,
    put_back_journal_id uuid UNIQUE,
    ended_at timestamptz,
    next_step_at timestamptz,
    steps integer NOT NULL DEFAULT 0,
    CHECK ((status = 'requested') = (ended_at IS NULL) AND (status = 'requested') = (next_step_at IS NOT NULL)),
    CONSTRAINT what_was_credited_is_taken_first CHECK ((cause = 'cooling_off') = (journal_id IS NOT NULL)),
    CONSTRAINT what_did_not_leave_is_put_back
        CHECK ((status = 'failed' AND journal_id IS NOT NULL) = (put_back_journal_id IS NOT NULL))
);
CREATE INDEX payment_refund_by_payment ON payment_refund (payment_id, id);
CREATE INDEX payment_refund_by_next_step ON payment_refund (next_step_at) WHERE next_step_at IS NOT NULL;
COMMENT ON TABLE payment_refund IS 'Money of a payment that goes back to where it came from, by the provider.';

CREATE TABLE payment_finding (
    id uuid PRIMARY KEY,
    kind text NOT NULL
        CHECK (kind IN ('amount_differs', 'payment_unknown', 'refund_unknown', 'refund_differs', 'refund_failed')),
    provider text NOT NULL,
    reference text NOT NULL,
    payment_id uuid,
    expected_minor bigint,
    expected_unit text,
    found_minor bigint,
    found_unit text,
    detail text NOT NULL,
    opened_at timestamptz NOT NULL,
    CONSTRAINT payment_finding_is_opened_once UNIQUE (provider, kind, reference)
);
COMMENT ON TABLE payment_finding IS 'Where a provider and we say different things of a payment or refund. Append-only.';
COMMENT ON COLUMN payment_finding.reference IS 'What the provider knows the payment or refund by: the digits of our id.';

CREATE TABLE payment_finding_note (
    id uuid PRIMARY KEY,
    finding_id uuid NOT NULL REFERENCES payment_finding,
    closes boolean NOT NULL,
    text_encrypted bytea,
    login_id uuid NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX payment_finding_note_by_finding ON payment_finding_note (finding_id, id);
CREATE UNIQUE INDEX payment_finding_is_closed_once ON payment_finding_note (finding_id) WHERE closes;
COMMENT ON TABLE payment_finding_note IS
    'What finance has found out about a finding, sealed; the note that closes it is its last. Texts go with their member.';

GRANT SELECT, INSERT, UPDATE ON payment, payment_refund, online_card TO florin_app;
GRANT SELECT, INSERT ON payment_callback, payment_finding, payment_finding_note TO florin_app;
GRANT UPDATE (raw_encrypted) ON payment_callback TO florin_app;
GRANT UPDATE (text_encrypted) ON payment_finding_note TO florin_app;
