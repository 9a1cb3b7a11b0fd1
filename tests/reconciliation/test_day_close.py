"""The close of a day runs itself: late, twice, killed at any step, and it says what is in its way."""

import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import psycopg
import pytest

from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.domain.day_close import CloseStep, DayCloseTerms, StepState
from florin.domain.declines import Decline
from florin.domain.people import Actor, Role
from florin.reconciliation.day_close.go_on_without import GoOnWithout, go_on_without
from florin.reconciliation.day_close.reopen_day import ReopenDay, ask_to_reopen, decide_reopening
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.connect import Pool
from florin.storage.day_close.checklists import read_checklist
from florin.storage.day_close.day_reports import content_of, reports_of_day
from florin.storage.day_close.reopenings import Reopening
from florin.storage.day_close.terms import set_day_close_terms
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof
from tests.architecture.source_tree import ROOT
from tests.conftest import Database
from tests.reconciliation.book import CLERK, DAY, NEXT_MORNING, PROGRAMME, Book, clerk
from tests.reconciliation.closing import close, house_of
from tests.reconciliation.conftest import Story
from tests.reconciliation.statements import Line, Outside

ONE_DAY = timedelta(days=1)
DONE, WAITING, BLOCKED = StepState.DONE, StepState.WAITING, StepState.BLOCKED
SECRET = b"sealed"
WIPED = (
    "day_report", "day_close_step", "day_close", "proof_result", "proof_run", "merchant_statement",
    "settlement_progress", "flow_balance", "posting_total", "sealed_day", "audit", "match_run",
)  # fmt: skip


@pytest.fixture
def outside(book: Book) -> Outside:
    return Outside(book)


async def states(pool: Pool, day: date = DAY) -> dict[CloseStep, StepState]:
    return {each.step: each.state for each in (await read_checklist(pool, PROGRAMME.id, day)).steps}


async def kept(pool: Pool, vault: Vault) -> list[tuple[str, bytes, bytes]]:
    """Every archived report: name, digest and bytes."""
    found = await reports_of_day(pool, PROGRAMME.id, DAY)
    return [(each.name, each.sha256, await content_of(pool, vault.day_reports, each)) for each in found]


def wipe(book: Book) -> None:
    with book.without_walls():
        for table in WIPED:
            book.connection.execute(f"DELETE FROM {table}".encode())  # noqa: S608 (our own tables)


@pytest.mark.usefixtures("story")
async def test_every_step_is_gone_through_in_order_and_written(pool: Pool) -> None:
    begun: list[CloseStep] = []

    def note(checklist: Any) -> None:  # noqa: ANN401 (a checklist)
        begun.extend(each.step for each in checklist.steps if each.state is StepState.RUNNING)

    assert {WAITING} == set((await states(pool)).values())
    done = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING), note)
    assert list(CloseStep) == begun
    assert (DONE, {DONE}) == (done.state, set((await states(pool)).values()))
    checklist = await read_checklist(pool, PROGRAMME.id, DAY)
    assert (1, NEXT_MORNING, NEXT_MORNING) == (checklist.edition, checklist.began_at, checklist.ended_at)
    assert {"transfers": 10, "seal": done.sealed[0].seal.hex()} == checklist.step(CloseStep.SEAL).finding
    proofs, matching = (checklist.step(each).finding for each in (CloseStep.PROOFS, CloseStep.MATCHING))
    assert ("full", "prv_", "mrn_") == (proofs["extent"], proofs["run_id"][:4], matching["run_id"][:4])


