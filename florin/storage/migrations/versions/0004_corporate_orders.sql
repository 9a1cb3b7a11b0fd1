-- Corporate orders from draft to activated cards, and the money that customers send for them.
-- All rows of a customer carry the customer's shard. Whoever decides about an order's money holds the row lock of the
-- customer's funding account first and of the order after it; whoever changes only an order holds the order's.

CREATE TABLE corporate_order (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL REFERENCES programme,
    customer_id uuid NOT NULL REFERENCES customer,
    payment_reference text NOT NULL CONSTRAINT order_payment_reference_is_unique UNIQUE,
    delivery text NOT NULL CHECK (delivery IN ('files', 'links')),
    status text NOT NULL CHECK (status IN ('draft', 'submitted', 'approved', 'funded', 'generating',
        'partially_failed', 'ready', 'delivered', 'activated', 'cancelled')),
    repeats_order_id uuid REFERENCES corporate_order,
    created_by uuid NOT NULL REFERENCES login,
    created_at timestamptz NOT NULL,
    order_key text,
    fingerprint uuid,
    tier text,
    price_basis_points integer CHECK (price_basis_points BETWEEN 1 AND 10000),
    face_minor bigint CHECK (face_minor > 0),
    price_minor bigint CHECK (price_minor BETWEEN 1 AND face_minor),
    submission_hash bytea,
    submitted_by uuid REFERENCES login,
    submitted_person uuid REFERENCES person,
    submitted_at timestamptz,
    needs_customer_approval boolean NOT NULL DEFAULT false,
    customer_approved_by uuid REFERENCES login,
    customer_approved_person uuid REFERENCES person,
    customer_approved_at timestamptz,
    approved_by uuid REFERENCES login,
    approved_person uuid REFERENCES person,
    approved_at timestamptz,
    reserved_minor bigint NOT NULL DEFAULT 0 CHECK (reserved_minor >= 0),
    used_minor bigint NOT NULL DEFAULT 0 CHECK (used_minor >= 0),
    received_at timestamptz,
    CONSTRAINT order_key_is_unique UNIQUE (created_by, order_key),
    CONSTRAINT the_maker_never_checks CHECK (
        customer_approved_person <> submitted_person AND approved_person <> submitted_person
        AND approved_person <> customer_approved_person),
    CONSTRAINT no_more_is_reserved_than_the_price CHECK (reserved_minor + used_minor <= coalesce(price_minor, 0)),
    CHECK ((order_key IS NULL) = (fingerprint IS NULL)),
    CHECK (status IN ('draft', 'cancelled') OR (submission_hash IS NOT NULL AND submitted_person IS NOT NULL)),
    CHECK (status IN ('draft', 'submitted', 'cancelled') OR approved_person IS NOT NULL),
    CHECK (status IN ('draft', 'submitted', 'cancelled') OR NOT needs_customer_approval
        OR customer_approved_person IS NOT NULL)
);
CREATE INDEX order_by_customer ON corporate_order (customer_id, id);
CREATE INDEX order_waiting ON corporate_order (status, id) WHERE status IN ('approved', 'funded', 'generating');
COMMENT ON COLUMN corporate_order.submission_hash IS
    'SHA-256 of exactly what was submitted; approval names it, and generation computes it again.';
COMMENT ON COLUMN corporate_order.order_key IS
    'The idempotency key under which the order was made, and with it a keyed hash of what was asked for then.';
COMMENT ON COLUMN corporate_order.reserved_minor IS
    'What the order holds of the customer''s funding for cards that are not activated yet.';
COMMENT ON COLUMN corporate_order.used_minor IS 'What has moved from the customer''s funding onto activated cards.';

CREATE TABLE order_line (
    order_id uuid NOT NULL REFERENCES corporate_order,
    line smallint NOT NULL CHECK (line BETWEEN 1 AND 100),
    product_id uuid NOT NULL REFERENCES product,
    denomination_minor bigint NOT NULL CHECK (denomination_minor > 0),
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 1000000),
    principal_minor bigint CHECK (principal_minor BETWEEN 1 AND denomination_minor),
    issue_id uuid UNIQUE REFERENCES card_issue,
    status text NOT NULL CHECK (status IN ('waiting', 'generating', 'ready', 'failed', 'dropped')),
    failure text,
    PRIMARY KEY (order_id, line),
    CHECK ((status = 'failed') = (failure IS NOT NULL))
);
COMMENT ON COLUMN order_line.principal_minor IS 'What the customer pays for one card; the rest of its face is bonus.';

