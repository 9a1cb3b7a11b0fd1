"""What an order must be like: its bounds while it is put together, and the rules at its submission.

The law's part of them comes from the policy pack of the programme (`florin.domain.policy`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from florin.domain.corporate_order import DeliveryKind
from florin.domain.declines import Decline
from florin.domain.faces import holding_of, refused_face
from florin.domain.invalid_field import InvalidField
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.facts import Holding, Sale
from florin.domain.policy.pack import decide
from florin.domain.policy.verdict import Allow
from florin.domain.programme import Product
from florin.domain.recipient import MOST_RECIPIENTS

MOST_LINES: Final = 100
MOST_CARDS: Final = 1_000_000
"""Lines and cards of one order."""
LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class WantedLine:
    """Cards of one product and face (minor units) that a customer wants."""

    product_id: UUID
    denomination_minor: int
    quantity: int

    @property
    def face_minor(self) -> int:
        """What the faces of its cards add up to, in minor units."""
        return self.denomination_minor * self.quantity


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line at its submission: its product (None: gone) and how many recipients it has, some with a document."""

    wanted: WantedLine
    product: Product | None
    recipients: int = 0
    with_identity: int = 0

    @property
    def is_bearer(self) -> bool:
        """Whether nobody knows who will hold its cards."""
        return self.product is not None and holding_of(self.product.kind) is Holding.BEARER


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who submits: whether an identity document of the person is on record, and what else was submitted that day.

    ``bearer_today_minor`` is the faces of bearer cards in the customer's other orders of the same business day.
    """

    is_identified: bool
    bearer_today_minor: int


def require_lines(lines: Sequence[WantedLine]) -> None:
    """Refuse (`InvalidField`) lines that no order can have, whatever its products are."""
    if len(lines) > MOST_LINES:
        raise InvalidField("lines", f"at most {MOST_LINES}")
    for number, line in enumerate(lines):
        if type(line.quantity) is not int or not 1 <= line.quantity <= MOST_CARDS:
            raise InvalidField(f"lines[{number}].quantity", f"an integer from 1 to {MOST_CARDS}")
    if sum(line.quantity for line in lines) > MOST_CARDS:
        raise InvalidField("lines", f"at most {MOST_CARDS} cards in one order")
    if sum(line.face_minor for line in lines) > MAX_AMOUNT_MINOR:
        raise InvalidField("lines", f"faces of at most {MAX_AMOUNT_MINOR} minor units in one order")


def require_reason(reason: str) -> None:
    """Refuse (`InvalidField`) a reason that says nothing, or more than a line."""
    if not 1 <= len(reason) <= LONGEST_REASON or not reason.isprintable() or reason != reason.strip():
        raise InvalidField("reason", f"1 to {LONGEST_REASON} printable characters, without spaces around them")


def refused_product(product: Product | None, programme_id: UUID, denomination_minor: int) -> Decline | None:
    """Why cards of a product and face cannot be ordered of a programme at all, if so."""
    if product is None or product.programme_id != programme_id:
        return Decline.PRODUCT_NOT_FOUND
    return None if denomination_minor in product.denominations_minor else Decline.DENOMINATION_NOT_OFFERED


def refused_order(
    pack: PackName, programme_id: UUID, delivery: DeliveryKind, lines: Sequence[LineFacts], buyer: Buyer, on: date
) -> Decline | None:
    """Why an order may not be submitted on a business date, if so.

    Declines in this order: ``order_empty``, ``product_not_found``, ``denomination_not_offered``, ``limit_exceeded`` (a
    face above the pack's cap, or an order above the largest amount), ``ecode_required``, ``recipients_required``,
    ``real_name_required``.
    """
    if not lines:
        return Decline.ORDER_EMPTY
    for line in lines:
        refusal = _refused_line(pack, programme_id, line, on)
        if refusal is not None:
            return refusal
    if sum(line.wanted.face_minor for line in lines) > MAX_AMOUNT_MINOR:
        return Decline.LIMIT_EXCEEDED
    if delivery is DeliveryKind.LINKS and not all(
        line.product is not None and line.product.has_ecode for line in lines
    ):
        return Decline.ECODE_REQUIRED
    if not _recipients_are_complete(delivery, lines):
        return Decline.RECIPIENTS_REQUIRED
    return _refused_buyer(pack, lines, buyer, on)


def bearer_minor(lines: Sequence[LineFacts]) -> int:
    """What the faces of the bearer cards among the lines add up to, in minor units."""
    return sum(line.wanted.face_minor for line in lines if line.is_bearer)


def _refused_line(pack: PackName, programme_id: UUID, line: LineFacts, on: date) -> Decline | None:
    wanted, product = line.wanted, line.product
    refusal = refused_product(product, programme_id, wanted.denomination_minor)
    if refusal is not None or product is None:
        return refusal
    return refused_face(pack, product.kind, [wanted.denomination_minor], on)


def _recipients_are_complete(delivery: DeliveryKind, lines: Sequence[LineFacts]) -> bool:
    """Whether each line has the recipients that it needs; a line that has some has one for each card."""
    if sum(line.recipients for line in lines) > MOST_RECIPIENTS:
        return False
    for line in lines:
        needs_identity = not line.is_bearer
        is_needed = delivery is DeliveryKind.LINKS or needs_identity or line.recipients > 0
        if is_needed and line.recipients != line.wanted.quantity:
            return False
        if needs_identity and line.with_identity != line.wanted.quantity:
            return False
    return True


def _refused_buyer(pack: PackName, lines: Sequence[LineFacts], buyer: Buyer, on: date) -> Decline | None:
    """Splitting an order in two on one day does not escape the law: the day's orders are one sale."""
    own_minor = bearer_minor(lines)
    if not own_minor:
        return None
    sale = Sale(Holding.BEARER, buyer.bearer_today_minor + own_minor, buyer.is_identified)
    verdict = decide(sale, PACKS[pack], on)
    return None if isinstance(verdict, Allow) else verdict.decline
