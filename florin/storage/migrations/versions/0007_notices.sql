-- Notices to people, webhooks to programs, and how far the events of the outbox have been told of.
-- An event is fanned out once into the rows below; each of them is then sent at least once, in the order of `position`
-- within its recipient or subject, however long another receiver is away (ADR 0026).

CREATE TABLE fan_out (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    told pg_snapshot NOT NULL,
    telling pg_snapshot,
    told_up_to uuid,
    CHECK (telling IS NOT NULL OR told_up_to IS NULL)
);
COMMENT ON TABLE fan_out IS
    'Events of transactions that are visible in `told` have been fanned out; of those that only `telling` sees, the ones up to an id.';

-- Notices --------------------------------------------------------------------------------------------------------

CREATE TABLE notice (
    id uuid PRIMARY KEY,
    programme_id uuid REFERENCES programme,
    kind text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{2,40}$'),
    recipient_kind text NOT NULL CHECK (recipient_kind IN ('member', 'card', 'holder', 'login', 'address')),
    recipient_id uuid NOT NULL,
    cause text NOT NULL CHECK (length(cause) BETWEEN 1 AND 200),
    facts json NOT NULL,
    secret_encrypted bytea,
    address_encrypted bytea,
    language text CHECK (language IN ('zh', 'en')),
    made_at timestamptz NOT NULL,
    useless_from timestamptz,
    CONSTRAINT notice_is_made_once_a_cause UNIQUE (recipient_id, cause),
    CHECK ((recipient_kind = 'address') = (address_encrypted IS NOT NULL)),
    CHECK (recipient_kind = 'address' OR programme_id IS NOT NULL)
);
CREATE INDEX notice_by_age ON notice (made_at);
COMMENT ON COLUMN notice.recipient_id IS
    'A member; a card, whose recipient stands in its order; a card whose holder gives it up; a login of a customer''s people; or for an address of its own whatever the cause is unique in.';
COMMENT ON COLUMN notice.facts IS 'What the text may name: amounts, dates and ids, as the event told them; nothing secret.';
COMMENT ON COLUMN notice.secret_encrypted IS 'What only the recipient may read, such as a one-time code; gone once it is sent.';
COMMENT ON COLUMN notice.language IS 'Where the recipient''s own, or the programme''s, is not what counts.';
COMMENT ON COLUMN notice.useless_from IS 'Not sent any more from then on, as a code that has expired.';

CREATE TABLE notice_sending (
    notice_id uuid NOT NULL REFERENCES notice ON DELETE CASCADE,
    channel text NOT NULL CHECK (channel IN ('mail', 'sms', 'either')),
    recipient_id uuid NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    is_urgent boolean NOT NULL,
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'sent', 'failed', 'dropped')),
    attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    due_at timestamptz NOT NULL,
    begun_at timestamptz,
    ended_at timestamptz,
    failure text,
    PRIMARY KEY (notice_id, channel),
    CHECK ((status = 'waiting') = (ended_at IS NULL))
);
CREATE INDEX notice_sending_waiting ON notice_sending (channel, is_urgent, due_at, position) WHERE status = 'waiting';
CREATE INDEX notice_sending_waiting_by_recipient ON notice_sending (recipient_id, channel, position)
    WHERE status = 'waiting';
COMMENT ON COLUMN notice_sending.is_urgent IS 'Somebody waits for it: it goes before all others, and in quiet hours too.';
COMMENT ON COLUMN notice_sending.begun_at IS
    'When a carrier was last asked to send it, written before it is asked: what came of that may never be known.';
COMMENT ON COLUMN notice_sending.channel IS 'Either: the address that stands with the recipient is of one kind or the other.';

CREATE TABLE notice_terms (
    programme_id uuid PRIMARY KEY REFERENCES programme,
    language text NOT NULL CHECK (language IN ('zh', 'en')),
    quiet_from time,
    quiet_until time,
    member_day smallint CHECK (member_day BETWEEN 1 AND 31),
    birthdays boolean NOT NULL,
    expiry_days smallint NOT NULL CHECK (expiry_days BETWEEN 0 AND 366),
    CHECK ((quiet_from IS NULL) = (quiet_until IS NULL))
);
COMMENT ON COLUMN notice_terms.member_day IS 'The day of the month, or the last day of a month that has no such day.';
COMMENT ON COLUMN notice_terms.expiry_days IS 'So many days before a card of an order expires its recipient is told; 0: never.';

CREATE TABLE notice_day (
    programme_id uuid NOT NULL REFERENCES programme,
    day date NOT NULL,
    PRIMARY KEY (programme_id, day)
);
COMMENT ON TABLE notice_day IS 'Days, by the programme''s clock, whose birthdays and the like have been written of.';

