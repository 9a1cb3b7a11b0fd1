"""Balance endings: what two people decide about balances that nobody has touched for years, and giving them back.

No programme's balances end unless its terms and its policy pack both say so; neither does by default.
"""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from florin.api.asking import ThePerson, proof_of
from florin.api.callers import people
from florin.api.examples import MEMBER_ID, cny
from florin.api.fields import BalanceEndingId, CardId, Fields, MemberId, ProgrammeId
from florin.api.given import ThePage
from florin.api.management_examples import PROGRAMME_ID, Json, page_of
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view, listed, next_cursor
from florin.clearing.dormancy import balance_endings as endings
from florin.clearing.dormancy.restore_lapsed import WHO_MAY, Restored, restore_lapsed
from florin.domain.balance_ending import BalanceEnding, EndingStatus
from florin.domain.declines import Decline
from florin.domain.dormancy import Ending
from florin.domain.identifiers import wire_id

ROUTES = Routes("Balance endings")

_LIST: Final = "balance_endings"
_LINES: Final = "balance_ending_lines"
_ONE: Final = "/v1/balance-endings/{balance_ending_id}"
_HASH: Final = "9f" * 32
_HEX: Final = MEMBER_ID.removeprefix("mbr_")

_PROPOSED: Final[Json] = {
    "id": f"bln_{_HEX}",
    "programme_id": PROGRAMME_ID,
    "kind": "lapse",
    "status": "proposed",
    "accounts": 12,
    "total": cny(34_500),
    "list_hash": _HASH,
    "proposed_at": "2026-11-22T08:30:00Z",
    "decided_at": None,
    "finished_at": None,
}
_LINE: Final[Json] = {"owner_id": MEMBER_ID, "amount": cny(1_250), "status": "waiting"}
_DECISION: Final = (
    Decline.BALANCE_ENDING_NOT_FOUND,
    Decline.BALANCE_ENDING_NOT_IN_STATE,
    Decline.SAME_PERSON,
    *STEP_UP_PROBLEMS,
)


class NewEndingFields(Fields, example={"programme_id": PROGRAMME_ID}):
    """The programme whose terms name an ending."""

    programme_id: ProgrammeId


class ApproveEndingFields(Fields, example={"list_hash": _HASH, "totp_code": "123456"}):
    """The `list_hash` of the proposal as it was looked at, and a fresh one-time code."""

    list_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    totp_code: Annotated[str, Field(min_length=1, max_length=16)]


class BalanceEndingView(View):
    """A proposal: nothing moves before a second person has approved the hash of its lines."""

    id: BalanceEndingId
    programme_id: ProgrammeId
    kind: Ending
    status: EndingStatus
    accounts: int
    total: AmountView
    list_hash: str
    proposed_at: datetime
    decided_at: datetime | None
    finished_at: datetime | None


class BalanceEndingPage(View):
    """Some proposals, and the cursor of the next page."""

    items: list[BalanceEndingView]
    next_cursor: str | None


class EndingLineView(View):
    """A card or member whose principal is to end. One that something happened on since is left alone."""

    owner_id: str
    amount: AmountView
    status: Literal["waiting", "ended", "left_alone", "restored"]


class EndingLinePage(View):
    """Some lines, and the cursor of the next page."""

    items: list[EndingLineView]
    next_cursor: str | None


class RestoredView(View):
    """What is the holder's again."""

    owner_id: str
    restored: AmountView


@ROUTES.post(
    "/v1/balance-endings",
    allows=people(*endings.PROPOSERS),
    status=201,
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.BALANCE_ENDING_NOT_PERMITTED, Decline.NOTHING_TO_END),
    example=_PROPOSED,
)
async def propose_balance_ending(fields: NewEndingFields, person: ThePerson) -> BalanceEndingView:
    """Propose that the balances end that the programme's terms name. The proposal is the dry run: nothing moves."""
    return _view(await person.asks(endings.propose_ending, fields.programme_id, person.now))


@ROUTES.get("/v1/balance-endings", allows=people(*endings.READERS), example=page_of(_PROPOSED))
async def list_balance_endings(person: ThePerson, page: ThePage) -> BalanceEndingPage:
    """List proposals, the latest first."""
    found = await person.asks(endings.read_endings, page.last_seen(_LIST), page.limit)
    return BalanceEndingPage(**listed(_LIST, found, _view))


