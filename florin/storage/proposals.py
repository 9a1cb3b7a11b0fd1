"""What one person proposes and another decides, of whatever kind: what all such proposals have in the schema."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import Any
from uuid import UUID

from florin.domain.people import Actor


class ProposalStatus(StrEnum):
    """Where a proposal stands."""

    PROPOSED = auto()  # waits for another person
    IN_FORCE = auto()
    REFUSED = auto()
    REPLACED = auto()  # was in force until another one was


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Who proposed it, and who has decided."""

    id: UUID
    status: ProposalStatus
    proposed_by: UUID
    proposed_person: UUID
    proposed_at: datetime
    decided_by: UUID | None = None
    decided_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether it waits for its decision."""
        return self.status is ProposalStatus.PROPOSED


def begun(proposal_id: UUID, actor: Actor, now: datetime) -> dict[str, Any]:
    """The fields with which a proposal begins."""
    return {
        "id": proposal_id,
        "status": ProposalStatus.PROPOSED,
        "proposed_by": actor.login_id,
        "proposed_person": actor.person_id,
        "proposed_at": now,
    }


def decided_in(table: str) -> str:
    """What writes a `decision` into the table of a kind of proposals."""
    return f"""
    UPDATE {table} SET status = %(status)s, decided_by = %(decided_by)s, decided_person = %(decided_person)s,
        decided_at = %(decided_at)s
    WHERE id = %(id)s
    """  # noqa: S608 (our own tables)


def decision(proposal_id: UUID, actor: Actor, now: datetime, *, accept: bool) -> dict[str, Any]:
    """The columns that a decision writes."""
    return {
        "id": proposal_id,
        "status": (ProposalStatus.IN_FORCE if accept else ProposalStatus.REFUSED).value,
        "decided_by": actor.login_id,
        "decided_person": actor.person_id,
        "decided_at": now,
    }
