"""Steps of a case: a note, an assignment, a question, its answer, and the end; each leaves a line in its story."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from florin.clearing.cases.notes import sealed_note
from florin.clearing.house import ClearingHouse
from florin.domain.case_life import (
    LATEST_DUE,
    OPEN,
    WITH_MONEY,
    Case,
    CaseOperation,
    CaseStatus,
    Side,
    has_whom_to_ask,
    permit_case,
    permit_member_step,
    permit_merchant_step,
    read_text,
)
from florin.domain.case_scope import OPENERS, WORKERS, may_work
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.cases import CaseChange, case_change
from florin.storage.members.sessions import SignedIn
from florin.storage.people.persons import who_may_work


@dataclass(frozen=True, slots=True)
class StepCase:
    """A step, and what is said to it. `InvalidField` for a bad text, or for what is no step by itself.

    ``assignee_id`` is the login that is to work on it (with ``assign`` only; None: whoever asks), ``due_at`` by when it
    is to be decided, ``is_internal`` keeps a note from the member.
    """

    case_id: UUID
    operation: CaseOperation
    text: str = field(repr=False)
    assignee_id: UUID | None = None
    due_at: datetime | None = None
    is_internal: bool = False

    def __post_init__(self) -> None:
        """Refuse what belongs to other steps."""
        read_text(self.text)
        if self.operation in WITH_MONEY:
            raise InvalidField("operation", "money and vouchers are given by a request of their own")
        if self.operation is not CaseOperation.ASSIGN and (self.assignee_id or self.due_at):
            raise InvalidField("operation", "only an assignment names an assignee or a day")
        if self.is_internal and self.operation is not CaseOperation.NOTE:
            raise InvalidField("is_internal", "only a note is internal")


async def step_own_case(house: ClearingHouse, who: SignedIn, command: StepCase, now: datetime) -> Case | Decline:
    """The member whose case it is says something to it. Declines: ``case_not_found``, ``case_not_in_state``."""
    async with case_change(house.pool, command.case_id, Author(who.session_id, now)) as change:
        case = change.case
        if case is None or case.member_id != who.member_id:
            return Decline.CASE_NOT_FOUND
        following = permit_member_step(command.operation, case.status)
        if isinstance(following, Decline):
            return following
        moved = _moved(case, following, now)
        text = read_text(command.text)
        note = sealed_note(house.vault, text, Side.MEMBER, who.member_id, now, following, command.operation)
        await change.save(moved, note, command.operation)
        return moved


async def answer_as_merchant(
    house: ClearingHouse, merchant_id: UUID, actor_id: UUID, command: StepCase, now: datetime
) -> Case | Decline:
    """The merchant that a case is about answers what it was asked.

    Declines: ``case_not_found``, ``case_not_in_state``.
    """
    async with case_change(house.pool, command.case_id, Author(actor_id, now)) as change:
        case = change.case
        if case is None or case.merchant_id != merchant_id:
            return Decline.CASE_NOT_FOUND
        following = permit_merchant_step(command.operation, case.status)
        if isinstance(following, Decline):
            return following
        moved = _moved(case, following, now)
        text = read_text(command.text)
        note = sealed_note(house.vault, text, Side.MERCHANT, merchant_id, now, following, command.operation)
        await change.save(moved, note, command.operation)
        return moved


async def step_case(house: ClearingHouse, actor: Actor, command: StepCase, now: datetime) -> Case | Decline:
    """Somebody of ours does a step.

    Declines: ``role_required``, also for what is others' work; ``case_not_found``, ``case_not_in_state``,
    ``case_has_nobody_to_ask``, ``login_not_found`` for an assignee whose work it is not. `InvalidField` for a day more
    than a year ahead.
    """
    if not actor.has(*OPENERS):
        return Decline.ROLE_REQUIRED
    if command.due_at is not None and command.due_at - now > LATEST_DUE:
        raise InvalidField("due_at", f"at most {LATEST_DUE.days} days ahead")
    async with case_change(house.pool, command.case_id, Author(actor.session_id, now)) as change:
        if change.case is None:
            return Decline.CASE_NOT_FOUND
        if not may_work(actor, change.case.customer_id):
            return Decline.ROLE_REQUIRED
        following = permit_case(command.operation, change.case.status)
        if isinstance(following, Decline):
            return following
        if not has_whom_to_ask(command.operation, change.case):
            return Decline.CASE_HAS_NOBODY_TO_ASK
        moved = await _assigned(change, _moved(change.case, following, now), actor, command)
        if isinstance(moved, Decline):
            return moved
        note = sealed_note(
            house.vault,
            read_text(command.text),
            Side.SERVICE,
            actor.login_id,
            now,
            following,
            command.operation,
            is_internal=command.is_internal,
        )
        await change.save(moved, note, command.operation)
        return moved


async def _assigned(change: CaseChange, case: Case, actor: Actor, command: StepCase) -> Case | Decline:
    if command.operation is not CaseOperation.ASSIGN:
        return case
    assignee_id = command.assignee_id or actor.login_id
    if not await who_may_work(change.connection, [assignee_id], WORKERS[case.customer_id is not None]):
        return Decline.LOGIN_NOT_FOUND
    return replace(case, assignee_id=assignee_id, due_at=command.due_at or case.due_at)


def _moved(case: Case, status: CaseStatus, now: datetime) -> Case:
    return replace(case, status=status, ended_at=None if status in OPEN else case.ended_at or now)