async def test_a_close_killed_at_every_step_and_resumed_gives_the_seal_and_byte_equal_reports(
    story: Story, pool: Pool, database: Database, tmp_path: Path
) -> None:
    keyring = tmp_path / "keys" / "keyring.json"
    vault = Vault(Keyring.create(keyring))
    arguments = (database.url, keyring, PROGRAMME.id, DAY, CLERK, NEXT_MORNING.isoformat())
    program = [sys.executable, "-m", "tests.reconciliation.close_program", *map(str, arguments)]
    ended = await anyio.run_process(program, cwd=ROOT, check=False)
    assert (0, b"") == (ended.returncode, ended.stderr)
    # The last of them died over its reports.
    assert StepState.RUNNING is (await states(pool))[CloseStep.REPORTS]
    resumed = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING + ONE_DAY), secrets=vault)
    assert (DONE, ()) == (resumed.state, resumed.sealed)
    (seal,) = story.book.connection.execute("SELECT seal FROM sealed_day").fetchall()
    after_kills = await kept(pool, vault)
    wipe(story.book)
    await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING), secrets=vault)
    assert [seal] == story.book.connection.execute("SELECT seal FROM sealed_day").fetchall()
    assert after_kills == await kept(pool, vault)
    assert {"trial_balance.json", "trial_balance.xlsx"} <= {name for name, _, _ in after_kills}


async def test_a_finding_names_the_row_and_blocks_the_seal_but_not_the_files(story: Story, pool: Pool) -> None:
    """Whoever owns the database edits one transfer of the day."""
    _, journal = story.purchase
    edit = "UPDATE transfer SET amount_minor = amount_minor + %(by)s WHERE journal_id = %(id)s AND position = 0"
    story.book.break_it(edit, id=journal, by=1)
    done = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    assert (BLOCKED, ()) == (done.state, done.sealed)
    found = await states(pool)
    assert (BLOCKED, DONE) == (found[CloseStep.PROOFS], found[CloseStep.FILES])
    later = (CloseStep.MATCHING, CloseStep.BREAKS, CloseStep.STATEMENTS, CloseStep.SEAL, CloseStep.REPORTS)
    assert {WAITING} == {found[each] for each in later}
    row = done.checklists[0].step(CloseStep.PROOFS)
    assert any(f"jrn_{journal.hex}" in each for each in row.finding["blocking"])
    assert row.to_do is not None
    story.book.break_it(edit, id=journal, by=-1)
    assert DONE is (await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))).state


async def test_a_file_that_is_not_due_is_waited_for_and_one_that_is_overdue_blocks(
    outside: Outside, pool: Pool
) -> None:
    """A Friday's bill, usually two banking days late: it has until Tuesday."""
    key = outside.top_up(100_00)
    expected = ("sandbox: due by 2026-11-24", "sandbox: overdue since 2026-11-24")
    for days, state, told in ((0, WAITING, expected[0]), (3, WAITING, expected[0]), (4, BLOCKED, expected[1])):
        done = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING + days * ONE_DAY))
        row = done.checklists[0].step(CloseStep.FILES)
        assert (state, [told]) == (row.state, row.finding["blocking"])
        assert () == done.sealed
    outside.says(outside.provider, Line(100_00, key))
    late = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING + 4 * ONE_DAY))
    assert (DONE, [DAY]) == (late.state, [each.business_date for each in late.sealed])
    assert 1 == late.checklists[0].step(CloseStep.MATCHING).finding["matched"]


async def test_who_has_nothing_with_us_on_a_day_is_not_waited_for(outside: Outside, pool: Pool) -> None:
    done = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    assert (DONE, 0) == (done.state, done.checklists[0].step(CloseStep.FILES).finding["expected"])
    outside.receipt(50_00, "F1", "icbc-1", day=DAY + ONE_DAY)
    # The bank's next statement says that the day before is over, too.
    outside.says(outside.bank, Line(50_00, mentions=("F1",)), day=DAY + 2 * ONE_DAY)
    done = await close(pool, PROGRAMME, DAY + ONE_DAY, clerk(NEXT_MORNING + ONE_DAY))
    files = done.checklists[0].step(CloseStep.FILES).finding
    assert (DONE, 1, 1) == (done.state, files["expected"], files["present"])


