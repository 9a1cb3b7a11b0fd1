-- Cases of members and merchants, lost cards, deliveries paid in cash and their reviews.

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

GRANT SELECT, INSERT, UPDATE ON lost_card TO florin_app;
