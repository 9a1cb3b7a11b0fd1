"""Whether the law lets cards of a kind be made in a face value, and with a validity."""

from collections.abc import Iterable
from datetime import date

from florin.domain.declines import Decline
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.facts import Holding, Issue
from florin.domain.policy.pack import decide, years_of_validity
from florin.domain.policy.verdict import Allow
from florin.domain.programme import ProductKind


def holding_of(kind: ProductKind) -> Holding:
    """Who holds cards of a kind: only a registered gift card has a known holder; a recharge card is a bearer's."""
    return Holding.REGISTERED if kind is ProductKind.REGISTERED_GIFT else Holding.BEARER


def refused_face(pack: PackName, kind: ProductKind, faces_minor: Iterable[int], on: date) -> Decline | None:
    """Why the pack forbids cards of a kind in one of the faces (minor units) on a business date, if it does."""
    for face_minor in faces_minor:
        verdict = decide(Issue(holding_of(kind), face_minor), PACKS[pack], on)
        if not isinstance(verdict, Allow):
            return verdict.decline
    return None


def refused_validity(pack: PackName, kind: ProductKind, years: int | None, on: date) -> Decline | None:
    """Why the pack forbids cards of a kind that are valid for so many years, if it does; None leaves it to the pack.

    A validity that the law would lengthen is not taken: whoever asked for it would think that it is kept to.
    """
    if years is None or years == years_of_validity(PACKS[pack], holding_of(kind), on, years):
        return None
    return Decline.VALIDITY_TOO_SHORT
