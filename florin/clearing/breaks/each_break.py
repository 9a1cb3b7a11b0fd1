"""Doing one thing with many breaks: each is an operation of its own, with its own key and its own answer.

What became of one does not depend on the others: when the other side of one arrives while somebody decides on a
hundred, that one is refused, and the other ninety-nine are not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar
from uuid import UUID

from florin.clearing.breaks.views import break_view
from florin.clearing.house import ClearingHouse
from florin.domain.break_life import BreakOperation
from florin.domain.break_proposal import BreakProposal
from florin.domain.break_record import Break, BreakSeverity
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, Wanted
from florin.storage.reconciliation.break_rows import BreakChange
from florin.storage.reconciliation.breaks import known_breaks

MOST_AT_ONCE: Final = 200
"""How many breaks one call may name: they fill no queue, and a till waits for one group of them at most."""

_GIVING: Final = frozenset({BreakOperation.TAKE, BreakOperation.HAND_OVER})

BreakAnswer = tuple[UUID, Answer | Decline]
"""A break that something was to be done with, and what became of it."""


class _OfBreak(Protocol):
    @property
    def break_id(self) -> UUID: ...


Command = TypeVar("Command", bound=_OfBreak)


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who asks, under which idempotency key; a break's own is made of it and its id."""

    actor: Actor
    key: str
    request_id: str | None = None


async def on_each(
    house: ClearingHouse,
    clerk: Clerk,
    verb: str,
    commands: Sequence[Command],
    decide: Callable[[Group, Break, Command], Outcome],
) -> list[BreakAnswer]:
    """Carry commands out, each alone; the answers in their order, ``break_not_found`` where there is none.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key goes on where this ended.
    """
    known = await known_breaks(house.pool, [each.break_id for each in commands])
    caller = Caller(clerk.actor.login_id, clerk.actor.session_id, None, clerk.request_id)

    def of(command: Command) -> Callable[[Group], Outcome]:
        return lambda group: decide(group, group.breaks.known(command.break_id), command)

    found = [each for each in commands if each.break_id in known]
    requests = [
        house.request(caller, f"{clerk.key}:{each.break_id.hex}", verb, each, Wanted(break_id=each.break_id), of(each))
        for each in found
    ]
    results = await house.engine.submit_all(requests)
    answers: dict[UUID, Answer | Decline] = {}
    for command, result in zip(found, results, strict=True):
        if not isinstance(result, Answer):
            raise result
        answers[command.break_id] = result
    return [(each.break_id, answers.get(each.break_id, Decline.BREAK_NOT_FOUND)) for each in commands]


def tell(
    house: ClearingHouse,
    group: Group,
    known: Break,
    operation: BreakOperation,
    *,
    actor: Actor | None,
    note: str | None = None,
    proposal: BreakProposal | None = None,
    severity: BreakSeverity | None = None,
) -> None:
    """Save a break and record what was done with it, by whom: None for what the terms do without anybody."""
    change_id = group.fresh_id(None)
    sealed = None if note is None else house.vault.break_notes.seal(note.encode(), change_id.bytes)
    group.breaks.save(known)
    group.add_break_change(
        BreakChange(
            change_id,
            known.id,
            operation,
            known.state,
            group.now,
            login_id=None if actor is None else actor.login_id,
            person_id=None if actor is None else actor.person_id,
            proposal_id=None if proposal is None else proposal.id,
            severity=severity,
            owner_id=known.owner_id if operation in _GIVING else None,
            note_encrypted=sealed,
        )
    )


def done(known: Break, proposal: BreakProposal | None = None) -> Outcome:
    """The answer of a step: the break as it stands after it."""
    journal_id = None if proposal is None else proposal.journal_id
    return Outcome(break_view(known, proposal), journal_id=journal_id, subject_id=known.id)