CREATE TABLE order_recipient (
    order_id uuid NOT NULL,
    line smallint NOT NULL,
    serial integer NOT NULL CHECK (serial > 0),
    name_encrypted bytea NOT NULL,
    contact_encrypted bytea NOT NULL,
    employee_number text,
    identity_encrypted bytea,
    PRIMARY KEY (order_id, line, serial),
    FOREIGN KEY (order_id, line) REFERENCES order_line ON DELETE CASCADE
);
COMMENT ON TABLE order_recipient IS 'Who gets the card of that serial number of the line.';

CREATE TABLE receipt (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    method text NOT NULL CHECK (method IN ('bank_transfer', 'cash')),
    bank_reference text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    unit text NOT NULL,
    payment_reference text,
    parties_encrypted bytea NOT NULL,
    received_on date NOT NULL,
    recorded_by uuid NOT NULL,
    journal_id uuid NOT NULL,
    posted_at timestamptz NOT NULL,
    CONSTRAINT receipt_bank_reference_is_unique UNIQUE (programme_id, bank_reference)
);
CREATE INDEX receipt_by_customer ON receipt (customer_id, id);
COMMENT ON COLUMN receipt.parties_encrypted IS 'Payer''s and payee''s name and account, sealed (policy pack cn: kept line by line).';

CREATE TABLE funding_refund (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    refund_account_id uuid NOT NULL REFERENCES refund_account,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    unit text NOT NULL,
    reason text NOT NULL,
    status text NOT NULL CHECK (status IN ('requested', 'approved', 'refused', 'paid')),
    requested_by uuid NOT NULL,
    requested_person uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    decided_by uuid,
    decided_person uuid,
    decided_at timestamptz,
    journal_id uuid,
    paid_journal_id uuid,
    bank_reference text,
    CONSTRAINT a_refund_has_two_people CHECK (decided_person <> requested_person),
    CHECK ((status = 'requested') = (decided_person IS NULL)),
    CHECK ((status IN ('approved', 'paid')) = (journal_id IS NOT NULL)),
    CHECK ((status = 'paid') = (paid_journal_id IS NOT NULL))
);
CREATE INDEX funding_refund_by_customer ON funding_refund (customer_id, id);
COMMENT ON TABLE funding_refund IS
    'Money that goes back to a customer: reserved when requested, in transit when approved, gone when the bank has paid.';

CREATE TABLE order_activation (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES corporate_order,
    order_key text NOT NULL,
    selection json NOT NULL,
    cards integer NOT NULL CHECK (cards > 0),
    activated integer NOT NULL DEFAULT 0 CHECK (activated BETWEEN 0 AND cards),
    refused integer NOT NULL DEFAULT 0 CHECK (refused >= 0 AND activated + refused <= cards),
    status text NOT NULL CHECK (status IN ('running', 'done')),
    asked_by uuid NOT NULL REFERENCES login,
    asked_at timestamptz NOT NULL,
    done_at timestamptz,
    CONSTRAINT order_activation_key_is_unique UNIQUE (order_id, order_key)
);
CREATE INDEX order_activation_running ON order_activation (id) WHERE status = 'running';

CREATE TABLE card_replacement (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    line smallint NOT NULL,
    old_card_id uuid NOT NULL UNIQUE,
    new_card_id uuid NOT NULL UNIQUE,
    reason text NOT NULL CHECK (reason IN ('missing', 'damaged')),
    asked_by uuid NOT NULL REFERENCES login,
    asked_person uuid NOT NULL REFERENCES person,
    approved_by uuid REFERENCES login,
    approved_person uuid REFERENCES person,
    journal_id uuid,
    replaced_at timestamptz NOT NULL,
    CONSTRAINT a_replacement_of_value_has_two_people CHECK (
        approved_person <> asked_person AND (journal_id IS NULL OR approved_person IS NOT NULL)),
    FOREIGN KEY (order_id, line) REFERENCES order_line
);
CREATE INDEX card_replacement_by_order ON card_replacement (order_id, line);

GRANT SELECT, INSERT, UPDATE ON corporate_order, order_line, funding_refund, order_activation TO florin_app;
GRANT SELECT, INSERT ON receipt, card_replacement TO florin_app;
GRANT SELECT, INSERT ON order_recipient TO florin_app;
GRANT DELETE ON order_line, order_recipient TO florin_app;
