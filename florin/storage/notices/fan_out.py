"""Fanning events out: each event of the outbox becomes a row for every webhook and every notice that tells of it, once.

New is what the last look could not see. A transaction's snapshot says exactly that of every other transaction, whatever
order they began and committed in; ids and clocks do not, so a cursor of either would lose the event of a transaction
that was slow to commit (ADR 0026). What one look finds is taken chunk by chunk in the order of the events' ids, and
each chunk is written together with how far it came, so that a kill repeats nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.notice import ALWAYS_SENT, CUSTOMERS_ARE_TOLD, KIND_OF_EVENT, ON_REQUEST, URGENT
from florin.domain.referral import FOR_NEWCOMER, cause_for_referrer
from florin.domain.webhook import CUSTOMER_EVENTS, MERCHANT_EVENTS
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.notices.fan_out_queries import (
    DELIVER,
    NOTIFY_HOLDERS,
    NOTIFY_LOGINS,
    NOTIFY_MEMBERS,
    NOTIFY_RECIPIENTS,
)

CHUNK: Final = 5_000
"""Events a transaction: enough to go through a million in minutes, few enough to stay within a transaction's limits."""

BEGIN: Final = "INSERT INTO fan_out (told) VALUES ('1:1:') ON CONFLICT DO NOTHING"
TAKE_TURN: Final = """
SELECT told::text, telling::text, told_up_to,
       pg_snapshot_xmax(told) > pg_snapshot_xmax(pg_current_snapshot()) AS is_ahead
FROM fan_out FOR UPDATE SKIP LOCKED
"""
LOOK: Final = "UPDATE fan_out SET telling = pg_current_snapshot() RETURNING telling::text"
# Found first and put in order afterwards: in one step the planner might walk the whole outbox by its ids. Most
# transactions lie beyond all that was open at either look, so few need to be looked up in a snapshot.
NEXT_CHUNK: Final = """
WITH news AS MATERIALIZED (
    SELECT id, name FROM outbox
    WHERE written_in >= %(told_xmin)s AND written_in < %(telling_xmax)s
      AND (written_in >= %(told_xmax)s
           OR NOT pg_visible_in_snapshot(written_in::text::xid8, %(told)s::pg_snapshot))
      AND (written_in < %(telling_xmin)s
           OR pg_visible_in_snapshot(written_in::text::xid8, %(telling)s::pg_snapshot))
      AND (%(told_up_to)s::uuid IS NULL OR id > %(told_up_to)s)
)
SELECT id, name FROM news ORDER BY id LIMIT %(chunk)s
"""
STEP: Final = "UPDATE fan_out SET told_up_to = %(told_up_to)s"
FINISH: Final = "UPDATE fan_out SET told = telling, telling = NULL, told_up_to = NULL"
LISTENERS: Final = "SELECT EXISTS (SELECT FROM webhook_endpoint WHERE status = 'active')"


class RestoredFromDumpError(Exception):
    """The outbox remembers transactions that this server has not begun yet: it was restored from a dump.

    Which events have been fanned out cannot be told by their transactions any more; the runbook says what to do.
    """


@dataclass(frozen=True, slots=True)
class _Turn:
    """How far the fan-out has come; whoever holds it is the only one to go on."""

    told: str
    telling: str | None
    told_up_to: UUID | None
    is_ahead: bool


async def fan_out(pool: Pool, now: datetime, chunk: int = CHUNK) -> int:
    """Fan out the next events, at most ``chunk``, and return how many there were; 0 also when somebody else is at it.

    Raises:
        RestoredFromDumpError: see there.
    """
    async with transaction(pool) as connection:
        await connection.execute(BEGIN)
        async with connection.cursor(row_factory=class_row(_Turn)) as turns:
            turn = await (await turns.execute(TAKE_TURN)).fetchone()
        if turn is None:
            return 0
        if turn.is_ahead:
            raise RestoredFromDumpError
        events = await _next_events(connection, turn, chunk)
        if not events and turn.telling is not None:
            # The look under way ended with its last chunk, and what has come since waits for no later call.
            await connection.execute(FINISH)
            events = await _next_events(
                connection, replace(turn, told=turn.telling, telling=None, told_up_to=None), chunk
            )
        if events:
            await _tell(connection, events, now)
        if len(events) == chunk:
            await connection.execute(STEP, {"told_up_to": events[-1][0]})
        else:
            await connection.execute(FINISH)
        return len(events)


async def _next_events(connection: Connection, turn: _Turn, chunk: int) -> list[tuple[UUID, str]]:
    telling = turn.telling
    if telling is None:
        (telling,) = await (await connection.execute(LOOK)).fetchone() or ("",)
    window = {
        **_bounds("told", turn.told),
        **_bounds("telling", telling),
        "told_up_to": turn.told_up_to,
        "chunk": chunk,
    }
    return [(event_id, name) for event_id, name in await (await connection.execute(NEXT_CHUNK, window)).fetchall()]


def _bounds(name: str, snapshot: str) -> dict[str, str | int]:
    """A snapshot, the first transaction that was open in it, and the first that had not begun (``xmin:xmax:open``)."""
    xmin, xmax, _ = snapshot.split(":")
    return {name: snapshot, f"{name}_xmin": int(xmin), f"{name}_xmax": int(xmax)}


async def _tell(connection: Connection, events: Sequence[tuple[UUID, str]], now: datetime) -> None:
    (has_listeners,) = await (await connection.execute(LISTENERS)).fetchone() or (False,)
    if has_listeners:
        await connection.execute(DELIVER, {**_named(events), **_OWN_EVENTS, "now": now})
    names = {name for _, name in events}
    if names & KIND_OF_EVENT.keys():
        await connection.execute(NOTIFY_MEMBERS, {**_named(events, KIND_OF_EVENT), **_KINDS, "now": now})
    if any(name in KIND_OF_EVENT and name.startswith("closure.") for name in names):
        await connection.execute(NOTIFY_HOLDERS, {**_named(events, KIND_OF_EVENT), **_KINDS, "now": now})
    if names & CUSTOMERS_ARE_TOLD.keys():
        of_customers = {**_named(events, CUSTOMERS_ARE_TOLD), **_OWN_EVENTS, **_ROLES, "now": now}
        await connection.execute(NOTIFY_LOGINS, of_customers)
    if "card_link.sent" in names:
        await connection.execute(NOTIFY_RECIPIENTS, {**_named(events, {"card_link.sent": None}), "now": now})


def _named(events: Sequence[tuple[UUID, str]], names: Mapping[str, object] | None = None) -> dict[str, Any]:
    return {"ids": [event_id for event_id, name in events if names is None or name in names]}


_OWN_EVENTS: Final = {"merchant_events": sorted(MERCHANT_EVENTS), "customer_events": sorted(CUSTOMER_EVENTS)}
_TOLD_IN_ROLES: Final = [
    (name, kind.value, role.value) for name, (kind, roles) in CUSTOMERS_ARE_TOLD.items() for role in roles
]
_ROLES: Final = dict(zip(("names", "kinds", "roles"), map(list, zip(*_TOLD_IN_ROLES, strict=True)), strict=True))
_KINDS: Final = {
    "names": list(KIND_OF_EVENT),
    "kinds": [kind.value for kind in KIND_OF_EVENT.values()],
    "always": [kind.value for kind in ALWAYS_SENT],
    "on_request": [kind.value for kind in ON_REQUEST],
    "urgent": [kind.value for kind in URGENT],
    "for_newcomer": FOR_NEWCOMER,
    "for_referrer": cause_for_referrer("%"),
}
