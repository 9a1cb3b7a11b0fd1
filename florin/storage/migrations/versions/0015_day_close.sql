-- The close of the day: a checklist for each business day, what its proofs said, and what it archives.

CREATE TABLE day_close_terms (
    programme_id uuid PRIMARY KEY REFERENCES programme,
    closes_itself boolean NOT NULL,
    minutes_after_cut_off smallint NOT NULL CHECK (minutes_after_cut_off BETWEEN 0 AND 1439),
    break_limit_minor bigint CHECK (break_limit_minor >= 0),
    break_limit_days smallint CHECK (break_limit_days >= 0)
);
COMMENT ON TABLE day_close_terms IS
    'When a programme closes its days by itself, and which open breaks do not stand in the way; no row: never, and all.';
COMMENT ON COLUMN day_close_terms.break_limit_minor IS 'What open breaks may come to together; null: anything.';
COMMENT ON COLUMN day_close_terms.break_limit_days IS 'How old one may be, in banking days; null: any age.';

CREATE TABLE day_close (
    programme_id uuid NOT NULL REFERENCES programme,
    business_date date NOT NULL,
    edition smallint NOT NULL CHECK (edition > 0),
    began_at timestamptz NOT NULL,
    attempted_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (programme_id, business_date, edition)
);
COMMENT ON COLUMN day_close.edition IS 'One more than how often the day has been reopened.';
COMMENT ON COLUMN day_close.attempted_at IS 'When somebody last went through the checklist.';

CREATE TABLE day_close_step (
    programme_id uuid NOT NULL,
    business_date date NOT NULL,
    edition smallint NOT NULL,
    step text NOT NULL CHECK (step IN ('cut_off', 'holds', 'proofs', 'files', 'matching', 'breaks', 'statements',
        'seal', 'reports')),
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'blocked', 'failed')),
    began_at timestamptz NOT NULL,
    ended_at timestamptz,
    finding jsonb NOT NULL,
    PRIMARY KEY (programme_id, business_date, edition, step),
    FOREIGN KEY (programme_id, business_date, edition) REFERENCES day_close,
    CHECK ((state = 'running') = (ended_at IS NULL))
);
COMMENT ON COLUMN day_close_step.finding IS 'What the step has counted, and what blocks it.';

CREATE TABLE day_close_waiver (
    programme_id uuid NOT NULL REFERENCES programme,
    business_date date NOT NULL,
    counterparty_id uuid NOT NULL REFERENCES counterparty,
    reason text NOT NULL CHECK (reason <> ''),
    waived_by uuid NOT NULL,
    waived_person uuid NOT NULL,
    waived_at timestamptz NOT NULL,
    PRIMARY KEY (programme_id, business_date, counterparty_id)
);
COMMENT ON TABLE day_close_waiver IS
    'Whose file of a day was not waited for, and who said so: the file that is missing is a break. Append-only.';

CREATE TABLE day_report (
    programme_id uuid NOT NULL,
    business_date date NOT NULL,
    edition smallint NOT NULL,
    name text NOT NULL,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    content_encrypted bytea NOT NULL,
    PRIMARY KEY (programme_id, business_date, edition, name),
    FOREIGN KEY (programme_id, business_date, edition) REFERENCES day_close
);
COMMENT ON TABLE day_report IS 'The reports of a closed day as they were drawn up once: their bytes, sealed. Append-only.';

CREATE TABLE proof_run (
    id uuid PRIMARY KEY,
    extent text NOT NULL CHECK (extent IN ('full', 'since_seals', 'chosen')),
    asked_by uuid,
    asked_as text,
    began_at timestamptz NOT NULL,
    duration_ms bigint NOT NULL CHECK (duration_ms >= 0),
    ok boolean NOT NULL
);
CREATE INDEX proof_run_by_time ON proof_run (began_at);
COMMENT ON TABLE proof_run IS 'Every time that the book was proven: when, for whom, and how much of it. Append-only.';
COMMENT ON COLUMN proof_run.extent IS
    'since_seals: what came since the last sealed days, on top of them; chosen: only the proofs that were asked for.';
COMMENT ON COLUMN proof_run.asked_as IS 'Who asked on the service''s own machine.';

CREATE TABLE proof_result (
    run_id uuid NOT NULL REFERENCES proof_run,
    position smallint NOT NULL CHECK (position >= 0),
    number smallint NOT NULL,
    name text NOT NULL,
    rows_checked bigint NOT NULL CHECK (rows_checked >= 0),
    found bigint NOT NULL CHECK (found >= 0),
    findings jsonb NOT NULL,
    duration_ms bigint NOT NULL CHECK (duration_ms >= 0),
    PRIMARY KEY (run_id, position)
);
COMMENT ON COLUMN proof_result.findings IS 'The first of them: the rows that are wrong, by name, and what is wrong.';

