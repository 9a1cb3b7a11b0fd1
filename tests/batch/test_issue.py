import asyncio

import pytest

from florin.batch import issue as issuing
from florin.batch.demo_programme import DemoProgramme
from florin.batch.issue import CrowdedNumbers, fill_issue
from florin.clearing.new_cards import make_cards
from florin.crypto.vault import Vault
from florin.domain.chart import AccountCode
from florin.domain.identifiers import shard_of, wire_id
from florin.storage.cards.card_issue import CardIssue, add_cards, find_issue, unfinished_issues
from florin.storage.cards.card_rows import NewCard, Origin
from florin.storage.connect import Connection, Pool
from tests.batch.card_orders import ordered
from tests.batch.conftest import NOW

pytestmark = pytest.mark.usefixtures("demo")

CARDS_AND_ACCOUNTS = """
SELECT c.id, c.shard, c.status, c.block, c.last4, c.number_index, c.number_encrypted, c.ecode_index,
       c.key_id, c.expires_on, a.code, a.shard, a.unit, a.balance_minor, a.held_minor, a.sequence,
       a.programme_id = c.programme_id
FROM card c LEFT JOIN strict_account a ON a.owner_id = c.id WHERE c.issue_id = %(issue)s ORDER BY c.id
"""


async def count(connection: Connection, table: str) -> int:
    row = await (await connection.execute(f"SELECT count(*) FROM {table}")).fetchone()  # noqa: S608  # type: ignore[arg-type]
    assert row is not None
    return int(row[0])


async def test_an_issue_ends_with_exactly_the_cards_that_were_ordered(
    pool: Pool, connection: Connection, vault: Vault
) -> None:
    issue = await ordered(pool, 25)
    steps: list[tuple[int, int]] = []

    ready = await fill_issue(
        pool, vault, issue.id, chunk=10, progress=lambda done, total: steps.append((done, total)), clock=lambda: NOW
    )

    assert isinstance(ready, CardIssue)
    assert (25, 25, "ready", NOW) == (ready.ordered, ready.generated, ready.status, ready.ready_at)
    assert ready == await find_issue(pool, issue.id)
    assert [(10, 25), (20, 25), (25, 25)] == steps
    assert 25 == await count(connection, "card")


async def test_a_card_is_in_stock_with_an_account_to_lock_and_opens_with_its_keys(
    pool: Pool, connection: Connection, vault: Vault
) -> None:
    issue = await ordered(pool, 3)
    await fill_issue(pool, vault, issue.id)

    rows = await (await connection.execute(CARDS_AND_ACCOUNTS, {"issue": issue.id})).fetchall()

    assert 3 == len(rows)
    for (
        card_id,
        shard,
        status,
        block,
        last4,
        index,
        sealed,
        ecode_index,
        key_id,
        expires_on,
        *account,
    ) in rows:
        number = vault.card_numbers.open(sealed, card_id.bytes).decode()
        assert ("987654", last4) == (number[:6], number[-4:])
        assert index == vault.numbers.of(number)
        assert ecode_index == vault.ecodes.of(vault.cards.derive_ecode(key_id, card_id.bytes))
        assert (shard_of(card_id), "in_stock", "none", None) == (shard, status, block, expires_on)
        assert [AccountCode.CARD_PRINCIPAL, shard, "CNY", 0, 0, 0, True] == account


async def test_a_product_without_e_codes_gets_none(pool: Pool, connection: Connection, vault: Vault) -> None:
    issue = await ordered(pool, 4, product="recharge")
    await fill_issue(pool, vault, issue.id, chunk=3)

    rows = await (await connection.execute("SELECT ecode_index, last4 FROM card")).fetchall()

    assert [None] * 4 == [ecode_index for ecode_index, _ in rows]


async def test_an_issue_that_was_left_goes_on_to_exactly_its_number(
    pool: Pool, connection: Connection, vault: Vault
) -> None:
    issue = await ordered(pool, 10)
    origin = _origin(issue, vault)
    half = await add_cards(pool, origin, make_cards(vault, "987654", 4, has_ecode=True), NOW)
    assert (4, "generating", None) == (half.generated, half.status, half.ready_at)
    assert [issue.id] == await unfinished_issues(pool)

    await fill_issue(pool, vault, issue.id, chunk=4)

    assert 10 == await count(connection, "card")
    assert 10 == await count(connection, "strict_account")
    assert [] == await unfinished_issues(pool)


async def test_filling_a_ready_issue_again_makes_no_card(pool: Pool, connection: Connection, vault: Vault) -> None:
    issue = await ordered(pool, 5)
    first = await fill_issue(pool, vault, issue.id)

    assert first == await fill_issue(pool, vault, issue.id)
    assert 5 == await count(connection, "card")
    assert 1 == await count(connection, "outbox")


async def test_two_processes_that_fill_one_issue_make_no_card_too_many(
    pool: Pool, connection: Connection, vault: Vault
) -> None:
    issue = await ordered(pool, 95)

    both = await asyncio.gather(*(fill_issue(pool, vault, issue.id, chunk=10) for _ in range(2)))

    assert ["ready", "ready"] == [each.status for each in both if isinstance(each, CardIssue)]
    assert 95 == await count(connection, "card")
    assert 1 == await count(connection, "outbox")


