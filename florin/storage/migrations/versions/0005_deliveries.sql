-- How ordered cards reach people: files that are fetched once, and links that are claimed once.

CREATE TABLE delivery (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES corporate_order,
    part text NOT NULL CHECK (part IN ('numbers', 'pins')),
    form text NOT NULL CHECK (form IN ('age', 'zip')),
    recipient text,
    selection json NOT NULL,
    cards integer NOT NULL CHECK (cards > 0),
    is_repetition boolean NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting_for_approval', 'open', 'fetched', 'expired', 'refused')),
    requested_by uuid NOT NULL REFERENCES login,
    requested_person uuid NOT NULL REFERENCES person,
    requested_at timestamptz NOT NULL,
    approved_by uuid REFERENCES login,
    approved_person uuid REFERENCES person,
    approved_at timestamptz,
    expires_at timestamptz NOT NULL,
    fetched_by uuid REFERENCES login,
    fetched_at timestamptz,
    bytes bigint,
    sha256 bytea,
    CONSTRAINT a_repetition_has_two_people CHECK (
        approved_person <> requested_person
        AND (NOT is_repetition OR status IN ('waiting_for_approval', 'refused', 'expired') OR approved_person IS NOT NULL)),
    CHECK ((form = 'age') = (recipient IS NOT NULL)),
    CHECK ((status = 'fetched') = (fetched_at IS NOT NULL))
);
CREATE INDEX delivery_by_order ON delivery (order_id, id);
COMMENT ON COLUMN delivery.selection IS 'Which cards of the order: all, or those that replace others.';

CREATE TABLE claim_link (
    card_id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    line smallint NOT NULL,
    serial integer NOT NULL,
    token_index bytea NOT NULL CONSTRAINT claim_token_is_unique UNIQUE,
    sending integer NOT NULL CHECK (sending > 0),
    sent_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    claimed_at timestamptz,
    UNIQUE (order_id, line, serial)
);
COMMENT ON COLUMN claim_link.token_index IS
    'A blind index of the link''s token, which is derived from the card and the number of its sending and never stored.';

GRANT SELECT, INSERT, UPDATE ON delivery, claim_link TO florin_app;