CREATE TABLE asked_run (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('matching', 'proofs', 'day_close')),
    programme_id uuid REFERENCES programme,
    business_date date,
    extent text CHECK (extent IN ('full', 'since_seals')),
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('asked', 'running', 'done', 'failed')),
    began_at timestamptz,
    beginnings smallint NOT NULL DEFAULT 0 CHECK (beginnings >= 0),
    steps_done integer,
    steps integer,
    code text CHECK (code <> ''),
    CHECK ((kind = 'proofs') = (extent IS NOT NULL) AND (kind = 'day_close') = (business_date IS NOT NULL)),
    CHECK (CASE kind WHEN 'proofs' THEN programme_id IS NULL WHEN 'day_close' THEN programme_id IS NOT NULL ELSE true END),
    CHECK ((state = 'asked') = (began_at IS NULL) AND (began_at IS NULL) = (beginnings = 0)),
    CHECK ((state = 'failed') = (code IS NOT NULL)),
    CHECK (num_nulls(steps_done, steps) IN (0, 2) AND steps_done BETWEEN 0 AND steps)
);
-- Whoever asks for what waits already is answered with it: asking often makes no queue.
CREATE UNIQUE INDEX asked_run_that_waits_is_one ON asked_run (kind, programme_id, business_date, extent) NULLS NOT DISTINCT
    WHERE state = 'asked';
CREATE INDEX asked_run_by_day ON asked_run (programme_id, business_date, id) WHERE kind = 'day_close';
CREATE INDEX asked_run_unfinished ON asked_run (id) WHERE state IN ('asked', 'running');
COMMENT ON TABLE asked_run IS
    'Long work that somebody has asked for. What a run has found stands under its id in match_run or proof_run; a close has its checklist.';
COMMENT ON COLUMN asked_run.programme_id IS 'Whose day is closed; of matching, by whose business day it is late what is late.';
COMMENT ON COLUMN asked_run.beginnings IS 'How often it was begun: more than once when whoever was at it died.';
COMMENT ON COLUMN asked_run.steps_done IS 'Of how many steps it has done so many; null before the first.';

CREATE TABLE asked_run_key (
    caller_id uuid NOT NULL,
    key text NOT NULL,
    run_id uuid NOT NULL REFERENCES asked_run,
    PRIMARY KEY (caller_id, key)
);
COMMENT ON TABLE asked_run_key IS 'Which run a request was answered with: its repetition gets the same. Append-only.';

CREATE TABLE day_reopening (
    id uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programme,
    business_date date NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'refused')),
    proposed_by uuid NOT NULL,
    proposed_person uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by uuid,
    decided_person uuid,
    decided_at timestamptz,
    transfers bigint,
    merkle_root bytea,
    previous_seal bytea,
    seal bytea,
    CONSTRAINT reopened_by_second_person CHECK (decided_person <> proposed_person),
    CHECK ((status = 'proposed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_person IS NULL)),
    CHECK (num_nulls(transfers, merkle_root, previous_seal, seal) IN (0, 4) AND (status = 'approved' OR seal IS NULL))
);
CREATE UNIQUE INDEX day_reopening_proposal_is_one ON day_reopening (programme_id) WHERE status = 'proposed';
COMMENT ON TABLE day_reopening IS
    'A closed day that two people have opened again: its seal until then stays in the chain, before the one that follows.';

-- What only two people may: a seal goes where an approved reopening keeps it.
CREATE OR REPLACE FUNCTION refuse_change_of_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM day_reopening r
        WHERE r.programme_id = OLD.programme_id AND r.business_date = OLD.business_date AND r.seal = OLD.seal
          AND r.status = 'approved'
    ) THEN
        RETURN OLD;
    END IF;
    RAISE check_violation USING MESSAGE = format('%s is sealed and never changes', OLD.business_date);
END $$;

-- The service cannot delete a closed day, or what was drawn up of it, but by this.
CREATE FUNCTION reopen_day(reopening uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    opened day_reopening;
BEGIN
    SELECT * INTO STRICT opened FROM day_reopening WHERE id = reopening AND status = 'approved';
    IF EXISTS (SELECT FROM sealed_day d
               WHERE d.programme_id = opened.programme_id AND d.business_date > opened.business_date)
       OR EXISTS (SELECT FROM day_reopening r
                  WHERE r.programme_id = opened.programme_id AND r.business_date > opened.business_date
                    AND r.status = 'approved')
       OR EXISTS (SELECT FROM merchant_statement s
                  WHERE s.programme_id = opened.programme_id AND s.business_date = opened.business_date
                    AND s.status = 'approved') THEN
        RAISE check_violation USING MESSAGE = format('%s cannot be reopened', opened.business_date);
    END IF;
    UPDATE merchant_statement SET reserve_released_by = NULL WHERE reserve_released_by IN (
        SELECT s.id FROM merchant_statement s
        WHERE s.programme_id = opened.programme_id AND s.business_date = opened.business_date);
    DELETE FROM merchant_statement
    WHERE programme_id = opened.programme_id AND business_date = opened.business_date;
    UPDATE settlement_progress SET drafted_until = opened.business_date - 1
    WHERE programme_id = opened.programme_id AND drafted_until >= opened.business_date;
    DELETE FROM flow_balance WHERE programme_id = opened.programme_id AND business_date = opened.business_date;
    DELETE FROM posting_total WHERE programme_id = opened.programme_id AND business_date = opened.business_date;
    DELETE FROM sealed_day WHERE programme_id = opened.programme_id AND business_date = opened.business_date;
END $$;
REVOKE ALL ON FUNCTION reopen_day(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reopen_day(uuid) TO florin_app;

GRANT SELECT, INSERT, UPDATE ON day_close_terms, day_close, day_close_step, day_reopening, asked_run TO florin_app;
GRANT SELECT, INSERT ON day_close_waiver, day_report, proof_run, proof_result, asked_run_key TO florin_app;
