-- Personal tiers, referrals, points and vouchers.

CREATE TABLE loyalty_terms (
    programme_id uuid NOT NULL REFERENCES programme,
    effective_on date NOT NULL,
    minor_per_point bigint NOT NULL CHECK (minor_per_point > 0),
    double_days smallint[] NOT NULL CHECK (1 <= ALL (double_days) AND 31 >= ALL (double_days)),
    double_dates date[] NOT NULL,
    keep_from_points bigint CHECK (keep_from_points > 0),
    voucher_days integer NOT NULL CHECK (voucher_days > 0),
    referral_face_minor bigint CHECK (referral_face_minor > 0),
    referral_due text NOT NULL CHECK (referral_due IN ('registration', 'first_load')),
    PRIMARY KEY (programme_id, effective_on)
);
COMMENT ON TABLE loyalty_terms IS
    'What a programme gives from a business day on; terms of days that are closed stay, for late refunds are counted by them.';

CREATE TABLE loyalty_reward (
    programme_id uuid NOT NULL,
    effective_on date NOT NULL,
    kind text NOT NULL CHECK (kind IN ('monthly', 'offer')),
    points bigint NOT NULL CHECK (points > 0),
    face_minor bigint NOT NULL CHECK (face_minor > 0),
    PRIMARY KEY (programme_id, effective_on, kind, points),
    FOREIGN KEY (programme_id, effective_on) REFERENCES loyalty_terms ON DELETE CASCADE
);
COMMENT ON TABLE loyalty_reward IS
    'A voucher for the points of a month (the highest reached), or for points that a member gives for it.';

CREATE TABLE loyalty_progress (
    programme_id uuid PRIMARY KEY REFERENCES programme,
    points_until date NOT NULL
);
COMMENT ON COLUMN loyalty_progress.points_until IS
    'The last closed business day whose purchases and refunds have been turned into points, rewards and resets.';

CREATE TABLE tier_progress (
    programme_id uuid PRIMARY KEY REFERENCES programme,
    tiers_until date
);
COMMENT ON COLUMN tier_progress.tiers_until IS
    'The last closed business day whose purchases and refunds have decided on tiers; null until all members were looked at.';

CREATE TABLE points_entry (
    member_id uuid NOT NULL,
    business_date date NOT NULL,
    revision integer NOT NULL CHECK (revision > 0),
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    spent_minor bigint NOT NULL CHECK (spent_minor >= 0),
    points bigint NOT NULL,
    owed bigint NOT NULL DEFAULT 0 CHECK (owed >= 0),
    journal_id uuid UNIQUE,
    posted_at timestamptz NOT NULL,
    PRIMARY KEY (member_id, business_date, revision),
    CONSTRAINT points_move_by_a_journal CHECK ((points = 0) = (journal_id IS NULL)),
    CONSTRAINT who_earns_owes_nothing CHECK (points <= 0 OR owed = 0)
);
CREATE INDEX points_entry_owed ON points_entry (member_id, business_date) WHERE owed > 0;
COMMENT ON TABLE points_entry IS
    'What a business day brought a member in points, and what was taken back when some of its purchases were refunded.';
COMMENT ON COLUMN points_entry.spent_minor IS
    'What the member has paid for purchases of the day and not got back, when this entry was made.';
COMMENT ON COLUMN points_entry.owed IS
    'Points to take back that the member had spent by then; taken when there are some again.';

CREATE TABLE points_lapse (
    member_id uuid NOT NULL,
    year smallint NOT NULL,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    points bigint NOT NULL CHECK (points > 0),
    journal_id uuid NOT NULL UNIQUE,
    posted_at timestamptz NOT NULL,
    PRIMARY KEY (member_id, year)
);

CREATE TABLE voucher (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    member_id uuid NOT NULL,
    cause text NOT NULL,
    face_minor bigint NOT NULL CHECK (face_minor > 0),
    expires_on date NOT NULL,
    status text NOT NULL CHECK (status IN ('granted', 'used', 'lapsed')),
    granted_at timestamptz NOT NULL,
    granted_journal_id uuid NOT NULL UNIQUE,
    ended_at timestamptz,
    ended_journal_id uuid UNIQUE,
    CONSTRAINT voucher_is_one_a_cause UNIQUE (member_id, cause),
    CHECK ((status = 'granted') = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_journal_id IS NULL))
);
CREATE INDEX voucher_by_member ON voucher (member_id, id);
CREATE INDEX voucher_open_by_last_day ON voucher (programme_id, expires_on) WHERE status = 'granted';
COMMENT ON COLUMN voucher.cause IS 'What it was granted for; a member gets one voucher a cause.';

CREATE TABLE referral (
    member_id uuid PRIMARY KEY,
    referrer_id uuid NOT NULL,
    programme_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'rewarded', 'refused')),
    named_at timestamptz NOT NULL,
    decided_at timestamptz,
    CONSTRAINT nobody_brings_in_themselves CHECK (member_id <> referrer_id),
    CHECK ((status = 'waiting') = (decided_at IS NULL))
);
CREATE INDEX referral_waiting ON referral (programme_id, member_id) WHERE status = 'waiting';
COMMENT ON TABLE referral IS 'Who brought a new member in, as the new member said at registration.';

GRANT SELECT, INSERT ON points_entry, points_lapse TO florin_app;
GRANT SELECT, INSERT, UPDATE ON loyalty_terms, loyalty_progress, tier_progress, voucher, referral TO florin_app;
GRANT SELECT, INSERT, DELETE ON loyalty_reward TO florin_app;
