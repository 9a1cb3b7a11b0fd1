-- Cases of members, and lost cards.

CREATE TABLE lost_card (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL REFERENCES programme,
    card_id uuid NOT NULL,
    member_id uuid REFERENCES member,
    status text NOT NULL CHECK (status IN ('reported', 'replaced', 'found')),
    reported_by uuid NOT NULL,
    reported_person uuid,
    reported_at timestamptz NOT NULL,
    decided_by uuid,
    decided_person uuid,
    decided_at timestamptz,
    successor_id uuid,
    journal_id uuid,
    CONSTRAINT replaced_by_second_person CHECK (
        status <> 'replaced' OR (decided_person IS NOT NULL AND decided_person IS DISTINCT FROM reported_person)),
    CHECK ((status = 'reported') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
    CHECK ((status = 'replaced') = (journal_id IS NOT NULL)),
    CHECK (status <> 'replaced' OR successor_id IS NOT NULL)
);
CREATE UNIQUE INDEX a_card_is_lost_once_at_a_time ON lost_card (card_id) WHERE status <> 'found';
CREATE INDEX lost_card_by_member ON lost_card (member_id) WHERE member_id IS NOT NULL;
COMMENT ON COLUMN lost_card.reported_person IS 'The human being of ours who reported it for the holder; null: the holder.';
COMMENT ON COLUMN lost_card.successor_id IS
    'The card that was made to take its place: worth nothing, and opening nothing, until the loss is replaced.';

ALTER TABLE programme ADD COLUMN case_closing_days integer NOT NULL DEFAULT 14
    CONSTRAINT ended_cases_close_after_days CHECK (case_closing_days BETWEEN 1 AND 365);

CREATE TABLE service_case (
    id uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programme,
    kind text NOT NULL CHECK (kind IN ('dispute', 'complaint')),
    status text NOT NULL CHECK (status IN ('opened', 'assigned', 'waiting_for_member', 'waiting_for_merchant', 'resolved',
        'rejected', 'reopened', 'closed')),
    owner_id uuid,
    member_id uuid REFERENCES member,
    customer_id uuid REFERENCES customer,
    purchase_id uuid,
    merchant_id uuid REFERENCES merchant,
    opened_by uuid NOT NULL,
    opened_person uuid,
    case_key text NOT NULL,
    opened_at timestamptz NOT NULL,
    assignee_id uuid REFERENCES login,
    due_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT case_is_opened_once UNIQUE (opened_by, case_key),
    CONSTRAINT dispute_is_about_a_purchase CHECK (kind <> 'dispute' OR purchase_id IS NOT NULL),
    CONSTRAINT purchase_has_a_payer_and_a_merchant CHECK (
        purchase_id IS NULL OR (owner_id IS NOT NULL AND merchant_id IS NOT NULL)),
    CONSTRAINT case_is_somebodys CHECK (owner_id IS NOT NULL OR customer_id IS NOT NULL),
    CHECK (status IN ('opened', 'reopened') OR assignee_id IS NOT NULL),
    CHECK ((status IN ('resolved', 'rejected', 'closed')) = (ended_at IS NOT NULL))
);
CREATE INDEX service_case_open ON service_case (due_at) WHERE ended_at IS NULL;
CREATE INDEX service_case_ended ON service_case (ended_at) WHERE status IN ('resolved', 'rejected');
CREATE INDEX service_case_of_merchant ON service_case (merchant_id, id) WHERE merchant_id IS NOT NULL;
CREATE INDEX service_case_of_owner ON service_case (owner_id);
CREATE INDEX service_case_of_member ON service_case (member_id, id);
CREATE INDEX service_case_of_customer ON service_case (customer_id, id) WHERE customer_id IS NOT NULL;
COMMENT ON COLUMN service_case.owner_id IS 'Who paid the purchase, or whose account it is: it is not closed while a dispute is open.';

CREATE TABLE case_note (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES service_case,
    operation text,
    status text NOT NULL,
    side text NOT NULL CHECK (side IN ('member', 'merchant', 'service', 'nobody')),
    author_id uuid,
    is_internal boolean NOT NULL,
    text_encrypted bytea,
    at timestamptz NOT NULL,
    CONSTRAINT only_our_people_are_among_themselves CHECK (NOT is_internal OR side = 'service'),
    CONSTRAINT who_writes_says_something CHECK (
        (side = 'nobody') = (author_id IS NULL) AND (side = 'nobody') = (text_encrypted IS NULL))
);
CREATE INDEX case_note_by_case ON case_note (case_id, id);
COMMENT ON TABLE case_note IS 'The story of a case, with the status after each step. Append-only; what people write is sealed.';

GRANT SELECT, INSERT, UPDATE ON service_case TO florin_app;
-- Deleted only when whom they are about is forgotten.
GRANT SELECT, INSERT, DELETE ON case_note TO florin_app;
GRANT SELECT, INSERT, UPDATE ON lost_card TO florin_app;

-- Orders that are paid in cash at the door: none of our money, and so nothing of the book.
ALTER TABLE programme ADD COLUMN review_hours integer NOT NULL DEFAULT 48
    CONSTRAINT deliveries_are_reviewed_for_hours CHECK (review_hours BETWEEN 1 AND 720);

CREATE TABLE cash_order (
    id uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programme,
    merchant_id uuid NOT NULL REFERENCES merchant,
    member_id uuid NOT NULL REFERENCES member,
    reference text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    unit text NOT NULL,
    status text NOT NULL CHECK (status IN ('recorded', 'delivered', 'reviewed', 'cancelled')),
    recorded_at timestamptz NOT NULL,
    delivered_at timestamptz,
    review_until timestamptz,
    cancelled_at timestamptz,
    review_id uuid UNIQUE,
    verdict text CHECK (verdict IN ('good', 'bad')),
    by_default boolean,
    reviewed_at timestamptz,
    text_encrypted bytea,
    case_id uuid REFERENCES service_case,
    CONSTRAINT cash_order_is_recorded_once UNIQUE (merchant_id, reference),
    CHECK ((status IN ('delivered', 'reviewed')) = (delivered_at IS NOT NULL)),
    CHECK ((delivered_at IS NULL) = (review_until IS NULL)),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CHECK (num_nonnulls(review_id, verdict, by_default, reviewed_at) = CASE status WHEN 'reviewed' THEN 4 ELSE 0 END),
    CONSTRAINT silence_is_a_good_review CHECK (
        NOT by_default OR (verdict = 'good' AND text_encrypted IS NULL AND case_id IS NULL)),
    CONSTRAINT a_review_has_its_time CHECK (by_default = (reviewed_at >= review_until)),
    CONSTRAINT only_a_bad_review_opens_a_case CHECK (case_id IS NULL OR verdict = 'bad')
);
CREATE INDEX cash_order_unanswered ON cash_order (review_until) WHERE status = 'delivered';
CREATE INDEX cash_order_of_member ON cash_order (member_id, id);
CREATE INDEX cash_order_of_merchant ON cash_order (merchant_id, id);
COMMENT ON COLUMN cash_order.review_until IS
    'From then on silence is a good review: fixed at the delivery, whatever becomes of the programme''s terms.';
COMMENT ON COLUMN cash_order.text_encrypted IS 'What the member wrote; null where nothing was, or its member is forgotten.';

GRANT SELECT, INSERT, UPDATE ON cash_order TO florin_app;
