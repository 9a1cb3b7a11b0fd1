"""Dormancy: by which terms it comes, where a member stands, and how members use what they have."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from pydantic import Field

from florin.api.asking import ThePerson
from florin.api.callers import READERS_OF_PROGRAMMES, people
from florin.api.examples import MEMBER_ID, cny
from florin.api.fields import Choice, Fields, MemberId, ProgrammeId
from florin.api.given import TheAuthor, TheHouse, ThePage
from florin.api.management_examples import Json, page_of
from florin.api.problems.document import Refused
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view, listed
from florin.clearing.dormancy.member_contacts import READERS
from florin.clearing.dormancy.member_figures import MemberFigures, member_activity, member_figures
from florin.clearing.dormancy.set_dormancy_terms import SetDormancyTerms, set_dormancy_terms
from florin.domain.declines import Decline
from florin.domain.dormancy import (
    LONGEST_DAYS,
    LONGEST_NOTICE_DAYS,
    DormancyReason,
    DormancyStage,
    DormancyTerms,
    Ending,
)
from florin.domain.member_class import MemberClass, MemberLife, class_of, life_of
from florin.domain.scopes import Scope
from florin.storage.dormancy.dormancy import dormancy_of, terms_of
from florin.storage.members.member_figures import MemberActivity
from florin.storage.members.members import profile_of

ROUTES = Routes("Dormancy")

_LIST: Final = "member_activity"
_PROGRAMME: Final = "/v1/programmes/{programme_id}"

_TERMS: Final[Json] = {
    "low_balance_days": None,
    "dormant_days": 60,
    "notice_days": 7,
    "new_days": 30,
    "ending": "none",
    "ending_days": 730,
}
_MEMBER: Final[Json] = {
    "member_id": MEMBER_ID,
    "stage": "inactive",
    "reason": "low_balance",
    "since": "2026-11-01T04:00:00Z",
    "noticed_at": None,
    "last_activity_at": "2026-10-01T08:30:00Z",
}
_FIGURES: Final[Json] = {
    "month": "2026-11",
    "lives": {"registered": 2, "topped_up": 1, "active": 40, "dormant": 5, "gone": 1},
    "classes": {"new": 8, "regular": 35, "dormant": 5},
    "log_ins": 130,
    "signed_in": 36,
    "purchases": 212,
    "paying": 31,
    "spent": cny(1_234_500),
}
_ACTIVITY: Final[Json] = {
    "member_id": MEMBER_ID,
    "user_name": "anna",
    "life": "active",
    "class": "regular",
    "log_ins": 4,
    "purchases": 7,
    "spent": cny(42_000),
}

Days = Annotated[int, Field(ge=1, le=LONGEST_DAYS)]
Month = Annotated[str | None, Query(max_length=10, description="Such as `2026-11`; this month without.")]


class DormancyTermsFields(Fields, example=_TERMS):
    """What a programme adds to its `dormancy_days`; null means as many. `ending_days` are counted from dormant on."""

    low_balance_days: Days | None = None
    dormant_days: Days | None = None
    notice_days: Annotated[int, Field(ge=1, le=LONGEST_NOTICE_DAYS)] = 7
    new_days: Days = 30
    ending: Annotated[Ending, Choice] = Ending.NONE
    ending_days: Days = 730


class DormancyTermsView(View):
    """A programme's terms; null means as many days as its `dormancy_days`."""

    low_balance_days: int | None
    dormant_days: int | None
    notice_days: int
    new_days: int
    ending: Ending
    ending_days: int


class MemberDormancyView(View):
    """Where a member stands at this moment; all but the stage is null for who has had no notice since the last use.

    `noticed_at` is when the member was told of the stage to come.
    """

    member_id: MemberId
    stage: DormancyStage
    reason: DormancyReason | None
    since: datetime | None
    noticed_at: datetime | None
    last_activity_at: datetime | None


class LivesView(View):
    """How many members stand where."""

    registered: int
    topped_up: int
    active: int
    dormant: int
    gone: int


class ClassesView(View):
    """The same, sorted as customer service does; who is gone is none of them."""

    new: int
    regular: int
    dormant: int


class MemberFiguresView(View):
    """A programme's members now, and what they did in a month. What was given back is not spent."""

    month: str
    lives: LivesView
    classes: ClassesView
    log_ins: int
    signed_in: int
    purchases: int
    paying: int
    spent: AmountView


