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
CREATE INDEX order_waiting ON corporate_order (status, id)
    WHERE status IN ('approved', 'funded', 'generating', 'partially_failed', 'cancelled');
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
    status text NOT NULL CHECK (status IN ('waiting', 'generating', 'ready', 'failed', 'dropping', 'dropped')),
    failure text,
    began_at timestamptz,
    made_before integer NOT NULL DEFAULT 0 CHECK (made_before >= 0),
    PRIMARY KEY (order_id, line),
    CHECK ((status = 'failed') = (failure IS NOT NULL))
);
COMMENT ON COLUMN order_line.principal_minor IS 'What the customer pays for one card; the rest of its face is bonus.';
COMMENT ON COLUMN order_line.status IS
    'A line that is dropped has given its money back; while it is dropping, some of its cards are not void yet.';
COMMENT ON COLUMN order_line.began_at IS
    'When its cards were last taken in hand, and with made_before how many there were: what their rate is told from.';

CREATE TABLE order_recipient (
    order_id uuid NOT NULL,
    line smallint NOT NULL,
    serial integer NOT NULL CHECK (serial > 0),
    name_encrypted bytea,
    contact_encrypted bytea,
    employee_number text,
    identity_encrypted bytea,
    PRIMARY KEY (order_id, line, serial),
    FOREIGN KEY (order_id, line) REFERENCES order_line ON DELETE CASCADE,
    CONSTRAINT a_recipient_is_known_or_forgotten CHECK (
        num_nonnulls(name_encrypted, contact_encrypted) = 2
        OR num_nonnulls(name_encrypted, contact_encrypted, employee_number, identity_encrypted) = 0)
);
CREATE INDEX order_recipient_known ON order_recipient (order_id) WHERE name_encrypted IS NOT NULL;
COMMENT ON TABLE order_recipient IS
    'Who gets the card of that serial number of the line. That there was somebody stays when the person is forgotten.';

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
CREATE INDEX receipt_by_journal ON receipt (journal_id);
CREATE INDEX receipt_by_payment_reference ON receipt (payment_reference) WHERE payment_reference IS NOT NULL;
COMMENT ON COLUMN receipt.parties_encrypted IS 'Payer''s and payee''s name and account, sealed (policy pack cn: kept line by line).';

CREATE TABLE funding_refund (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    programme_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    refund_account_id uuid NOT NULL REFERENCES customer_proposal,
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
    paid_by uuid,
    paid_at timestamptz,
    paid_journal_id uuid,
    bank_reference text,
    CONSTRAINT a_refund_has_two_people CHECK (decided_person <> requested_person),
    CHECK ((status = 'requested') = (decided_person IS NULL)),
    CHECK ((status IN ('approved', 'paid')) = (journal_id IS NOT NULL)),
    CHECK ((status = 'paid') = (paid_journal_id IS NOT NULL)
        AND (paid_journal_id IS NULL) = (bank_reference IS NULL) AND (paid_journal_id IS NULL) = (paid_at IS NULL)),
    CONSTRAINT funding_refund_bank_reference_is_unique UNIQUE (programme_id, bank_reference)
);
CREATE INDEX funding_refund_by_customer ON funding_refund (customer_id, id);
CREATE INDEX funding_refund_by_journal ON funding_refund (paid_journal_id) WHERE paid_journal_id IS NOT NULL;
COMMENT ON TABLE funding_refund IS
    'Money that goes back to a customer: reserved when requested, in transit when approved, gone when the bank has paid.';

CREATE TABLE order_instruction (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES corporate_order,
    kind text NOT NULL CHECK (kind IN ('activate', 'void')),
    order_key text NOT NULL,
    selection json NOT NULL,
    cards integer NOT NULL CHECK (cards > 0),
    done integer NOT NULL DEFAULT 0 CHECK (done >= 0),
    skipped integer NOT NULL DEFAULT 0 CHECK (skipped >= 0),
    refused integer NOT NULL DEFAULT 0 CHECK (refused >= 0),
    status text NOT NULL CHECK (status IN ('running', 'finished')),
    asked_by uuid NOT NULL REFERENCES login,
    session_id uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT order_instruction_key_is_unique UNIQUE (order_id, kind, order_key),
    CHECK (done + skipped + refused <= cards),
    CHECK ((status = 'finished') = (done + skipped + refused = cards)),
    CHECK ((status = 'finished') = (finished_at IS NOT NULL))
);
CREATE INDEX order_instruction_running ON order_instruction (id) WHERE status = 'running';
COMMENT ON TABLE order_instruction IS
    'What a customer wants done with some cards of an order, card by card: activated, or given up before that.';
