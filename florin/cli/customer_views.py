"""How commands show customers and their money: as the API does for machines, and on a screen for people."""

from collections.abc import Sequence
from typing import Any

import msgspec

from florin.clearing.answers import amount
from florin.clearing.customers.read_customer import CustomerProfile
from florin.clearing.customers.read_funding import FundingStatement
from florin.cli.printing import print_json, print_table, say
from florin.cli.running import accepted
from florin.domain.identifiers import wire_id
from florin.domain.money import format_minor
from florin.storage.corporate.customers import Customer
from florin.storage.corporate.funding import Funding
from florin.storage.posting.request import Answer

Json = dict[str, Any]


def told(answer: Answer) -> Json:
    """What the posting engine answered; a decline ends the command."""
    if answer.decline is not None:
        accepted(answer.decline)
    said: Json = msgspec.json.decode(answer.body)
    return said


def customer_json(customer: Customer, unit: str) -> Json:
    """A customer as a list has it."""
    return {
        "id": wire_id("customer", customer.id),
        "programme_id": wire_id("programme", customer.programme_id),
        "name": customer.name,
        "registration_number": customer.registration_number,
        "status": str(customer.status),
        "approval_limit": amount(customer.approval_limit_minor, unit),
        "created_at": customer.created_at,
    }


def profile_json(shown: CustomerProfile) -> Json:
    """A customer in full."""
    return {
        **customer_json(shown.customer, shown.funding.unit),
        "contacts": [{"name": each.name, "telephone": each.telephone, "mail": each.mail} for each in shown.contacts],
        "tier": shown.tier.name,
        "price_basis_points": shown.tier.price_basis_points,
        **funding_json(shown.funding),
    }


def funding_json(funding: Funding) -> Json:
    """A customer's money."""
    return {
        "balance": amount(funding.balance_minor, funding.unit),
        "reserved": amount(funding.reserved_minor, funding.unit),
        "available": amount(funding.available_minor, funding.unit),
    }


def show_profile(shown: CustomerProfile, *, as_json: bool) -> None:
    """A customer in full, one fact a line."""
    if as_json:
        print_json(profile_json(shown))
        return
    customer, unit = shown.customer, shown.funding.unit
    tier = shown.tier.name or "no tier"
    rows = [
        ("id", wire_id("customer", customer.id)),
        ("registration number", customer.registration_number),
        ("status", customer.status),
        ("own approver above", _money(customer.approval_limit_minor, unit)),
        ("pays", f"{_percent(shown.tier.price_basis_points)} of a face ({tier})"),
        *(("contact", "; ".join(filter(None, (each.name, each.telephone, each.mail)))) for each in shown.contacts),
        *_funds(shown.funding),
    ]
    print_table(customer.name, ("field", "value"), rows)


def print_customers(customers: Sequence[tuple[Customer, str]]) -> None:
    """Customers with the currency of each, one a line."""
    rows = [
        (
            each.name,
            each.registration_number,
            each.status,
            _money(each.approval_limit_minor, unit),
            wire_id("customer", each.id),
        )
        for each, unit in customers
    ]
    print_table("Customers", ("name", "registration number", "status", "own approver above", "id"), rows)


def show_funding(shown: FundingStatement, *, as_json: bool) -> None:
    """A customer's money, and the latest lines of its account."""
    lines, unit = shown.lines.items, shown.funding.unit
    if as_json:
        items = [
            {
                "sequence": each.sequence,
                "event": each.event,
                "amount": amount(each.amount_minor, unit),
                "balance_after": amount(each.balance_after_minor, unit),
                "reference": each.reference,
                "posted_at": each.posted_at,
                "journal_id": wire_id("journal", each.journal_id),
            }
            for each in lines
        ]
        print_json({**funding_json(shown.funding), "items": items})
        return
    rows = [
        (
            each.sequence,
            each.event.replace("_", " "),
            format_minor(each.amount_minor, unit),
            format_minor(each.balance_after_minor, unit),
            each.reference,
            f"{each.posted_at:%Y-%m-%d %H:%M}",
        )
        for each in lines
    ]
    print_table("Funding", ("line", "what", "amount", "balance", "reference", "posted"), rows)
    say("; ".join(f"{name} {value}" for name, value in _funds(shown.funding)))


def _percent(basis_points: int) -> str:
    return f"{basis_points // 100}.{basis_points % 100:02} %"


def _funds(funding: Funding) -> list[tuple[str, str]]:
    return [
        ("balance", _money(funding.balance_minor, funding.unit)),
        ("reserved", _money(funding.reserved_minor, funding.unit)),
        ("available", _money(funding.available_minor, funding.unit)),
    ]


def _money(amount_minor: int, unit: str) -> str:
    return f"{format_minor(amount_minor, unit)} {unit}"
