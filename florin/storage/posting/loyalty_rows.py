"""Rows of points that a posting group writes."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(slots=True)
class PointsEntry:
    """What a business day brought a member in points, or what was taken back of it; ``owed`` could not be taken."""

    member_id: UUID
    business_date: date
    revision: int
    shard: int
    programme_id: UUID
    spent_minor: int
    points: int
    owed: int
    journal_id: UUID | None
    posted_at: datetime


@dataclass(slots=True)
class PointsLapse:
    """Points that a member lost at the end of a year."""

    member_id: UUID
    year: int
    shard: int
    programme_id: UUID
    points: int
    journal_id: UUID
    posted_at: datetime
