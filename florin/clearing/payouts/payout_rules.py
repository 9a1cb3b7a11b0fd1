"""What differs between the kinds of payouts, and one step of a payout, decided under its locks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from florin.clearing.answers import Json
from florin.clearing.house import ClearingHouse
from florin.crypto.envelope import Envelope
from florin.crypto.vault import Vault
from florin.domain.chart import Event
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount
from florin.domain.payout import Payout
from florin.storage.connect import Pool
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, Wanted
from florin.storage.posting.working_rows import WorkingRows

AnyPayout = TypeVar("AnyPayout", bound=Payout)


@dataclass(frozen=True, slots=True)
class Step:
    """What is posted when a payout goes a step on, and under which name it is announced and recorded."""

    event: Event
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutRules(Generic[AnyPayout]):
    """A kind of payouts: who is owed, where the money stands until it is sent, and what becomes of it if it comes back.

    ``wire_kind`` and ``subject_kind`` are what ids of the payout and of what it pays are called outside, ``subject`` is
    the id of the latter. ``find`` returns a payout with what to lock for it, ``owe_again`` makes the next one.
    """

    wire_kind: str
    subject_kind: str
    sent: Step
    settled: Step
    returned: Step
    owner_id: Callable[[AnyPayout], UUID]
    owed_on: Callable[[AnyPayout], FlowAccount]
    find: Callable[[Pool, UUID], Awaitable[tuple[AnyPayout, Wanted] | None]]
    rows: Callable[[Group], WorkingRows[AnyPayout]]
    owe_again: Callable[[Group, AnyPayout, UUID], None]
    view: Callable[[AnyPayout], Json]
    accounts: Callable[[Vault], Envelope]

    def book(
        self, group: Group, actor_id: UUID, payout: AnyPayout, step: Step, debit: FlowAccount, credit: FlowAccount
    ) -> UUID:
        """Post a step, record and announce it; returns the journal."""
        programme = group.programme(payout.programme_id)
        journal_id = group.post(step.event, programme, [(payout.amount_minor, debit, credit)])
        told = {"payout_id": wire_id(self.wire_kind, payout.id), "amount_minor": payout.amount_minor}
        group.record(actor_id, step.name, self.owner_id(payout), told)
        group.emit(step.name, self.owner_id(payout), None, journal_id)
        return journal_id

    def outcome(self, group: Group, payout: AnyPayout, journal_id: UUID) -> Outcome:
        """Write the payout, and answer with it as it is now."""
        self.rows(group).save(payout)
        return Outcome(self.view(payout), journal_id=journal_id, subject_id=payout.id)


class NamesPayout(Protocol):
    """A verb's command about one payout."""

    @property
    def payout_id(self) -> UUID:
        """Which one."""


async def payout_step(
    house: ClearingHouse,
    rules: PayoutRules[AnyPayout],
    caller: Caller,
    verb: str,
    command: NamesPayout,
    key: str | None,
    decide: Callable[[Group, AnyPayout], Outcome],
    *,
    reference: str | None = None,
) -> Answer | Decline:
    """Decide about the payout that a command names, and nobody else changes meanwhile.

    Declines: ``payout_not_found`` when there is none of that id, and whatever is decided.
    """
    found = await rules.find(house.pool, command.payout_id)
    if found is None:
        return Decline.PAYOUT_NOT_FOUND

    def decided(group: Group) -> Outcome:
        return decide(group, rules.rows(group).known(command.payout_id))

    request = house.request(caller, key, verb, command, found[1], decided, reference=reference)
    return await house.engine.submit(request)