class MemberActivityView(View):
    """What a member did in a month."""

    member_id: MemberId
    user_name: str
    life: MemberLife
    kind: Annotated[MemberClass | None, Field(alias="class")]
    log_ins: int
    purchases: int
    spent: AmountView


class MemberActivityPage(View):
    """Some members, and the cursor of the next page."""

    items: list[MemberActivityView]
    next_cursor: str | None


@ROUTES.get(
    _PROGRAMME + "/dormancy-terms",
    allows=READERS_OF_PROGRAMMES,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=_TERMS,
)
async def read_dormancy_terms(
    programme_id: ProgrammeId, house: TheHouse, configuration: TheConfiguration
) -> DormancyTermsView:
    """Show by which terms a programme's cards and wallets become dormant."""
    programme = configuration.programme(programme_id)
    return DormancyTermsView.model_validate(await terms_of(house.pool, programme.id))


@ROUTES.put(
    _PROGRAMME + "/dormancy-terms",
    allows=Scope.PROGRAMMES_WRITE,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=_TERMS,
)
async def put_dormancy_terms(
    programme_id: ProgrammeId, fields: DormancyTermsFields, house: TheHouse, author: TheAuthor
) -> DormancyTermsView:
    """Set the terms from the next sweep on. No balance ends in a way that the policy pack does not permit."""
    terms = DormancyTerms(**dict(fields))
    refused = await set_dormancy_terms(house.pool, SetDormancyTerms(programme_id, terms), author)
    if refused is not None:
        raise Refused(refused)
    return DormancyTermsView.model_validate(terms)


@ROUTES.get(
    "/v1/members/{member_id}/dormancy", allows=people(*READERS), problems=(Decline.MEMBER_NOT_FOUND,), example=_MEMBER
)
async def show_members_dormancy(member_id: MemberId, house: TheHouse) -> MemberDormancyView:
    """Show where a member stands: normal from the moment of a purchase or top-up."""
    if await profile_of(house.pool, member_id) is None:
        raise Refused(Decline.MEMBER_NOT_FOUND)
    found = await dormancy_of(house.pool, member_id)
    return MemberDormancyView(
        member_id=member_id,
        stage=DormancyStage.NORMAL if found is None else found.stage,
        reason=None if found is None else found.reason,
        since=None if found is None else found.since,
        noticed_at=None if found is None else found.warned_at,
        last_activity_at=None if found is None else found.last_activity_at,
    )


@ROUTES.get(
    _PROGRAMME + "/member-figures", allows=people(*READERS), problems=(Decline.PROGRAMME_NOT_FOUND,), example=_FIGURES
)
async def read_member_figures(programme_id: ProgrammeId, person: ThePerson, month: Month = None) -> MemberFiguresView:
    """Count members as new, regular and dormant, and sum up their log-ins, purchases and spending of a month."""
    return _figures(await person.asks(member_figures, programme_id, month, person.now))


@ROUTES.get(
    _PROGRAMME + "/member-activity",
    allows=people(*READERS),
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=page_of(_ACTIVITY),
)
async def list_member_activity(
    programme_id: ProgrammeId, person: ThePerson, page: ThePage, month: Month = None
) -> MemberActivityPage:
    """List what each member did in a month, in the order in which they joined."""
    after = page.last_seen(_LIST) or UUID(int=0)
    found = await person.asks(member_activity, programme_id, month, after, page.limit, person.now)
    return MemberActivityPage(**listed(_LIST, found, _activity))


def _figures(figures: MemberFigures) -> MemberFiguresView:
    sums = asdict(figures.sums)
    spent = amount_view(sums.pop("spent_minor"), figures.unit)
    return MemberFiguresView(
        month=figures.month,
        lives=LivesView(**{each.value: count for each, count in figures.lives.items()}),
        classes=ClassesView(**{each.value: count for each, count in figures.classes.items()}),
        spent=spent,
        **sums,
    )


def _activity(each: MemberActivity) -> MemberActivityView:
    view: dict[str, Any] = {
        "member_id": each.member_id,
        "user_name": each.user_name,
        "life": life_of(each.facts),
        "class": class_of(each.facts),
        "log_ins": each.log_ins,
        "purchases": each.purchases,
        "spent": amount_view(each.spent_minor, each.unit),
    }
    return MemberActivityView.model_validate(view)
