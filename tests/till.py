"""A till that sends verbs to the posting engine, each with a fresh key and reference unless a test chooses them."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from florin.clearing.activate import ActivateCommand, activate
from florin.clearing.capture import CaptureCommand, capture
from florin.clearing.hold import HoldCommand, hold
from florin.clearing.house import ClearingHouse
from florin.clearing.inquire import inquire
from florin.clearing.payer import CardAndPin, CardEcode, PayWith
from florin.clearing.purchase import PurchaseCommand, purchase
from florin.clearing.redeem import RedeemCommand, preview_redemption, redeem
from florin.clearing.refund import RefundCommand, refund
from florin.clearing.refund_by_reference import RefundByReferenceCommand, refund_by_reference
from florin.clearing.release import ReleaseCommand, release
from florin.clearing.reverse import ReverseCommand, reverse
from florin.clearing.sell import SellCommand, sell
from florin.clearing.void import VoidCommand, void
from florin.domain.identity import Identity
from florin.storage.posting.request import Answer, Caller, PostingRequest
from tests.world import KnownCard

_numbers: Final = itertools.count(1)


def fresh(prefix: str) -> str:
    """A key or reference that no test has used."""
    return f"{prefix}-{next(_numbers):08}"


def said(answer: Answer) -> Any:  # noqa: ANN401 (JSON)
    """What the caller is told."""
    return msgspec.json.decode(answer.body)


def subject(answer: Answer) -> UUID:
    """The purchase, hold, refund or card that the answer is about."""
    assert answer.subject_id is not None, answer
    return answer.subject_id


@dataclass(frozen=True)
class Till:
    """Whoever calls: a merchant for most verbs, a member for redemptions."""

    house: ClearingHouse
    caller: Caller

    def at(self, caller: Caller) -> "Till":
        """The same verbs by another caller."""
        return Till(self.house, caller)

    async def _ask(
        self, verb: Callable[[ClearingHouse, Caller, str, Any], PostingRequest], key: str | None, command: object
    ) -> Answer:
        return await self.house.engine.submit(verb(self.house, self.caller, key or fresh("key"), command))

    async def purchase(
        self,
        pay_with: PayWith,
        amount_minor: int,
        currency: str = "CNY",
        *,
        key: str | None = None,
        reference: str | None = None,
        allow_partial: bool = False,
        event_at: datetime | None = None,
    ) -> Answer:
        command = PurchaseCommand(pay_with, amount_minor, currency, reference or fresh("ref"), allow_partial, event_at)
        return await self._ask(purchase, key, command)

    async def hold(
        self,
        pay_with: PayWith,
        amount_minor: int,
        currency: str = "CNY",
        *,
        key: str | None = None,
        reference: str | None = None,
        lifetime_s: int | None = None,
    ) -> Answer:
        command = HoldCommand(pay_with, amount_minor, currency, reference or fresh("ref"), lifetime_s)
        return await self._ask(hold, key, command)

    async def capture(
        self,
        hold_id: UUID,
        amount_minor: int | None = None,
        currency: str | None = None,
        *,
        key: str | None = None,
        reference: str | None = None,
    ) -> Answer:
        command = CaptureCommand(hold_id, amount_minor, currency, reference or fresh("ref"))
        return await self._ask(capture, key, command)

    async def release(self, hold_id: UUID, *, key: str | None = None) -> Answer:
        command = ReleaseCommand(hold_id)
        return await self._ask(release, key, command)

    async def refund(
        self,
        purchase_id: UUID,
        amount_minor: int | None = None,
        currency: str | None = None,
        *,
        key: str | None = None,
        reference: str | None = None,
    ) -> Answer:
        command = RefundCommand(purchase_id, amount_minor, currency, reference or fresh("ref"))
        return await self._ask(refund, key, command)

    async def refund_by_reference(
        self,
        original_reference: str,
        amount_minor: int,
        currency: str = "CNY",
        *,
        key: str | None = None,
        reference: str | None = None,
    ) -> Answer:
        command = RefundByReferenceCommand(original_reference, amount_minor, currency, reference or fresh("ref"))
        return await self._ask(refund_by_reference, key, command)

    async def void(self, purchase_id: UUID, *, key: str | None = None) -> Answer:
        command = VoidCommand(purchase_id)
        return await self._ask(void, key, command)

    async def reverse(self, original_reference: str, *, key: str | None = None) -> Answer:
        command = ReverseCommand(original_reference)
        return await self._ask(reverse, key, command)

    async def activate(
        self, card: KnownCard, *, key: str | None = None, reference: str | None = None, holder: Identity | None = None
    ) -> Answer:
        command = ActivateCommand(card.number, reference or fresh("ref"), holder)
        return await self._ask(activate, key, command)

    async def sell(self, card: KnownCard, *, key: str | None = None, reference: str | None = None) -> Answer:
        command = SellCommand(card.number, reference or fresh("ref"))
        return await self._ask(sell, key, command)

    async def redeem(self, card: CardAndPin, *, key: str | None = None) -> Answer:
        command = RedeemCommand(card.number, card.pin)
        return await self._ask(redeem, key, command)

    async def preview(self, card: CardAndPin) -> Answer:
        command = RedeemCommand(card.number, card.pin)
        return await self.house.engine.submit(preview_redemption(self.house, self.caller, command))

    async def inquire(self, card: CardAndPin | CardEcode) -> Answer:
        return await self.house.engine.submit(inquire(self.house, self.caller, card))
