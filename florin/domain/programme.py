"""Programmes and what belongs to them: card products, merchants, the network in which cards are sold and accepted."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum, auto
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from florin.domain.business_day import business_date, opens_at
from florin.domain.lots import SpendOrder


class ProductKind(StrEnum):
    """A bearer or registered gift card pays; a recharge card can only be loaded into a wallet."""

    BEARER_GIFT = auto()
    REGISTERED_GIFT = auto()
    RECHARGE = auto()

    @property
    def pays(self) -> bool:
        """Whether a purchase may take money from cards of this kind."""
        return self is not ProductKind.RECHARGE

    @property
    def loads_a_wallet(self) -> bool:
        """Whether the whole value of such a card may be moved into a member's wallet."""
        return self is not ProductKind.REGISTERED_GIFT


class IssuerClass(StrEnum):
    """Which kind of issuer a programme's is, in the words of the Chinese law: 规模, 集团, 品牌发卡企业."""

    LARGE = auto()
    GROUP = auto()
    BRAND = auto()


@dataclass(frozen=True)
class Programme:
    """A scheme: one currency, one set of rules, its own cards and members. Amounts in minor units, times in seconds."""

    id: UUID
    code: str
    name: str
    unit: str
    time_zone: str
    cut_off: time
    issuer_prefix: str
    policy_pack: str
    low_balance_threshold_minor: int
    hold_lifetime_s: int
    hold_lifetime_limit_s: int
    payment_code_lifetime_s: int
    dormancy_days: int
    spend_order: SpendOrder
    closure_cooling_days: int = 3
    review_hours: int = 48
    case_closing_days: int = 14
    issuer_class: IssuerClass = IssuerClass.BRAND
    return_urls: tuple[str, ...] = ()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which the programme's days begin and end."""
        return ZoneInfo(self.time_zone)

    def business_date(self, now: datetime) -> date:
        """The programme's business date at an instant."""
        return business_date(now, self.zone, self.cut_off)

    def times_of(self, first: date, last: date) -> tuple[datetime, datetime]:
        """The instants at which the programme's business days from ``first`` through ``last`` begin and end."""
        following = last + timedelta(days=1)
        return opens_at(first, self.zone, self.cut_off), opens_at(following, self.zone, self.cut_off)


@dataclass(frozen=True, slots=True)
class Product:
    """A kind of card that a programme issues, in fixed denominations (minor units).

    A member's first card of ``trial_face_minor`` costs ``trial_price_minor`` online; both are None where none does.
    """

    id: UUID
    programme_id: UUID
    code: str
    name: str
    kind: ProductKind
    denominations_minor: tuple[int, ...]
    has_ecode: bool
    validity_years: int | None
    trial_face_minor: int | None = None
    trial_price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Merchant:
    """A shop (or chain of shops) that sells or accepts cards.

    It names its ``payment_reference`` when it pays by bank transfer what it owes for cards that it has sold.
    """

    id: UUID
    code: str
    name: str
    status: str
    payment_reference: str

    @property
    def is_active(self) -> bool:
        """Whether its tills may do anything at all."""
        return self.status == "active"


@dataclass(frozen=True, slots=True)
class Terminal:
    """A till of a merchant."""

    id: UUID
    merchant_id: UUID
    code: str
    status: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A machine's access: a merchant's till (with ``merchant_id``) or the operator of the service (without)."""

    id: UUID
    digest: bytes
    name: str
    merchant_id: UUID | None
    terminal_id: UUID | None
    scopes: frozenset[str]
