-- What the operator and a corporate customer have agreed on: where refunds go, whose keys open card files, and what
-- the customer pays. A change of the first two needs two persons, because each of them is where money can be led away.

CREATE TABLE customer_proposal (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customer,
    purpose text NOT NULL CHECK (purpose IN ('refunds', 'numbers', 'pins')),
    last4 text,
    account_encrypted bytea,
    recipient text,
    status text NOT NULL CHECK (status IN ('proposed', 'in_force', 'refused', 'replaced')),
    proposed_by uuid NOT NULL REFERENCES login,
    proposed_person uuid NOT NULL REFERENCES person,
    proposed_at timestamptz NOT NULL,
    decided_by uuid REFERENCES login,
    decided_person uuid REFERENCES person,
    decided_at timestamptz,
    CONSTRAINT a_proposal_is_an_account_or_a_key CHECK (
        CASE purpose WHEN 'refunds' THEN num_nonnulls(last4, account_encrypted) = 2 AND recipient IS NULL
        ELSE num_nonnulls(last4, account_encrypted) = 0 AND recipient IS NOT NULL END
    ),
    CONSTRAINT a_proposal_has_two_people CHECK (decided_person <> proposed_person),
    CHECK ((status = 'proposed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_person IS NULL))
);
CREATE UNIQUE INDEX customer_proposal_in_force_is_one ON customer_proposal (customer_id, purpose) WHERE status = 'in_force';
CREATE UNIQUE INDEX customer_proposal_that_waits_is_one ON customer_proposal (customer_id, purpose) WHERE status = 'proposed';
CREATE UNIQUE INDEX delivery_key_opens_one_part ON customer_proposal (customer_id, recipient)
    WHERE status IN ('proposed', 'in_force');
COMMENT ON TABLE customer_proposal IS
    'What needs two persons: the customer''s own bank account (holder, bank and number, sealed) that refunds go to, and the '
    'age public keys that its card files are sealed for, one for each part.';

CREATE TABLE tier (
    programme_id uuid NOT NULL REFERENCES programme,
    ladder text NOT NULL CHECK (ladder IN ('group', 'personal')),
    name text NOT NULL,
    from_minor bigint NOT NULL CHECK (from_minor > 0),
    price_basis_points integer NOT NULL CHECK (price_basis_points BETWEEN 1 AND 10000),
    PRIMARY KEY (programme_id, ladder, name),
    CONSTRAINT tier_threshold_is_unique UNIQUE (programme_id, ladder, from_minor)
);
COMMENT ON TABLE tier IS
    'What a company pays of a face by what it has brought in, or a member of a price by what it has spent, in basis points.';

CREATE TABLE programme_bank_account (
    programme_id uuid PRIMARY KEY REFERENCES programme,
    holder text NOT NULL,
    bank text NOT NULL,
    number text NOT NULL
);
COMMENT ON TABLE programme_bank_account IS
    'Where corporate customers pay to. It stands on every pro-forma invoice, so it is no secret.';

GRANT SELECT, INSERT, UPDATE ON customer_proposal, programme_bank_account TO florin_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tier TO florin_app;
