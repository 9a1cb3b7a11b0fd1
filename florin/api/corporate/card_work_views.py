"""What is asked and told about what is done with an order's cards."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from florin.api.corporate import card_work_examples as examples
from florin.api.corporate.delivery_views import CardName
from florin.api.fields import (
    ActivationId,
    Choice,
    Fields,
    Line,
    OrderId,
    PrivateFields,
    ReplacementId,
    TotpCode,
    VoidingId,
)
from florin.api.problems.document import Refused
from florin.api.views import View
from florin.clearing.orders.ask_replacements import NotReplaceable
from florin.domain.card_instruction import Instruction, RefusedCard
from florin.domain.card_selection import MOST_RANGES, CardRange, card_name, read_card_name
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.replacement import MOST_CARDS, Replacement, ReplacementReason, ReplacementStatus, ReportedCard


class RangeField(Fields):
    """A box of cards: the serial numbers of a line from one to another, both included."""

    line: Annotated[int, Field(ge=1, le=100)]
    first: Annotated[int, Field(ge=1, le=99_999_999, alias="from")]
    last: Annotated[int, Field(ge=1, le=99_999_999, alias="to")]


class SelectionFields(PrivateFields):
    """Cards of the order, named in one of three ways, and a fresh one-time code, which this one action spends."""

    all: Literal[True] | None = None
    ranges: Annotated[list[RangeField], Field(min_length=1, max_length=MOST_RANGES)] | None = None
    cards: Annotated[list[CardName], Field(min_length=1, max_length=MOST_RANGES)] | None = None
    totp_code: TotpCode

    @model_validator(mode="after")
    def _named_in_one_way(self) -> Self:
        if sum(each is not None for each in (self.all, self.ranges, self.cards)) != 1:
            raise ValueError("name the cards in exactly one way: all, ranges or cards")
        return self

    @property
    def field(self) -> str:
        """What the cards are called in the request."""
        return "cards" if self.cards is not None else "ranges"

    @property
    def selected(self) -> tuple[CardRange, ...] | None:
        """The cards as ranges; None for all."""
        if self.cards is not None:
            return tuple(read_card_name(f"cards[{place}]", name) for place, name in enumerate(self.cards))
        if self.ranges is not None:
            return tuple(CardRange(each.line, each.first, each.last) for each in self.ranges)
        return None


class ActivationFields(SelectionFields, example=examples.ACTIVATE_BOXES):
    """Which cards to activate."""


class VoidCardsFields(SelectionFields, example=examples.VOID_CARDS):
    """Which cards to give up."""


class CardRefusalView(View):
    """A card that was refused, and why: the code of a problem."""

    card: str
    code: str


class _WorkView(View):
    order_id: OrderId
    all: bool
    cards: int
    skipped: int
    refused: int
    status: Literal["running", "finished"]
    asked_at: datetime
    finished_at: datetime | None


class ActivationView(_WorkView):
    """An activation: of `cards` cards `activated` were by it, `skipped` needed nothing, and `refused` cannot be."""

    id: ActivationId
    activated: int


class ActivationDetailView(ActivationView):
    """An activation, with the first 200 cards that were refused."""

    refusals: list[CardRefusalView]


class ActivationPage(View):
    """Some activations, and the cursor of the next page."""

    items: list[ActivationView]
    next_cursor: str | None


class VoidingView(_WorkView):
    """Cards given up: of `cards` cards `voided` were by it, `skipped` needed nothing, and `refused` cannot be."""

    id: VoidingId
    voided: int


class VoidingDetailView(VoidingView):
    """Cards given up, with the first 200 that were refused."""

    refusals: list[CardRefusalView]


class VoidingPage(View):
    """Some requests to give cards up, and the cursor of the next page."""

    items: list[VoidingView]
    next_cursor: str | None


class ReportField(Fields):
    """A card that is missing or damaged."""

    card: CardName
    reason: Annotated[ReplacementReason, Choice]


class ReplacementFields(PrivateFields, example=examples.REPORTS):
    """Cards to be replaced, and a fresh one-time code, which this one action spends."""

    cards: Annotated[list[ReportField], Field(min_length=1, max_length=MOST_CARDS)]
    totp_code: TotpCode


class ReceiptConfirmationFields(PrivateFields, example=examples.CONFIRM):
    """A fresh one-time code, which this one action spends, and the cards that have not arrived or are damaged."""

    missing_or_damaged: Annotated[list[ReportField], Field(max_length=MOST_CARDS)] = Field(default_factory=list)
    totp_code: TotpCode


class RefusalFields(PrivateFields, example=examples.REFUSE):
    """Why a replacement is refused, and a fresh one-time code, which this one action spends."""

    reason: Line
    totp_code: TotpCode


class ReplacementView(View):
    """A replacement. `moved_value`: the card was active, and all that was on it is on its `successor`.

    `refusal` is the code of a problem, or `not_approved`.
    """

    id: ReplacementId
    order_id: OrderId
    card: str
    reason: Annotated[ReplacementReason, Choice]
    status: Annotated[ReplacementStatus, Choice]
    successor: str | None
    refusal: str | None
    moved_value: bool
    asked_at: datetime
    decided_at: datetime | None
    replaced_at: datetime | None


class ReplacementList(View):
    """The replacements that were asked for."""

    items: list[ReplacementView]


class ReplacementPage(View):
    """Some replacements, and the cursor of the next page."""

    items: list[ReplacementView]
    next_cursor: str | None


class ReceiptConfirmationView(View):
    """An order whose cards have arrived, and the replacements of those that have not."""

    order_id: OrderId
    status: Annotated[OrderStatus, Choice]
    received_at: datetime
    replacements: list[ReplacementView]


def activation_view(activation: Instruction) -> ActivationView:
    """An activation as callers see it."""
    return ActivationView(id=activation.id, activated=activation.done, **_progress(activation))


def activation_detail(activation: Instruction, refusals: list[RefusedCard]) -> ActivationDetailView:
    """An activation with the cards that it was refused for."""
    refused = [_refusal_view(each) for each in refusals]
    return ActivationDetailView(id=activation.id, activated=activation.done, refusals=refused, **_progress(activation))


def voiding_view(voiding: Instruction) -> VoidingView:
    """A request to give cards up as callers see it."""
    return VoidingView(id=voiding.id, voided=voiding.done, **_progress(voiding))


def voiding_detail(voiding: Instruction, refusals: list[RefusedCard]) -> VoidingDetailView:
    """A request to give cards up with the cards that it was refused for."""
    refused = [_refusal_view(each) for each in refusals]
    return VoidingDetailView(id=voiding.id, voided=voiding.done, refusals=refused, **_progress(voiding))


def replacement_view(replacement: Replacement) -> ReplacementView:
    """A replacement as callers see it; a successor that has not taken the place yet is not named."""
    line, is_replaced = replacement.line, replacement.status is ReplacementStatus.REPLACED
    successor = replacement.new_serial if is_replaced else None
    return ReplacementView(
        id=replacement.id,
        order_id=replacement.order_id,
        card=card_name(line, replacement.old_serial),
        reason=replacement.reason,
        status=replacement.status,
        successor=None if successor is None else card_name(line, successor),
        refusal=replacement.refusal,
        moved_value=replacement.journal_id is not None,
        asked_at=replacement.asked_at,
        decided_at=replacement.decided_at,
        replaced_at=replacement.replaced_at,
    )


def reported_cards(field: str, reports: list[ReportField]) -> tuple[ReportedCard, ...]:
    """The cards of a request; ``field`` is what they are called there."""
    cards = [(read_card_name(f"{field}[{place}].card", each.card), each.reason) for place, each in enumerate(reports)]
    return tuple(ReportedCard(card.line, card.first, reason) for card, reason in cards)


def refused_cards(refused: NotReplaceable) -> Refused:
    """The refusal of a list of cards, each with its reason."""
    findings = [{"card": each.card, "code": each.code} for each in refused.findings]
    return Refused(Decline.CARD_NOT_REPLACEABLE, details={"findings": findings})


def _progress(instruction: Instruction) -> dict[str, Any]:
    return {
        "order_id": instruction.order_id,
        "all": instruction.is_for_all,
        "cards": instruction.cards,
        "skipped": instruction.skipped,
        "refused": instruction.refused,
        "status": "finished" if instruction.is_finished else "running",
        "asked_at": instruction.asked_at,
        "finished_at": instruction.finished_at,
    }


def _refusal_view(refused: RefusedCard) -> CardRefusalView:
    return CardRefusalView(card=card_name(refused.line, refused.serial), code=refused.code)
