"""The charges of a request: which rule counts it under whose name, address or id."""

from uuid import UUID

from florin.crypto.vault import Vault
from florin.domain.throttle_rules import ThrottleRule, network_of
from florin.storage.people.throttle import EVERYBODY, Charge


def by_address(vault: Vault, rule: ThrottleRule, address: str) -> Charge:
    """Count by the network of a client's address."""
    return Charge(rule, vault.throttle_subjects.of(network_of(address)))


def by_text(vault: Vault, rule: ThrottleRule, text: str) -> Charge:
    """Count by a name in its one spelling."""
    return Charge(rule, vault.throttle_subjects.of(text))


def by_id(vault: Vault, rule: ThrottleRule, subject_id: UUID) -> Charge:
    """Count by a member or another thing with an id."""
    return Charge(rule, vault.throttle_subjects.of(subject_id.hex))


def in_total(rule: ThrottleRule) -> Charge:
    """Count everybody together."""
    return Charge(rule, EVERYBODY)
