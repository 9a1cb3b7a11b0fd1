"""The kinds of rule that a pack is made of. Each says where it comes from and when it applies."""

from dataclasses import dataclass
from datetime import date

from florin.domain.declines import Decline
from florin.domain.policy.facts import (
    Closing,
    CompanyPayment,
    Credit,
    CreditCause,
    Facts,
    Holding,
    Issue,
    Payment,
    Sale,
)
from florin.domain.policy.verdict import ALLOW, Deny, Require, Step, Verdict
from florin.domain.programme import IssuerClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """What every rule has: its source, its first day and its last (None: until further notice)."""

    source: str
    effective_from: date
    effective_until: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether the provision applies on a business date; both its ends are days on which it does."""
        return self.effective_from <= on and (self.effective_until is None or on <= self.effective_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleNote(Provision):
    """What every invoice for cards says about tax, in the words of the place and in English."""

    text: str
    english: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceCap(Provision):
    """No card of a kind is issued with, or brought to, more than ``cap_minor``; the cap itself is allowed."""

    holding: Holding
    cap_minor: int

    def judge(self, facts: Facts) -> Verdict:
        """Denies a face or a resulting balance above the cap, from whatever cause; of a refund it says so."""
        decline = Decline.LIMIT_EXCEEDED
        match facts:
            case Issue(holding=self.holding):
                balance_minor = facts.face_minor
            case Credit(holding=self.holding):
                balance_minor = facts.balance_before_minor + facts.amount_minor
                if facts.cause is CreditCause.REFUND:
                    decline = Decline.REFUND_ABOVE_CAP
            case _:
                return ALLOW
        return Deny(decline) if balance_minor > self.cap_minor else ALLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class RealName(Provision):
    """Who buys or tops up a kind of card for ``from_minor`` or more is identified first."""

    holding: Holding
    from_minor: int

    def judge(self, facts: Facts) -> Verdict:
        """Requires the real name of whoever brings new money; refunds and transfers bring none."""
        match facts:
            case Sale(holding=self.holding, real_name_known=False):
                amount_minor = facts.total_minor
            case Credit(holding=self.holding, cause=CreditCause.TOP_UP, real_name_known=False):
                amount_minor = facts.amount_minor
            case _:
                return ALLOW
        return Require(Step.REAL_NAME) if amount_minor >= self.from_minor else ALLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class NamelessCap(Provision):
    """An account whose holder is not known by name is brought to ``cap_minor`` and no further."""

    holding: Holding
    cap_minor: int

    def judge(self, facts: Facts) -> Verdict:
        """Requires the real name before the account holds more; a refund brings back what was the holder's already."""
        match facts:
            case Credit(holding=self.holding, real_name_known=False) if facts.cause is not CreditCause.REFUND:
                balance_minor = facts.balance_before_minor + facts.amount_minor
            case _:
                return ALLOW
        return Require(Step.REAL_NAME) if balance_minor > self.cap_minor else ALLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNetwork(Provision):
    """A card pays only at the merchants of its programme."""

    def judge(self, facts: Facts) -> Verdict:
        """Denies a payment outside the programme's network."""
        outside = isinstance(facts, Payment) and not facts.in_network
        return Deny(Decline.OUT_OF_NETWORK) if outside else ALLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class BankTransferOnly(Provision):
    """What a company buys at once for ``from_minor`` or more is not paid for in cash."""

    from_minor: int

    def judge(self, facts: Facts) -> Verdict:
        """Denies cash for the whole purchase, also where it comes in parts."""
        match facts:
            case CompanyPayment(in_cash=True) if facts.purchase_minor >= self.from_minor:
                return Deny(Decline.BANK_TRANSFER_REQUIRED)
            case _:
                return ALLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOutByName(Provision):
    """Who is paid out has shown an identity document, and gets at most ``cash_minor`` in cash."""

    cash_minor: int

    def judge(self, facts: Facts) -> Verdict:
        """Denies more cash, and requires the real name of whoever has not shown it."""
        match facts:
            case Closing(in_cash=True) if facts.amount_minor > self.cash_minor:
                return Deny(Decline.BANK_TRANSFER_REQUIRED)
            case Closing(identity_shown=False):
                return Require(Step.REAL_NAME)
            case _:
                return ALLOW


Rule = BalanceCap | RealName | NamelessCap | OwnNetwork | BankTransferOnly | PaidOutByName


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity(Provision):
    """How long a kind of card is valid at least, in years; None: it may not expire at all."""

    holding: Holding
    minimum_years: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody(Provision):
    """How much an issuer keeps in custody, in basis points of what was prepaid at the end of the last quarter."""

    issuer_class: IssuerClass
    basis_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterlyReturn(Provision):
    """The quarter's figures are reported by ``due_day`` of the month after it."""

    due_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoolingOff(Provision):
    """For how many days after it has come in a member may have unspent principal back."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention(Provision):
    """For how many years records are kept at least, from the end of what they are about."""

    transaction_years: int
    identity_years: int