COMMENT ON COLUMN order_instruction.done IS
    'With skipped and refused: how many cards of the selection, in its order, have had their turn.';

CREATE TABLE order_instruction_refusal (
    instruction_id uuid NOT NULL REFERENCES order_instruction,
    line smallint NOT NULL,
    serial integer NOT NULL,
    code text NOT NULL,
    PRIMARY KEY (instruction_id, line, serial)
);

CREATE TABLE card_replacement (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    line smallint NOT NULL,
    order_key text NOT NULL,
    old_card_id uuid NOT NULL,
    new_card_id uuid UNIQUE,
    recipient_serial integer NOT NULL,
    reason text NOT NULL CHECK (reason IN ('missing', 'damaged')),
    status text NOT NULL CHECK (status IN ('waiting_for_approval', 'making', 'replaced', 'refused')),
    refusal text,
    asked_by uuid NOT NULL REFERENCES login,
    asked_person uuid NOT NULL REFERENCES person,
    session_id uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    decided_by uuid REFERENCES login,
    decided_person uuid REFERENCES person,
    decided_at timestamptz,
    journal_id uuid,
    replaced_at timestamptz,
    debits text NOT NULL DEFAULT 'open' CHECK (debits IN ('open', 'to_stop', 'stopped', 'to_allow')),
    CONSTRAINT a_card_in_question_pays_nothing CHECK (
        CASE status WHEN 'waiting_for_approval' THEN debits IN ('to_stop', 'stopped')
            WHEN 'refused' THEN debits IN ('to_allow', 'open') ELSE true END),
    CONSTRAINT a_replacement_of_value_has_two_people CHECK (
        decided_person <> asked_person AND (journal_id IS NULL OR decided_person IS NOT NULL)),
    CHECK ((decided_person IS NULL) = (decided_by IS NULL) AND (decided_person IS NULL) = (decided_at IS NULL)),
    CHECK ((status = 'refused') = (refusal IS NOT NULL)),
    CHECK ((status = 'replaced') = (replaced_at IS NOT NULL) AND (status <> 'replaced' OR new_card_id IS NOT NULL)),
    FOREIGN KEY (order_id, line) REFERENCES order_line
);
CREATE UNIQUE INDEX card_is_replaced_once ON card_replacement (old_card_id) WHERE status <> 'refused';
CREATE INDEX card_replacement_by_order ON card_replacement (order_id, id);
CREATE INDEX card_replacement_unfinished ON card_replacement (id) WHERE status = 'making';
CREATE INDEX card_replacement_unsettled ON card_replacement (id) WHERE debits IN ('to_stop', 'to_allow');
COMMENT ON COLUMN card_replacement.debits IS
    'Whether the old card pays meanwhile: to be stopped and stopped while a second person is asked, allowed again after a no.';
COMMENT ON COLUMN card_replacement.new_card_id IS
    'The successor, in the same issue under the next serial number; made before it gets the place of the old card.';
COMMENT ON COLUMN card_replacement.recipient_serial IS
    'Whose card it is: the serial number of the first card in a chain of replacements, where the recipient stands.';

GRANT SELECT, INSERT, UPDATE ON corporate_order, order_line, funding_refund, order_instruction, card_replacement
    TO florin_app;
GRANT SELECT, INSERT ON receipt, order_instruction_refusal TO florin_app;
GRANT SELECT, INSERT ON order_recipient TO florin_app;
GRANT UPDATE (name_encrypted, contact_encrypted, employee_number, identity_encrypted) ON order_recipient TO florin_app;
GRANT DELETE ON order_line, order_recipient TO florin_app;
