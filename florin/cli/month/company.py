"""A company in the month: its order is approved, and the transfer that the bank tells of funds it."""

from functools import partial
from typing import Final
from uuid import UUID

from florin.clearing.orders.approve_order import ApproveOrder, approve_order
from florin.clearing.orders.draft_order import DraftOrder, draft_order
from florin.clearing.orders.read_order import read_order
from florin.clearing.orders.submit_order import submit_order
from florin.cli.month.bank import Entry
from florin.cli.month.office import BUYER, MANAGER
from florin.cli.month.stage import Stage, done
from florin.domain.corporate_order import DeliveryKind
from florin.domain.order_life import OrderStatus
from florin.domain.order_rules import WantedLine

_FACE_MINOR: Final = 100_00
_CARDS: Final = 20
_TOLD_AFTER: Final = 2
_ACCOUNT: Final = "6217000010012345678"
_NAME: Final = "核桃谷软件有限公司"


async def order_and_pay(stage: Stage) -> None:
    """The company orders cards, a manager approves, and it pays under the order's reference."""
    buyer, manager = await stage.office.actor(BUYER), await stage.office.actor(MANAGER)
    catalogue = await stage.house.engine.current_catalogue()
    product = catalogue.product_by_code(stage.programme.id, "gift")
    lines = () if product is None else (WantedLine(product.id, _FACE_MINOR, _CARDS),)
    wanted = DraftOrder(None, DeliveryKind.FILES, lines)
    draft = done("order", await draft_order(stage.house, buyer, wanted, stage.clock()))
    submitted = done("order", await submit_order(stage.house, buyer, draft.id, stage.clock()))
    consent = ApproveOrder(draft.id, submitted.submission_hash or b"")
    done("order", await approve_order(stage.house, manager, consent, stage.clock()))
    priced = done("order", await read_order(stage.house, buyer, draft.id))
    text = f"员工福利卡 {priced.order.payment_reference}"
    stage.outside.bank.book(Entry(priced.price.price_minor, _NAME, text, other_account=_ACCOUNT))
    stage.notes.from_companies_minor += priced.price.price_minor
    stage.on_day(stage.day + _TOLD_AFTER, partial(_look, stage, draft.id))


async def _look(stage: Stage, order_id: UUID) -> None:
    manager = await stage.office.actor(MANAGER)
    order = done("order", await read_order(stage.house, manager, order_id)).order
    stage.notes.happened["company orders paid by transfer"] += order.status is not OrderStatus.APPROVED
