-- People who work with Florin: the operator's own and those of corporate customers.
-- A person is one human being however many logins he or she has, because maker and checker are compared as persons.

CREATE TABLE person (
    id uuid PRIMARY KEY,
    name_encrypted bytea NOT NULL,
    identity_index bytea,
    identity_encrypted bytea,
    created_at timestamptz NOT NULL,
    CONSTRAINT person_identity_is_unique UNIQUE (identity_index),
    CHECK ((identity_index IS NULL) = (identity_encrypted IS NULL))
);
COMMENT ON COLUMN person.identity_index IS
    'A blind index of the identity document; with the mobile numbers it tells that two logins are one person''s.';

CREATE TABLE person_mobile (
    mobile_index bytea PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    mobile_encrypted bytea NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX person_mobile_by_person ON person_mobile (person_id);
COMMENT ON TABLE person_mobile IS
    'Every mobile number that a person has come with: a new one must not make a second person of the first.';

CREATE TABLE customer (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL REFERENCES programme,
    name text NOT NULL,
    registration_number text NOT NULL,
    contact_encrypted bytea NOT NULL,
    approval_limit_minor bigint NOT NULL CHECK (approval_limit_minor >= 0),
    status text NOT NULL CHECK (status IN ('active', 'suspended')),
    created_at timestamptz NOT NULL,
    CONSTRAINT customer_registration_is_unique UNIQUE (programme_id, registration_number)
);
COMMENT ON TABLE customer IS 'A corporate customer: a company or institution that orders cards in batches.';
COMMENT ON COLUMN customer.approval_limit_minor IS
    'Orders above it need the consent of the customer''s own approver before the operator''s.';

CREATE TABLE login (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    customer_id uuid REFERENCES customer,
    user_name text NOT NULL CONSTRAINT login_user_name_is_unique UNIQUE,
    roles text[] NOT NULL CHECK (cardinality(roles) > 0),
    password_hash text NOT NULL,
    must_change_password boolean NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'blocked')),
    totp_secret_encrypted bytea,
    totp_confirmed_at timestamptz,
    totp_last_step bigint,
    set_up_person uuid REFERENCES person,
    released_person uuid REFERENCES person,
    waits boolean NOT NULL GENERATED ALWAYS AS (set_up_person IS NOT NULL AND released_person IS NULL) STORED,
    created_at timestamptz NOT NULL,
    CHECK (totp_confirmed_at IS NULL OR totp_secret_encrypted IS NOT NULL),
    CONSTRAINT a_login_has_three_people CHECK (
        person_id <> set_up_person AND person_id <> released_person AND set_up_person <> released_person),
    CONSTRAINT only_administrators_are_set_up_by_nobody CHECK (
        set_up_person IS NOT NULL OR (customer_id IS NULL AND roles = ARRAY['administrator'])),
    CONSTRAINT nobody_works_for_both_sides_in_one_login CHECK (
        (customer_id IS NULL AND roles <@ ARRAY['operator', 'service_manager', 'manager', 'finance',
                                                'finance_approver', 'auditor', 'administrator'])
        OR (customer_id IS NOT NULL AND roles <@ ARRAY['buyer', 'approver']))
);
CREATE INDEX login_by_person ON login (person_id);
CREATE INDEX login_by_customer ON login (customer_id) WHERE customer_id IS NOT NULL;
COMMENT ON COLUMN login.customer_id IS 'The customer whose buyer or approver it is; null for the operator''s own people.';
COMMENT ON COLUMN login.set_up_person IS
    'Who added or reset the login or gave it more roles, last; null for administrators made on the service''s own machine.';
COMMENT ON COLUMN login.released_person IS
    'Who made sure that its owner is the one who has enrolled. Nobody works with a login that waits for that.';

CREATE TABLE login_session (
    digest bytea PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    login_id uuid NOT NULL REFERENCES login,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX login_session_by_login ON login_session (login_id);

GRANT SELECT, INSERT ON person, person_mobile, customer, login, login_session TO florin_app;
GRANT UPDATE ON person, customer, login, login_session TO florin_app;
