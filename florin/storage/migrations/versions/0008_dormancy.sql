-- Stages of dormancy, contacts with members, and balances that lapse.
-- Nothing is written on the way of a purchase: a sweep over the book writes of those owners only who are past a notice.

CREATE TABLE dormancy_terms (
    programme_id uuid PRIMARY KEY REFERENCES programme,
    low_balance_days integer CHECK (low_balance_days > 0),
    dormant_days integer CHECK (dormant_days > 0),
    notice_days integer NOT NULL CHECK (notice_days BETWEEN 1 AND 90),
    new_days integer NOT NULL CHECK (new_days > 0),
    ending text NOT NULL CHECK (ending IN ('none', 'lapse', 'escheat')),
    ending_days integer NOT NULL CHECK (ending_days > 0)
);
COMMENT ON TABLE dormancy_terms IS 'What a programme adds to its own days without activity; without a row the defaults count.';

CREATE TABLE dormancy (
    owner_id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    owner_kind text NOT NULL CHECK (owner_kind IN ('card', 'member')),
    stage text NOT NULL CHECK (stage IN ('normal', 'inactive', 'dormant')),
    reason text NOT NULL CHECK (reason IN ('unused', 'low_balance')),
    since timestamptz NOT NULL,
    warned_at timestamptz,
    last_activity_at timestamptz NOT NULL,
    principal_sequence bigint NOT NULL CHECK (principal_sequence >= 0),
    bonus_sequence bigint NOT NULL CHECK (bonus_sequence >= 0),
    CONSTRAINT a_normal_one_is_here_because_it_was_warned CHECK (stage <> 'normal' OR warned_at IS NOT NULL),
    CONSTRAINT nothing_comes_after_dormant CHECK (stage <> 'dormant' OR warned_at IS NULL)
) WITH (fillfactor = 85);
CREATE INDEX dormancy_by_programme ON dormancy (programme_id, owner_kind, owner_id);
COMMENT ON TABLE dormancy IS 'Cards and wallets that have had a notice or are past one; of all others nothing is written.';
COMMENT ON COLUMN dormancy.principal_sequence IS
    'The number of the last line of the statement when the row was written: activity behind it wakes, whatever clocks say.';

CREATE TABLE dormancy_sweep (
    id uuid PRIMARY KEY,
    began_at timestamptz NOT NULL,
    after_owner uuid NOT NULL,
    owners bigint NOT NULL DEFAULT 0,
    notices bigint NOT NULL DEFAULT 0,
    inactive bigint NOT NULL DEFAULT 0,
    dormant bigint NOT NULL DEFAULT 0,
    woken bigint NOT NULL DEFAULT 0,
    finished_at timestamptz
);
CREATE UNIQUE INDEX dormancy_sweep_is_one_at_a_time ON dormancy_sweep ((finished_at IS NULL)) WHERE finished_at IS NULL;
COMMENT ON COLUMN dormancy_sweep.after_owner IS
    'How far it has come: owners up to this id have been looked at, by chunks that each hold the lock of this row.';

GRANT SELECT, INSERT, UPDATE ON dormancy_terms, dormancy, dormancy_sweep TO florin_app;
GRANT DELETE ON dormancy TO florin_app;

CREATE TABLE contact (
    id uuid PRIMARY KEY,
    member_id uuid NOT NULL REFERENCES member,
    channel text NOT NULL CHECK (channel IN ('phone', 'mail', 'sms', 'letter', 'in_person')),
    outcome text NOT NULL CHECK (outcome IN
        ('reached', 'not_reached', 'wrong_address', 'comes_back', 'wants_closure', 'no_more_calls')),
    notes_encrypted bytea,
    next_on date,
    login_id uuid NOT NULL REFERENCES login,
    at timestamptz NOT NULL
);
CREATE INDEX contact_by_member ON contact (member_id, id);
COMMENT ON TABLE contact IS 'Calls, mails and letters of customer service to members, one row each. Append-only.';
COMMENT ON COLUMN contact.next_on IS 'When to try again; without it the member is called when the next notice is due.';

GRANT SELECT, INSERT ON contact TO florin_app;

-- Balances that end ---------------------------------------------------------------------------------------------------

CREATE TABLE balance_ending (
    id uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programme,
    kind text NOT NULL CHECK (kind IN ('lapse', 'escheat')),
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'refused', 'finished')),
    accounts integer NOT NULL CHECK (accounts > 0),
    total_minor bigint NOT NULL CHECK (total_minor > 0),
    unit text NOT NULL,
    list_hash bytea NOT NULL CHECK (length(list_hash) = 32),
    proposed_by uuid NOT NULL REFERENCES login,
    proposed_person uuid NOT NULL REFERENCES person,
    proposed_at timestamptz NOT NULL,
    decided_by uuid REFERENCES login,
    decided_person uuid REFERENCES person,
    decided_session uuid,
    decided_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT two_people_end_a_balance CHECK (decided_person <> proposed_person),
    CHECK ((status = 'proposed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_person IS NULL)
        AND (decided_at IS NULL) = (decided_session IS NULL) AND (status = 'finished') = (finished_at IS NOT NULL))
);
COMMENT ON COLUMN balance_ending.list_hash IS 'Of the accounts and amounts of its lines: what the second person approves.';

CREATE TABLE balance_ending_line (
    ending_id uuid NOT NULL REFERENCES balance_ending,
    owner_id uuid NOT NULL,
    owner_kind text NOT NULL CHECK (owner_kind IN ('card', 'member')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    principal_sequence bigint NOT NULL,
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'ended', 'left_alone', 'restored')),
    PRIMARY KEY (ending_id, owner_id)
);
CREATE INDEX balance_ending_line_by_owner ON balance_ending_line (owner_id);
COMMENT ON COLUMN balance_ending_line.status IS
    'Left alone: something had happened on the account since the proposal, so its holder is still there.';

GRANT SELECT, INSERT ON balance_ending, balance_ending_line TO florin_app;
GRANT UPDATE (status, decided_by, decided_person, decided_session, decided_at, finished_at) ON balance_ending TO florin_app;
GRANT UPDATE (status) ON balance_ending_line TO florin_app;