CREATE TABLE notice_template (
    programme_id uuid NOT NULL REFERENCES programme,
    kind text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('mail', 'sms')),
    language text NOT NULL CHECK (language IN ('zh', 'en')),
    subject text,
    body text NOT NULL,
    html text,
    PRIMARY KEY (programme_id, kind, channel, language),
    CHECK ((channel = 'mail') = (subject IS NOT NULL) AND (channel = 'mail' OR html IS NULL))
);
COMMENT ON TABLE notice_template IS 'A programme''s own words in place of those that come with Florin.';

CREATE TABLE notice_preference (
    member_id uuid NOT NULL REFERENCES member,
    kind text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('mail', 'sms')),
    wanted boolean NOT NULL,
    PRIMARY KEY (member_id, kind, channel)
);

CREATE TABLE notice_reader (
    member_id uuid PRIMARY KEY REFERENCES member,
    language text CHECK (language IN ('zh', 'en')),
    birthday smallint CHECK (birthday BETWEEN 101 AND 1231)
);
CREATE INDEX notice_reader_by_birthday ON notice_reader (birthday) WHERE birthday IS NOT NULL;
COMMENT ON TABLE notice_reader IS 'In which language a member reads, and the month and day of birth (101 to 1231), without the year.';

CREATE TABLE login_notices (
    login_id uuid PRIMARY KEY REFERENCES login,
    mail_encrypted bytea,
    language text CHECK (language IN ('zh', 'en')),
    unwanted text[] NOT NULL
);
COMMENT ON TABLE login_notices IS
    'Where and of what a customer''s people are told, by mail: of nothing without an address, of all but these kinds with one.';

-- Webhooks -------------------------------------------------------------------------------------------------------

CREATE TABLE webhook_endpoint (
    id uuid PRIMARY KEY,
    owner_kind text NOT NULL CHECK (owner_kind IN ('operator', 'merchant', 'customer')),
    merchant_id uuid REFERENCES merchant,
    customer_id uuid REFERENCES customer,
    url text NOT NULL,
    events text[] NOT NULL,
    secret_encrypted bytea NOT NULL,
    old_secret_encrypted bytea,
    old_secret_until timestamptz,
    contact_encrypted bytea,
    status text NOT NULL CHECK (status IN ('active', 'disabled', 'removed')),
    disabled_reason text CHECK (disabled_reason IN ('asked', 'gone', 'failing')),
    failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    rests_until timestamptz,
    created_at timestamptz NOT NULL,
    CHECK ((owner_kind = 'merchant') = (merchant_id IS NOT NULL)
        AND (owner_kind = 'customer') = (customer_id IS NOT NULL)),
    CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL)),
    CHECK ((old_secret_encrypted IS NULL) = (old_secret_until IS NULL))
);
CREATE INDEX webhook_endpoint_by_merchant ON webhook_endpoint (merchant_id) WHERE merchant_id IS NOT NULL;
CREATE INDEX webhook_endpoint_by_customer ON webhook_endpoint (customer_id) WHERE customer_id IS NOT NULL;
COMMENT ON COLUMN webhook_endpoint.events IS 'The names of the events that are wanted; none means all that the owner may see.';
COMMENT ON COLUMN webhook_endpoint.rests_until IS 'The receiver has asked to be left alone until then (Retry-After).';
COMMENT ON COLUMN webhook_endpoint.failures IS 'Attempts in a row that did not come through; a success makes it nought.';

CREATE TABLE webhook_delivery (
    endpoint_id uuid NOT NULL REFERENCES webhook_endpoint,
    event_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'delivered', 'failed')),
    attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    due_at timestamptz NOT NULL,
    answered smallint,
    failure text,
    ended_at timestamptz,
    PRIMARY KEY (endpoint_id, event_id),
    CHECK ((status = 'waiting') = (ended_at IS NULL))
);
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (endpoint_id, due_at) WHERE status = 'waiting';
CREATE INDEX webhook_delivery_waiting_by_subject ON webhook_delivery (endpoint_id, subject_id, position)
    WHERE status = 'waiting';
CREATE INDEX webhook_delivery_by_end ON webhook_delivery (ended_at) WHERE ended_at IS NOT NULL;
COMMENT ON COLUMN webhook_delivery.answered IS 'The status code of the last answer; null where there was none.';

GRANT SELECT, INSERT, UPDATE ON fan_out, notice, notice_sending, notice_terms, notice_day, notice_template, notice_preference,
    notice_reader, login_notices, webhook_endpoint, webhook_delivery TO florin_app;
GRANT DELETE ON notice, notice_sending, notice_template, notice_preference, notice_reader, webhook_delivery TO florin_app;
