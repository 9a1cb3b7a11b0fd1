"""Who gets a card of a corporate order, and how somebody else than the giver is shown it."""

from dataclasses import dataclass, field
from typing import Final

from florin.domain.identity import Identity

MOST_RECIPIENTS: Final = 100_000
"""Rows of a recipients' file, and cards of an order that has recipients."""

_SHOWN_OF_A_MOBILE: Final = 4


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person of a recipients' file. Personal data: it is kept sealed, and no representation of it shows a value.

    ``contact`` is a mail address or a mobile number in canonical form (`sign_in_names`); ``identity`` is there when the
    card is to be registered in the recipient's name.
    """

    name: str = field(repr=False)
    contact: str = field(repr=False)
    employee_number: str | None = field(repr=False)
    identity: Identity | None = field(repr=False)


def masked_name(name: str) -> str:
    """A name as lists show it: its first character only, as ``张*`` or ``A*``."""
    return f"{name[:1]}*"


def masked_contact(contact: str) -> str:
    """A contact as lists show it: ``+86*******5678``, or ``z***@example.org``, so that its owner knows it again."""
    local, at, domain = contact.partition("@")
    if at:
        return f"{local[0]}***@{domain}"
    country, hidden, shown = contact[:3], contact[3:-_SHOWN_OF_A_MOBILE], contact[-_SHOWN_OF_A_MOBILE:]
    return f"{country}{'*' * len(hidden)}{shown}"
