-- How ordered cards reach people: files that are fetched once, and links that are claimed once.

CREATE TABLE delivery (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES corporate_order,
    part text NOT NULL CHECK (part IN ('numbers', 'pins')),
    form text NOT NULL CHECK (form IN ('age', 'zip')),
    recipient text,
    password_key_id smallint,
    selection text[] CHECK (cardinality(selection) > 0),
    cards integer NOT NULL CHECK (cards > 0),
    is_repetition boolean NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting_for_approval', 'open', 'fetched', 'expired', 'refused')),
    requested_by uuid NOT NULL REFERENCES login,
    requested_person uuid NOT NULL REFERENCES person,
    requested_at timestamptz NOT NULL,
    request_key text,
    decided_by uuid REFERENCES login,
    decided_person uuid REFERENCES person,
    decided_at timestamptz,
    expires_at timestamptz NOT NULL,
    fetched_by uuid REFERENCES login,
    fetched_person uuid REFERENCES person,
    fetched_at timestamptz,
    size_bytes bigint,
    sha256 bytea,
    password_read_by uuid REFERENCES login,
    password_read_person uuid REFERENCES person,
    password_read_at timestamptz,
    CONSTRAINT delivery_key_is_unique UNIQUE (requested_by, request_key),
    CONSTRAINT a_repetition_has_two_people CHECK (
        decided_person <> requested_person
        AND (NOT is_repetition OR status IN ('waiting_for_approval', 'expired') OR decided_person IS NOT NULL)),
    CONSTRAINT who_asks_for_a_file_fetches_it CHECK (fetched_person = requested_person),
    CONSTRAINT file_and_password_go_to_two_people CHECK (password_read_person <> requested_person),
    CHECK ((form = 'age') = (recipient IS NOT NULL) AND (form = 'zip') = (password_key_id IS NOT NULL)),
    CHECK ((status = 'fetched') = (fetched_at IS NOT NULL) AND (fetched_at IS NULL) = (sha256 IS NULL)),
    CHECK (password_read_at IS NULL OR form = 'zip')
);
CREATE INDEX delivery_by_order ON delivery (order_id, id);
COMMENT ON TABLE delivery IS 'A file of ordered cards that somebody has asked for, and what became of it. The file itself is kept nowhere.';
COMMENT ON COLUMN delivery.selection IS
    'The names of the replacement cards that it is of; null when it is of the whole order.';
COMMENT ON COLUMN delivery.password_key_id IS
    'The key that the password of a zip file is derived from with the delivery''s id; the password is stored nowhere.';

CREATE TABLE link_sending (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES corporate_order,
    cards integer NOT NULL CHECK (cards > 0),
    sent integer NOT NULL DEFAULT 0 CHECK (sent >= 0),
    at_line smallint NOT NULL DEFAULT 0,
    at_serial integer NOT NULL DEFAULT 0,
    asked_by uuid NOT NULL REFERENCES login,
    asked_at timestamptz NOT NULL,
    request_key text,
    done_at timestamptz,
    CONSTRAINT link_sending_key_is_unique UNIQUE (asked_by, request_key)
);
CREATE UNIQUE INDEX link_sending_under_way_is_one ON link_sending (order_id) WHERE done_at IS NULL;
COMMENT ON TABLE link_sending IS
    'A buyer''s word that every card of an order without a link gets one, and how far that has come.';

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

GRANT SELECT, INSERT, UPDATE ON delivery, link_sending, claim_link TO florin_app;