@ROUTES.get(_ONE, allows=people(*endings.READERS), problems=(Decline.BALANCE_ENDING_NOT_FOUND,), example=_PROPOSED)
async def show_balance_ending(balance_ending_id: BalanceEndingId, person: ThePerson) -> BalanceEndingView:
    """Show a proposal."""
    return _view(await person.asks(endings.read_ending, balance_ending_id))


@ROUTES.get(
    _ONE + "/lines",
    allows=people(*endings.READERS),
    problems=(Decline.BALANCE_ENDING_NOT_FOUND,),
    example=page_of(_LINE),
)
async def list_balance_ending_lines(
    balance_ending_id: BalanceEndingId, person: ThePerson, page: ThePage
) -> EndingLinePage:
    """List exactly which accounts and amounts a proposal is about, and what has become of each."""
    ending = await person.asks(endings.read_ending, balance_ending_id)
    after = page.last_seen(_LINES) or UUID(int=0)
    found = await person.asks(endings.read_lines, balance_ending_id, after, page.limit)
    items = [
        EndingLineView.model_validate(
            {
                "owner_id": wire_id(each.owner_kind, each.owner_id),
                "amount": amount_view(each.amount_minor, ending.unit),
                "status": each.status,
            }
        )
        for each in found.items
    ]
    return EndingLinePage(items=items, next_cursor=next_cursor(_LINES, found.next_after))


@ROUTES.post(
    _ONE + "/approve",
    allows=people(*endings.DECIDERS),
    problems=(*_DECISION, Decline.BALANCE_ENDING_ALTERED),
    example={**_PROPOSED, "status": "approved", "decided_at": "2026-11-22T09:30:00Z"},
)
async def approve_balance_ending(
    balance_ending_id: BalanceEndingId, fields: ApproveEndingFields, person: ThePerson
) -> BalanceEndingView:
    """Approve a proposal by its hash, as another person than who made it. It is carried out in the background."""
    await person.asks(endings.read_ending, balance_ending_id)
    proof = await proof_of(person, fields.totp_code)
    command = endings.DecideEnding(balance_ending_id, approve=True, list_hash=bytes.fromhex(fields.list_hash))
    return _view(await person.asks(endings.decide_ending, command, proof, person.now))


@ROUTES.post(
    _ONE + "/refuse",
    allows=people(*endings.DECIDERS),
    problems=_DECISION,
    example={**_PROPOSED, "status": "refused", "decided_at": "2026-11-22T09:30:00Z"},
)
async def refuse_balance_ending(
    balance_ending_id: BalanceEndingId, fields: StepUpFields, person: ThePerson
) -> BalanceEndingView:
    """Refuse a proposal: everything stays as it is."""
    await person.asks(endings.read_ending, balance_ending_id)
    proof = await proof_of(person, fields.totp_code)
    command = endings.DecideEnding(balance_ending_id, approve=False)
    return _view(await person.asks(endings.decide_ending, command, proof, person.now))


@ROUTES.post(
    "/v1/members/{member_id}/restore-balance",
    allows=people(*WHO_MAY),
    problems=(Decline.NOTHING_LAPSED,),
    example={"owner_id": MEMBER_ID, "restored": cny(1_250)},
)
async def restore_members_balance(member_id: MemberId, person: ThePerson) -> RestoredView:
    """Give a member who has come back all that had lapsed. Whoever uses the account gets it back without asking."""
    return _restored("member", member_id, await person.asks(restore_lapsed, member_id))


@ROUTES.post(
    "/v1/cards/{card_id}/restore-balance",
    allows=people(*WHO_MAY),
    problems=(Decline.NOTHING_LAPSED,),
    example={"owner_id": f"card_{_HEX}", "restored": cny(1_250)},
)
async def restore_cards_balance(card_id: CardId, person: ThePerson) -> RestoredView:
    """The same for the holder of a card."""
    return _restored("card", card_id, await person.asks(restore_lapsed, card_id))


def _view(ending: BalanceEnding) -> BalanceEndingView:
    return BalanceEndingView(
        id=ending.id,
        programme_id=ending.programme_id,
        kind=ending.kind,
        status=ending.status,
        accounts=ending.accounts,
        total=amount_view(ending.total_minor, ending.unit),
        list_hash=ending.list_hash.hex(),
        proposed_at=ending.proposed_at,
        decided_at=ending.decided_at,
        finished_at=ending.finished_at,
    )


def _restored(kind: str, owner_id: UUID, restored: Restored) -> RestoredView:
    return RestoredView(owner_id=wire_id(kind, owner_id), restored=amount_view(restored.amount_minor, restored.unit))