async def test_somebody_who_may_goes_on_without_a_file_on_record_and_it_is_a_break(
    outside: Outside, pool: Pool
) -> None:
    outside.top_up(100_00)
    await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    finance, manager = (person(role) for role in (Role.FINANCE, Role.MANAGER))
    command = GoOnWithout(PROGRAMME.id, DAY, outside.provider, "their service is down")
    house = house_of(pool)
    assert Decline.ROLE_REQUIRED is await go_on_without(house, finance, command, NEXT_MORNING)
    unknown = GoOnWithout(PROGRAMME.id, DAY, outside.bank, "why not")
    assert Decline.FILE_NOT_MISSING is await go_on_without(house, manager, unknown, NEXT_MORNING)
    assert not isinstance(await go_on_without(house, manager, command, NEXT_MORNING), Decline)
    done = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    assert (DONE, 1) == (done.state, done.checklists[0].step(CloseStep.FILES).finding["gone_on_without"])
    assert {"file_gap": [0]} == outside.breaks()
    (waived,) = outside.book.connection.execute(
        "SELECT w.waived_person, w.reason, a.action FROM day_close_waiver w, audit a WHERE a.action = 'day.file_waived'"
    ).fetchall()
    assert (manager.person_id, "their service is down", "day.file_waived") == waived


async def test_breaks_beyond_the_programmes_limits_block_the_seal(outside: Outside, pool: Pool) -> None:
    key = outside.top_up(100_00)
    outside.says(outside.provider, Line(99_00, key))
    await set_day_close_terms(pool, PROGRAMME.id, DayCloseTerms(break_limit_minor=99), clerk(NEXT_MORNING))
    done = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    row = done.checklists[0].step(CloseStep.BREAKS)
    assert (BLOCKED, ["100 in open breaks, the limit is 99"]) == (row.state, row.finding["blocking"])
    assert () == done.sealed
    assert DONE is done.checklists[0].step(CloseStep.STATEMENTS).state
    # Monday and Tuesday are within the provider's usual lag; on Wednesday the break is one banking day old.
    aged = DayCloseTerms(break_limit_minor=100, break_limit_days=0)
    await set_day_close_terms(pool, PROGRAMME.id, aged, clerk(NEXT_MORNING))
    done = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING + 4 * ONE_DAY))
    old = ["a break is 1 banking days old, the limit is 0"]
    assert old == done.checklists[0].step(CloseStep.BREAKS).finding["blocking"]
    assert DONE is (await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING + 3 * ONE_DAY))).state


async def test_later_days_wait_for_the_first_that_is_in_the_way_and_take_no_posting(
    outside: Outside, pool: Pool
) -> None:
    outside.top_up(100_00)
    done = await close(pool, PROGRAMME, DAY + ONE_DAY, clerk(NEXT_MORNING + ONE_DAY))
    assert ((DAY, DAY + ONE_DAY), ()) == (done.closed, done.sealed)
    assert [DAY] == [each.business_date for each in done.checklists]
    assert {WAITING} == set((await states(pool, DAY + ONE_DAY)).values())


async def test_a_step_that_breaks_off_is_failed_and_done_by_the_next_close(outside: Outside, pool: Pool) -> None:
    """Nobody has granted us a table that matching needs."""
    outside.book.connection.execute("REVOKE INSERT ON match_run FROM florin_app")
    failed = await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    outside.book.connection.execute("GRANT INSERT ON match_run TO florin_app")
    row = failed.checklists[0].step(CloseStep.MATCHING)
    assert (StepState.FAILED, {"error": "InsufficientPrivilege"}) == (row.state, row.finding)
    assert DONE is (await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))).state


