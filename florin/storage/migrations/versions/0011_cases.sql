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
    opened_by uuid NOT NULL,
    opened_person uuid,
    case_key text NOT NULL,
    opened_at timestamptz NOT NULL,
    assignee_id uuid REFERENCES login,
    due_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT case_is_opened_once UNIQUE (opened_by, case_key),
    CONSTRAINT dispute_is_about_a_purchase CHECK (kind <> 'dispute' OR purchase_id IS NOT NULL),
    CONSTRAINT purchase_has_a_payer CHECK (purchase_id IS NULL OR owner_id IS NOT NULL),
    CONSTRAINT case_is_somebodys CHECK (owner_id IS NOT NULL OR customer_id IS NOT NULL),
    CHECK (status IN ('opened', 'reopened') OR assignee_id IS NOT NULL),
    CHECK ((status IN ('resolved', 'rejected', 'closed')) = (ended_at IS NOT NULL))
);
CREATE INDEX service_case_open ON service_case (due_at) WHERE ended_at IS NULL;
CREATE INDEX service_case_of_owner ON service_case (owner_id);
CREATE INDEX service_case_of_member ON service_case (member_id, id);
CREATE INDEX service_case_of_customer ON service_case (customer_id, id) WHERE customer_id IS NOT NULL;
COMMENT ON COLUMN service_case.owner_id IS 'Who paid the purchase, or whose account it is: it is not closed while a dispute is open.';

CREATE TABLE case_note (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES service_case,
    operation text,
    status text NOT NULL,
    by_member boolean NOT NULL,
    author_id uuid NOT NULL,
    is_internal boolean NOT NULL,
    text_encrypted bytea NOT NULL,
    at timestamptz NOT NULL,
    CHECK (NOT (by_member AND is_internal))
);
CREATE INDEX case_note_by_case ON case_note (case_id, id);
COMMENT ON TABLE case_note IS 'The story of a case, with the status after each step. Append-only; what people write is sealed.';

GRANT SELECT, INSERT, UPDATE ON service_case TO florin_app;
-- Deleted only when whom they are about is forgotten.
GRANT SELECT, INSERT, DELETE ON case_note TO florin_app;
GRANT SELECT, INSERT, UPDATE ON lost_card TO florin_app;