async def test_a_number_that_exists_already_is_not_issued_again(
    pool: Pool, connection: Connection, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = _Draws(vault, repeated_chunks=3)
    monkeypatch.setattr(issuing, "make_cards", draws.make)
    issue = await ordered(pool, 40)

    await fill_issue(pool, vault, issue.id, chunk=10)

    assert draws.collided
    assert 40 == await count(connection, "card")
    assert 40 == await count(connection, "strict_account")
    assert [(40,)] == await (await connection.execute("SELECT count(DISTINCT number_index) FROM card")).fetchall()


async def test_a_number_twice_in_a_chunk_is_issued_once(pool: Pool, connection: Connection, vault: Vault) -> None:
    issue = await ordered(pool, 10)
    first, second, *_ = make_cards(vault, "987654", 2, has_ecode=True)
    twin = first._replace(id=second.id, ecode_index=second.ecode_index)

    assert 1 == (await add_cards(pool, _origin(issue, vault), [first, twin], NOW)).generated
    assert 1 == await count(connection, "card")


async def test_an_e_code_twice_is_no_matter_of_chance_and_stops_the_issue(pool: Pool, vault: Vault) -> None:
    issue = await ordered(pool, 10)
    first, second, *_ = make_cards(vault, "987654", 2, has_ecode=True)

    with pytest.raises(Exception, match="card_ecode_is_unique"):
        await add_cards(pool, _origin(issue, vault), [first, second._replace(ecode_index=first.ecode_index)], NOW)


async def test_the_number_of_cards_in_memory_does_not_grow_with_the_issue(
    pool: Pool, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    made = stored = 0

    def make(vault: Vault, prefix: str, count: int, *, has_ecode: bool) -> list[NewCard]:
        nonlocal made
        cards = make_cards(vault, prefix, count, has_ecode=has_ecode)
        made += len(cards)
        held.append(made - stored)
        return cards

    def progress(done: int, _ordered: int) -> None:
        nonlocal stored
        stored = done

    monkeypatch.setattr(issuing, "make_cards", make)
    issue = await ordered(pool, 400)

    await fill_issue(pool, vault, issue.id, chunk=10, progress=progress)

    assert 400 == made
    assert 20 == max(held)


async def test_an_order_and_its_end_leave_their_traces(
    pool: Pool, connection: Connection, vault: Vault, demo: DemoProgramme
) -> None:
    issue = await ordered(pool, 5)
    await fill_issue(pool, vault, issue.id)

    orders = await connection.execute("SELECT subject_id, detail FROM audit WHERE action = 'issue.ordered'")
    ((subject_id, detail),) = await orders.fetchall()
    events = await (await connection.execute("SELECT name, subject_id, payload FROM outbox")).fetchall()

    assert (issue.id, 5, str(demo.programme.id)) == (subject_id, detail["ordered"], detail["programme_id"])
    payload = {"id": wire_id("issue", issue.id), "cards": 5, "customer_id": None}
    assert [("batch.completed", issue.id, payload)] == events


async def test_a_prefix_without_free_numbers_stops_the_issue(
    pool: Pool, connection: Connection, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_there_is = [card.number_index for card in make_cards(vault, "987654", 2, has_ecode=True)]

    def make(vault: Vault, prefix: str, _count: int, *, has_ecode: bool) -> list[NewCard]:
        cards = make_cards(vault, prefix, len(all_there_is), has_ecode=has_ecode)
        return [card._replace(number_index=number) for card, number in zip(cards, all_there_is, strict=True)]

    monkeypatch.setattr(issuing, "make_cards", make)
    issue = await ordered(pool, 3)

    with pytest.raises(CrowdedNumbers):
        await fill_issue(pool, vault, issue.id)

    assert 2 == await count(connection, "card")
    left = await find_issue(pool, issue.id)
    assert left is not None
    assert (2, "generating") == (left.generated, left.status)


def _origin(issue: CardIssue, vault: Vault) -> Origin:
    key_id = vault.cards.writing_key_id
    return Origin(issue.programme_id, issue.product_id, issue.id, issue.denomination_minor, "CNY", key_id)


class _Draws:
    """Makes cards, some of whose numbers have been drawn before."""

    def __init__(self, vault: Vault, repeated_chunks: int) -> None:
        self.collided = False
        self._vault = vault
        self._repeats = repeated_chunks
        self._earlier: NewCard | None = None

    def make(self, vault: Vault, prefix: str, count: int, *, has_ecode: bool) -> list[NewCard]:
        cards = make_cards(vault, prefix, count, has_ecode=has_ecode)
        if cards and self._earlier is not None and self._repeats:
            cards[0] = cards[0]._replace(number_index=self._earlier.number_index)
            self._repeats -= 1
            self.collided = True
        if cards:
            self._earlier = cards[-1]
        return cards