async def test_a_day_is_reopened_by_two_people_and_closed_again_behind_its_old_seal(story: Story, pool: Pool) -> None:
    (first,) = (await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))).sealed
    house, finance, manager, other = house_of(pool), *(person(role) for role in (Role.FINANCE, *[Role.MANAGER] * 2))
    ask = ReopenDay(PROGRAMME.id, DAY, "a till was found that had not sent its sales")
    assert Decline.ROLE_REQUIRED is await ask_to_reopen(house, person(Role.OPERATOR), ask, NEXT_MORNING)
    before = replace(ask, business_date=DAY - ONE_DAY)
    assert Decline.DAY_NOT_REOPENABLE is await ask_to_reopen(house, manager, before, NEXT_MORNING)
    asked = await ask_to_reopen(house, manager, ask, NEXT_MORNING)
    assert isinstance(asked, Reopening)
    assert Decline.PROPOSAL_WAITS is await ask_to_reopen(house, finance, ask, NEXT_MORNING)

    async def decide(actor: Actor, now: datetime, *, accept: bool = True) -> Reopening | Decline:
        with story.book.without_walls():
            story.book.insert("login", **login_of(actor))
        proof = CodeProof(actor.login_id, SECRET, 1)
        return await decide_reopening(house, actor, asked.id, proof, now, accept=accept)

    assert Decline.SAME_PERSON is await decide(manager, NEXT_MORNING)
    opened = await decide(other, NEXT_MORNING)
    assert isinstance(opened, Reopening)
    assert ("approved", first.seal) == (opened.status, opened.seal)
    assert [] == story.book.connection.execute("SELECT FROM sealed_day").fetchall()
    assert {WAITING} == set((await states(pool)).values())
    assert (await run_proofs(pool)).ok
    # The day takes a posting, and is sealed behind the seal that it had.
    story.book.purchase(story.card, 100)
    done = await close(pool, PROGRAMME, DAY + ONE_DAY, clerk(NEXT_MORNING + ONE_DAY))
    assert [(DAY, 11), (DAY + ONE_DAY, 0)] == [(each.business_date, each.transfers) for each in done.sealed]
    assert (first.seal, 2) == (done.sealed[0].previous_seal, done.checklists[0].edition)
    assert (await run_proofs(pool)).ok
    assert {1, 2} == {each.edition for each in await reports_of_day(pool, PROGRAMME.id, DAY)}
    told = "SELECT name, payload ->> 'reason' FROM outbox WHERE name = 'day.reopened'"
    assert [("day.reopened", ask.reason)] == story.book.connection.execute(told).fetchall()
    actions = [row[0] for row in story.book.connection.execute("SELECT action FROM audit ORDER BY id").fetchall()]
    assert ["day.reopening_proposed", "day.reopened"] == [each for each in actions if "reopen" in each]
    # Nobody can make the old seal vanish: the chain leads over it.
    story.book.break_it("DELETE FROM day_reopening WHERE status = 'approved'")
    broken = [each for each in (await run_proofs(pool, only=[8])).results if not each.holds]
    assert ["seals"] == [each.name for each in broken]


async def test_a_sealed_day_goes_only_by_an_approved_reopening(story: Story, pool: Pool) -> None:
    await close(pool, PROGRAMME, DAY, clerk(NEXT_MORNING))
    waits = fresh_id()
    story.book.insert(
        "day_reopening",
        id=waits, programme_id=PROGRAMME.id, business_date=DAY, reason="late", status="proposed",
        proposed_by=waits, proposed_person=waits, proposed_at=NEXT_MORNING,
    )  # fmt: skip
    async with pool.connection() as service:
        with pytest.raises(psycopg.errors.NoDataFound):
            await service.execute("SELECT reopen_day(%s)", (waits,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await service.execute("DELETE FROM sealed_day")
    with pytest.raises(psycopg.errors.CheckViolation):
        story.book.connection.execute("DELETE FROM sealed_day")


def login_of(actor: Actor) -> dict[str, Any]:
    """An enrolled login, of which nobody has used a code."""
    return {
        "id": actor.login_id, "person_id": actor.person_id, "user_name": actor.login_id.hex, "roles": ["manager"],
        "password_hash": "", "must_change_password": False, "status": "active", "totp_secret_encrypted": SECRET,
        "totp_confirmed_at": NEXT_MORNING, "set_up_person": fresh_id(), "released_person": fresh_id(),
        "created_at": NEXT_MORNING,
    }  # fmt: skip


def person(role: Role) -> Actor:
    return Actor(fresh_id(), fresh_id(), fresh_id(), frozenset({role}), None)
