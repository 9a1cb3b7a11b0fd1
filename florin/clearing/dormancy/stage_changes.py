"""What a sweep does about the owners of a chunk: the stages that they enter, and what is told of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from florin.clearing.answers import amount, instant
from florin.domain.dormancy import (
    FOLLOWING,
    DormancyReason,
    DormancyStage,
    Standing,
    Step,
    next_step,
    reason_of,
    standing_after,
)
from florin.domain.notice import NoticeKind
from florin.storage.dormancy.dormancy_sweep import ChunkTurn, QuietOwner, RulesInForce
from florin.storage.notices.notices import NewNotice, write_notices
from florin.storage.outbox import Told, emit_all

NOTICE: Final = {"card": "card.dormancy_notice", "member": "member.dormancy_notice"}
CHANGED: Final = {"card": "card.dormancy_changed", "member": "member.dormancy_changed"}

_KINDS: Final = {DormancyStage.INACTIVE: NoticeKind.INACTIVE, DormancyStage.DORMANT: NoticeKind.DORMANT}


@dataclass(slots=True)
class StageChanges:
    """What is to be written of a chunk, and how many of each."""

    standings: list[tuple[QuietOwner, Standing, DormancyReason]] = field(default_factory=list)
    forgotten: list[QuietOwner] = field(default_factory=list)
    events: list[Told] = field(default_factory=list)
    notices: list[NewNotice] = field(default_factory=list)
    counted: Counter[str] = field(
        default_factory=lambda: Counter({"notices": 0, "inactive": 0, "dormant": 0, "woken": 0})
    )


def stage_changes(owners: Sequence[QuietOwner], rules: RulesInForce, now: datetime) -> StageChanges:
    """What is due at ``now`` for each of these owners: at most one step."""
    changes = StageChanges()
    for owner in owners:
        _decide(changes, owner, rules, now)
    return changes


async def carry_out_changes(turn: ChunkTurn, changes: StageChanges, now: datetime) -> None:
    """Write it all in the transaction of the chunk's turn, and that the chunk is done."""
    await turn.write(changes.standings)
    await turn.forget([each.owner_id for each in changes.forgotten])
    await emit_all(turn.connection, changes.events, now)
    await write_notices(turn.connection, changes.notices, now)
    await turn.advance(changes.counted, now)


def _decide(changes: StageChanges, owner: QuietOwner, rules: RulesInForce, now: datetime) -> None:
    idleness, rule = owner.idleness, rules.rules[owner.programme_id]
    step = next_step(idleness, rule, now)
    if step is None:
        return
    standing = standing_after(idleness.standing, step, now)
    reason = reason_of(idleness, rule)
    if standing is None:
        changes.forgotten.append(owner)
        if step is Step.WAKE:
            _wake(changes, owner, reason)
        return
    changes.standings.append((owner, standing, reason))
    if step is Step.WARN:
        changes.counted["notices"] += 1
        _tell(changes, owner, FOLLOWING[standing.stage], reason)
    elif step is Step.ADVANCE:
        changes.counted[standing.stage] += 1
        changes.events.append(Told(CHANGED[owner.owner_kind], owner.owner_id, _view(owner, standing.stage, reason)))


def _wake(changes: StageChanges, owner: QuietOwner, reason: DormancyReason) -> None:
    """Whoever had only been warned has never been anything but normal, so nothing has changed."""
    if owner.stage != DormancyStage.NORMAL:
        changes.counted["woken"] += 1
        view = _view(owner, DormancyStage.NORMAL, reason)
        changes.events.append(Told(CHANGED[owner.owner_kind], owner.owner_id, view))


def _tell(changes: StageChanges, owner: QuietOwner, coming: DormancyStage, reason: DormancyReason) -> None:
    view = _view(owner, coming, reason)
    changes.events.append(Told(NOTICE[owner.owner_kind], owner.owner_id, view))
    if owner.owner_kind == "member":
        # Of one stretch without activity, which the lines of the statement name, nobody is told the same twice.
        cause = f"dormancy:{coming}:{owner.principal_sequence}:{owner.bonus_sequence}"
        changes.notices.append(NewNotice(cause, _KINDS[coming], owner.owner_id, view))


def _view(owner: QuietOwner, stage: DormancyStage, reason: DormancyReason) -> dict[str, Any]:
    return {
        "id": owner.wire_id,
        "stage": stage.value,
        "reason": reason.value,
        "last_activity_at": instant(owner.last_activity_at),
        "balance": amount(owner.balance_minor, owner.unit),
    }
