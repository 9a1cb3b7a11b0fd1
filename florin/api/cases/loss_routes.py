"""Lost cards: reported by their holder or at the desk, found again, or replaced by a second person's word."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from florin.api.asking import TheMember, TheMemberOnce, ThePerson, ThePersonOnce, proof_of
from florin.api.callers import Audience, people
from florin.api.cases import case_answers as answers
from florin.api.cases import case_examples as examples
from florin.api.fields import CardId, Choice, Fields, Line, LossId, PrivateFields, TotpCode
from florin.api.files import AGE, SEALED, answers_file, attachment
from florin.api.given import ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.management_examples import page_of
from florin.api.people.profile_routes import IdentityFields
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.api.routes import Routes
from florin.api.views import listed
from florin.batch.lost_card_file import ExportSuccessor, export_successor
from florin.clearing.loss.find_card import FindCard, find_card_again, find_own_card
from florin.clearing.loss.read_losses import READERS, losses_page, read_loss
from florin.clearing.loss.replace_lost_card import WHO_MAY as DECIDERS
from florin.clearing.loss.replace_lost_card import ReplaceLostCard, replace_lost_card
from florin.clearing.loss.report_loss import WHO_MAY as REPORTERS
from florin.clearing.loss.report_loss import LostCard, report_loss, report_own_loss
from florin.clearing.loss.views import loss_view
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.identity import Identity
from florin.domain.loss import LossStatus
from florin.storage.cards.losses import list_losses

ROUTES = Routes("Lost cards")

_LIST, _OWN_LIST = "losses", "my-losses"
_REPORT = (*KEY_PROBLEMS, Decline.CARD_NOT_ACTIVE, Decline.CARD_REDEEMED, Decline.LOSS_REPORTED)
_END = (*KEY_PROBLEMS, Decline.LOSS_NOT_FOUND, Decline.LOSS_NOT_IN_STATE)
OfStatus = Annotated[LossStatus | None, Choice, Query(description="Where they stand.")]


class OwnLossFields(PrivateFields, example=examples.LOST):
    """The number of a lost card."""

    number: Annotated[str, Field(min_length=1, max_length=40)]


class LossFields(PrivateFields, example=examples.LOST_AT_DESK):
    """A lost card, and the document that its holder shows."""

    card_id: CardId
    identity: IdentityFields


class FoundFields(Fields, example=examples.FOUND):
    """How it came that the card is there."""

    reason: Line


class SuccessorFileFields(PrivateFields, example=examples.FILE_WANTED):
    """The public key (age) of whoever prints the card, and a fresh one-time code, which this one action spends."""

    recipient: Annotated[str, Field(min_length=1, max_length=200)]
    totp_code: TotpCode


@ROUTES.post(
    "/v1/me/lost-cards",
    allows=Audience.MEMBER,
    status=201,
    problems=(*_REPORT, Decline.REAL_NAME_REQUIRED, Decline.CARD_NOT_FOUND),
    answers=answers.LossChanged,
    example=examples.LOSS_REPORTED,
)
async def report_my_lost_card(fields: OwnLossFields, member: TheMemberOnce) -> Response:
    """Report an own registered card lost: nothing goes out of it from now on, and somebody of ours replaces it.

    The card is the member's when the document on record of both is the same. A bearer card has no holder on record:
    whoever has its number and PIN loads it instead.
    """
    return await member.asks_once(report_own_loss, fields.number, member.key, member.now, member.request_id)


@ROUTES.get("/v1/me/lost-cards", allows=Audience.MEMBER, answers=answers.LossPage, example=page_of(examples.LOSS))
async def list_my_lost_cards(member: TheMember, page: ThePage) -> dict[str, Any]:
    """List the cards that the member has reported lost, the latest first."""
    found = await list_losses(member.house.pool, None, member.who.member_id, page.last_seen(_OWN_LIST), page.limit)
    return listed(_OWN_LIST, found, loss_view)


@ROUTES.post(
    "/v1/me/lost-cards/{loss_id}/found",
    allows=Audience.MEMBER,
    problems=_END,
    answers=answers.LossChanged,
    example=examples.LOSS_FOUND,
)
async def find_my_card(loss_id: LossId, member: TheMemberOnce) -> Response:
    """Say that the card is there again, before anybody has replaced it: it pays again."""
    return await member.asks_once(find_own_card, loss_id, member.key, member.request_id)


@ROUTES.post(
    "/v1/lost-cards",
    allows=people(*REPORTERS),
    status=201,
    problems=(*_REPORT, Decline.CARD_NOT_FOUND, Decline.CARD_NOT_REGISTERED, Decline.IDENTITY_DIFFERS),
    answers=answers.LossChanged,
    example=examples.LOSS_REPORTED,
)
async def report_lost_card(fields: LossFields, person: ThePersonOnce) -> Response:
    """Report a registered card lost for its holder, who shows the document that it was bought with."""
    shown = fields.identity
    identity = Identity.read(shown.name, shown.document_kind, shown.document_number)
    lost = LostCard(fields.card_id, identity)
    return await person.asks_once(report_loss, lost, person.key, person.now, person.request_id)


@ROUTES.get("/v1/lost-cards", allows=people(*READERS), answers=answers.LossPage, example=page_of(examples.LOSS))
async def list_lost_cards(person: ThePerson, page: ThePage, status: OfStatus = None) -> dict[str, Any]:
    """List lost cards, the latest first."""
    found = await person.asks(losses_page, status, page.last_seen(_LIST), page.limit)
    return listed(_LIST, found, loss_view)


@ROUTES.get(
    "/v1/lost-cards/{loss_id}",
    allows=people(*READERS),
    problems=(Decline.LOSS_NOT_FOUND,),
    answers=answers.Loss,
    example=examples.LOSS,
)
async def show_lost_card(loss_id: LossId, person: ThePerson) -> dict[str, Any]:
    """Show what has become of a lost card."""
    return loss_view(await person.asks(read_loss, loss_id))


@ROUTES.post(
    "/v1/lost-cards/{loss_id}/found",
    allows=people(*REPORTERS),
    problems=_END,
    answers=answers.LossChanged,
    example=examples.LOSS_FOUND,
)
async def find_lost_card(loss_id: LossId, fields: FoundFields, person: ThePersonOnce) -> Response:
    """Say that the card is there again, or that the report was wrong: it pays again."""
    command = FindCard(loss_id, fields.reason)
    return await person.asks_once(find_card_again, command, person.key, person.request_id)


@ROUTES.post(
    "/v1/lost-cards/{loss_id}/replace",
    allows=people(*DECIDERS),
    problems=(
        *_END,
        *STEP_UP_PROBLEMS,
        Decline.SAME_PERSON,
        Decline.CARD_NOT_ACTIVE,
        Decline.CARD_REDEEMED,
        Decline.OPEN_HOLDS,
        Decline.INSUFFICIENT_FUNDS,
    ),
    answers=answers.LossReplaced,
    example=examples.LOSS_REPLACED,
)
async def replace_card(loss_id: LossId, fields: StepUpFields, person: ThePersonOnce) -> Response:
    """Put another card in the place of a lost one: it has all the money, and the old number is dead for ever.

    Whoever reported it may not. Open holds are captured, released or run out first.
    """
    proof = await proof_of(person, fields.totp_code)
    command = ReplaceLostCard(loss_id)
    return await person.asks_once(replace_lost_card, command, proof, person.key, person.now, person.request_id)


@ROUTES.post(
    "/v1/lost-cards/{loss_id}/card-file",
    allows=people(*DECIDERS),
    problems=(Decline.LOSS_NOT_FOUND, Decline.LOSS_NOT_IN_STATE, *STEP_UP_PROBLEMS),
    **answers_file(SEALED),
)
async def read_successor_file(loss_id: LossId, fields: SuccessorFileFields, person: ThePerson) -> Response:
    """Fetch number and PIN of the card in a lost one's place, in a file that only its recipient can open.

    Each time is recorded.
    """
    command = ExportSuccessor(loss_id, fields.recipient)
    proof = await proof_of(person, fields.totp_code)
    content = await person.asks(export_successor, command, proof, person.now)
    return Response(content, media_type=AGE, headers=attachment(f"{wire_id('loss', loss_id)}.csv.age"))
