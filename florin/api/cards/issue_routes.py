"""Card issues: ordering cards, seeing how many have been made, and fetching the file for whoever prints them."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from starlette.responses import Response, StreamingResponse

from florin.api import management_examples as examples
from florin.api.cards.card_files import sealed_card_file
from florin.api.fields import AmountField, Fields, IssueId, ProductId, ProgrammeId
from florin.api.files import AGE, SEALED, answers_file, attachment, parts_of
from florin.api.given import TheAuthor, TheHouse, TheVisitor, accepted
from florin.api.idempotency_keys import KEY_PROBLEMS, TheKey, tell_replay
from florin.api.one_at_a_time import OneAtATime
from florin.api.problems.document import Refused
from florin.api.programmes.programme_bodies import minor_of
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view
from florin.batch.issue import LARGEST_ISSUE, OrderCards, order_cards
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.scopes import Scope
from florin.storage.cards.card_issue import CardIssue, OrderKey, find_issue

ROUTES = Routes("Card issues")

_EXPORT = OneAtATime("another card file is being written")


class IssueFields(Fields, example=examples.NEW_ISSUE):
    """Cards to be made, and the public key (age) of whoever may read their file.

    Those that are `sold_online` are in no file, and have no recipient.
    """

    product_id: ProductId
    denomination: AmountField
    count: Annotated[int, Field(ge=1, le=LARGEST_ISSUE)]
    recipient: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    sold_online: bool = False

    @model_validator(mode="after")
    def _has_a_reader_or_is_sold_online(self) -> Self:
        if (self.recipient is None) != self.sold_online:
            raise ValueError("a recipient, or sold_online")
        return self


class IssueView(View):
    """An issue: `made` of `count` cards exist. Its file can be fetched when it is `ready`."""

    id: IssueId
    programme_id: ProgrammeId
    product_id: ProductId
    denomination: AmountView
    count: int
    made: int
    status: Literal["generating", "ready"]
    recipient: str | None
    sold_online: bool
    created_at: datetime
    ready_at: datetime | None


@ROUTES.post(
    "/v1/card-issues",
    allows=Scope.CARDS_ISSUE,
    status=202,
    problems=(
        *KEY_PROBLEMS,
        Decline.PRODUCT_NOT_FOUND,
        Decline.CURRENCY_MISMATCH,
        Decline.DENOMINATION_NOT_OFFERED,
        Decline.NOT_SOLD_ONLINE,
        Decline.LIMIT_EXCEEDED,
    ),
    example=examples.ISSUE,
)
async def order_issue(
    fields: IssueFields,
    visitor: TheVisitor,
    house: TheHouse,
    author: TheAuthor,
    configuration: TheConfiguration,
    response: Response,
    idempotency_key: TheKey,
) -> IssueView:
    """Order cards, which are made in the background.

    The same order under the same key orders nothing more: it is answered 202 with `Idempotent-Replayed: true` and the
    issue of the first one, as it stands by then (`made`, `status` and `ready_at` go on).
    """
    key = OrderKey(visitor.caller.id, idempotency_key)
    product = configuration.catalogue.products.get(fields.product_id)
    if product is None:
        raise Refused(Decline.PRODUCT_NOT_FOUND)
    unit = configuration.catalogue.programmes[product.programme_id].unit
    command = OrderCards(
        product.id, minor_of(fields.denomination, unit), fields.count, fields.recipient, fields.sold_online
    )
    issue = accepted(await order_cards(house.pool, command, author, key))
    if issue.created_at != author.now:
        # A new issue bears the time of its own request.
        tell_replay(response)
    return _issue_view(issue, unit)


@ROUTES.get(
    "/v1/card-issues/{issue_id}", allows=Scope.CARDS_ISSUE, problems=(Decline.ISSUE_NOT_FOUND,), example=examples.ISSUE
)
async def read_issue(issue_id: IssueId, house: TheHouse, configuration: TheConfiguration) -> IssueView:
    """Show an issue and how many of its cards have been made."""
    issue = await find_issue(house.pool, issue_id)
    if issue is None:
        raise Refused(Decline.ISSUE_NOT_FOUND)
    return _issue_view(issue, configuration.catalogue.programmes[issue.programme_id].unit)


@ROUTES.get(
    "/v1/card-issues/{issue_id}/file",
    allows=Scope.CARDS_ISSUE,
    problems=(Decline.ISSUE_NOT_FOUND, Decline.ISSUE_NOT_READY),
    **answers_file(SEALED),
)
async def read_card_file(issue_id: IssueId, house: TheHouse, author: TheAuthor) -> StreamingResponse:
    """Fetch numbers and PINs of an issue's unsold cards, in a file that only its recipient can open.

    Each time is recorded. An issue that was ordered without a recipient, or for sale online, has no file here.
    """
    issue = await find_issue(house.pool, issue_id)
    if issue is None:
        raise Refused(Decline.ISSUE_NOT_FOUND)
    if issue.recipient is None:
        raise Refused(
            Decline.ISSUE_NOT_FOUND,
            "The issue was ordered without a recipient: `florin issue` exports it, unless it is sold online.",
        )
    with _EXPORT.turn():
        file = accepted(await sealed_card_file(house, issue_id, issue.recipient, author))
    headers = {"Content-Length": str(file.length_bytes), **attachment(f"{wire_id('issue', issue_id)}.csv.age")}
    return StreamingResponse(parts_of(file.content), media_type=AGE, headers=headers)


def _issue_view(issue: CardIssue, unit: str) -> IssueView:
    return IssueView(
        id=issue.id,
        programme_id=issue.programme_id,
        product_id=issue.product_id,
        denomination=amount_view(issue.denomination_minor, unit),
        count=issue.ordered,
        made=issue.generated,
        status="ready" if issue.is_ready else "generating",
        recipient=issue.recipient,
        sold_online=issue.sold_online,
        created_at=issue.created_at,
        ready_at=issue.ready_at,
    )
