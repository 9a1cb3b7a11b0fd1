"""A policy pack, the decision over it, and the expiry date that it gives."""

from dataclasses import dataclass
from datetime import date, timedelta

from florin.domain.policy.facts import Facts, Holding
from florin.domain.policy.rules import CoolingOff, Custody, QuarterlyReturn, Retention, Rule, SaleNote, Validity
from florin.domain.policy.verdict import ALLOW, Deny, Verdict
from florin.domain.programme import IssuerClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A named set of rules. ``currency`` is the one that its amounts are in, which the programme must have too.

    None means that the pack has no amounts and serves any currency.
    """

    name: str
    currency: str | None = None
    rules: tuple[Rule, ...] = ()
    validities: tuple[Validity, ...] = ()
    sale_notes: tuple[SaleNote, ...] = ()
    cooling_offs: tuple[CoolingOff, ...] = ()
    retention: tuple[Retention, ...] = ()
    custodies: tuple[Custody, ...] = ()
    returns: tuple[QuarterlyReturn, ...] = ()


def decide(facts: Facts, pack: Pack, on: date) -> Verdict:
    """What the rules of ``pack`` that are in force on the business date ``on`` say about ``facts``.

    A denial goes before a requirement, so that nobody is asked for papers for what is forbidden anyway; among equals
    the pack's order decides.
    """
    required: Verdict = ALLOW
    for rule in pack.rules:
        verdict = rule.judge(facts) if rule.in_force(on) else ALLOW
        if isinstance(verdict, Deny):
            return verdict
        if required == ALLOW:
            required = verdict
    return required


def sale_notes_on(pack: Pack, on: date) -> tuple[SaleNote, ...]:
    """What an invoice of the business date ``on`` must say."""
    return tuple(each for each in pack.sale_notes if each.in_force(on))


def cooling_off_on(pack: Pack, on: date) -> timedelta:
    """How long after a payment its unspent principal may be had back, by what is in force on ``on``; zero for never."""
    return timedelta(days=max((each.days for each in pack.cooling_offs if each.in_force(on)), default=0))


def custody_on(pack: Pack, issuer_class: IssuerClass, on: date) -> Custody | None:
    """How much such an issuer keeps in custody on ``on``; None where the pack asks for nothing."""
    asked = [each for each in pack.custodies if each.issuer_class is issuer_class and each.in_force(on)]
    return max(asked, key=lambda each: each.basis_points, default=None)


def return_on(pack: Pack, on: date) -> QuarterlyReturn | None:
    """Until when the quarter that ends on ``on`` is reported; None where the pack asks for no report."""
    return next((each for each in pack.returns if each.in_force(on)), None)


def expiry_on(pack: Pack, holding: Holding, on: date, product_years: int | None) -> date | None:
    """The last day of use of a card whose validity begins on ``on``; None if it never expires.

    ``product_years`` is what the product offers: None leaves it to the pack, less than the law's minimum is raised to
    it, more is kept, and where the law forbids an expiry there is none.
    """
    years = years_of_validity(pack, holding, on, product_years)
    return None if years is None else _years_later(on, years)


def years_of_validity(pack: Pack, holding: Holding, on: date, product_years: int | None) -> int | None:
    """How many years a card is valid from ``on`` under a pack when its product offers ``product_years``, as above."""
    years = product_years
    for validity in pack.validities:
        if validity.holding is holding and validity.in_force(on):
            minimum = validity.minimum_years
            years = None if minimum is None else max(minimum, years or minimum)
    return years


def kept_until(pack: Pack, ended_on: date) -> date:
    """The last day on which the identity of a holder is kept whose account ended on ``ended_on``.

    Transactions carry no personal data, so they stay in the book for good, which is longer than any law asks for.
    """
    years = max((each.identity_years for each in pack.retention if each.in_force(ended_on)), default=0)
    return _years_later(ended_on, years)


def identities_kept_since(pack: Pack, on: date) -> date:
    """The first day for which identities still have to be kept on ``on``: whatever ended before is to be forgotten."""
    return _years_later(on, -max((each.identity_years for each in pack.retention if each.in_force(on)), default=0))


def transactions_kept_since(pack: Pack, on: date) -> date:
    """The first day for which records of transactions still have to be kept on ``on``, beside the book itself."""
    return _years_later(on, -max((each.transaction_years for each in pack.retention if each.in_force(on)), default=0))


def _years_later(day: date, years: int) -> date:
    # 29 February has no anniversary in most years; the day after keeps the full term.
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
