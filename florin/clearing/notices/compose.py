"""Making a notice ready to go: whom it is for, in which words, and whether it is still of use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from florin.clearing.house import ClearingHouse
from florin.clearing.notices.render import Filled, UnusableTextError, fill, plain_values
from florin.clearing.notices.texts import default_template
from florin.clearing.orders.link_tokens import link_of
from florin.clearing.orders.recipients import opened_contact
from florin.crypto.envelope import Envelope
from florin.domain.notice import Channel, Language, NoticeKind
from florin.storage.corporate.link_sendings import LINKED
from florin.storage.notices.notice_sendings import LinkedRecipient, WaitingNotice, linked_recipient
from florin.storage.notices.notice_texts import find_template

FALLBACK: Final = Language.ZH
"""The language of who has chosen none, in a programme that has chosen none."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A notice as it goes out."""

    address: str = field(repr=False)
    text: Filled
    language: Language
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Useless:
    """A notice that is not sent any more, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Composer:
    """Makes notices ready."""

    house: ClearingHouse

    async def address_of(self, notice: WaitingNotice) -> str | None:
        """The address of a notice that goes either way; None when there is nobody any more."""
        vault = self.house.vault
        if notice.address_encrypted is not None:
            return vault.notice_addresses.open(notice.address_encrypted, notice.id.bytes).decode()
        linked = await self._linked(notice.recipient_id)
        return None if linked is None else self._contact(linked)

    async def ready(self, notice: WaitingNotice, channel: Channel, now: datetime) -> Ready | Useless:
        """The notice with its address and its text.

        Raises:
            UnusableTextError: the text that comes with Florin cannot be filled in with what is known.
        """
        if notice.useless_from is not None and now >= notice.useless_from:
            return Useless("too late")
        address, values = await self._about(notice, channel, now)
        if address is None:
            return Useless(str(values))
        language, zone = Language(notice.language or FALLBACK), ZoneInfo(notice.time_zone or "UTC")
        text = await self._text(notice, channel, values, language, zone)
        return Ready(address, text, language, plain_values(values, language, zone))

    async def _about(self, notice: WaitingNotice, channel: Channel, now: datetime) -> tuple[str | None, Any]:
        """The address and the values of the text; without an address, why there is none."""
        values = {"programme": {"name": notice.programme_name}, **notice.facts}
        if notice.user_name is not None:
            values["user_name"] = notice.user_name
        if notice.recipient_kind == "card":
            return await self._card(notice, values, now)
        if notice.secret_encrypted is not None:
            secret = self.house.vault.notice_secrets.open(notice.secret_encrypted, notice.id.bytes)
            values |= msgspec.json.decode(secret)
        if notice.address_encrypted is not None:
            return await self.address_of(notice), values
        sealed = notice.mail_encrypted if channel is Channel.MAIL else notice.mobile_encrypted
        if sealed is None:
            return None, "no address"
        envelope, row = self._envelope(notice, channel)
        return envelope.open(sealed, row.bytes).decode(), values

    def _envelope(self, notice: WaitingNotice, channel: Channel) -> tuple[Envelope, UUID]:
        """What the address is sealed in, and for which row."""
        vault = self.house.vault
        if notice.closure_id is not None:
            return vault.closure_mails, notice.closure_id
        if notice.recipient_kind == "login":
            return vault.login_mails, notice.recipient_id
        return vault.mails if channel is Channel.MAIL else vault.mobiles, notice.recipient_id

    async def _card(self, notice: WaitingNotice, values: dict[str, Any], now: datetime) -> tuple[str | None, Any]:
        linked = await self._linked(notice.recipient_id)
        if linked is None or not linked.is_linked:
            return None, "the card is nobody's any more"
        if notice.kind == NoticeKind.CLAIM_LINK:
            if linked.claimed_at is not None or linked.sending != notice.facts["sending"] or linked.expires_at <= now:
                return None, "the link is of no use any more"
            values |= self._link_values(notice.recipient_id, linked)
        return self._contact(linked), values

    def _contact(self, linked: LinkedRecipient) -> str:
        return opened_contact(self.house.vault, linked.order_id, linked.place, linked.contact_encrypted)

    def _link_values(self, card_id: UUID, linked: LinkedRecipient) -> dict[str, Any]:
        return {
            "link": link_of(self.house.vault, f"{self.house.public_url}/claim", linked.key_id, card_id, linked.sending),
            "sender": linked.sender,
            "denomination": {"amount": linked.denomination_minor, "currency": linked.unit},
            "expires_at": linked.expires_at.isoformat(),
        }

    async def _linked(self, card_id: UUID) -> LinkedRecipient | None:
        return await linked_recipient(self.house.pool, card_id, list(LINKED))

    async def _text(
        self, notice: WaitingNotice, channel: Channel, values: dict[str, Any], language: Language, zone: ZoneInfo
    ) -> Filled:
        """By the programme's own words where it has any that can be filled in, else by those of Florin."""
        kind = NoticeKind(notice.kind)
        own = None
        if notice.programme_id is not None:
            own = await find_template(self.house.pool, notice.programme_id, (kind, channel, language))
        if own is not None:
            try:
                return fill(own, values, language, zone)
            except UnusableTextError:
                # It was right for the sample and is not for this one: plain words are better than none.
                pass
        return fill(default_template(kind, channel, language), values, language, zone)
