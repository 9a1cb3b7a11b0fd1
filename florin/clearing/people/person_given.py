"""A person as somebody is told of one: the name, a mobile number, and the identity document when it was shown."""

from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

import msgspec

from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind, Identity
from florin.domain.names import spelled_name
from florin.domain.sign_in_names import normalise_mobile
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.people_change import KnownPerson, PeopleChange


@dataclass(frozen=True, slots=True)
class PersonGiven:
    """In one spelling. No representation of it shows a value."""

    name: str = field(repr=False)
    mobile: str = field(repr=False)
    identity: Identity | None = field(default=None, repr=False)

    @classmethod
    def read(cls, name: str, mobile: str, document: tuple[DocumentKind, str] | None) -> Self:
        """The person in one spelling; ``document`` is its kind and number.

        Raises:
            InvalidField: the name, the mobile number or the document's number is malformed.
        """
        identity = None if document is None else Identity.read(name, *document)
        return cls(spelled_name("name", name), normalise_mobile(mobile), identity)


def identity_index(vault: Vault, identity: Identity) -> bytes:
    """By what a document is found, whoever brings it."""
    return vault.person_identity_index.of(f"{identity.document_kind}:{identity.document_number}")


async def known_person(vault: Vault, change: PeopleChange, given: PersonGiven) -> KnownPerson | Decline | None:
    """Who on record this is, by the mobile number or the document; None for nobody.

    Declines: ``person_mismatch`` when the two are on record for two persons, or the person has another document.
    """
    index = None if given.identity is None else identity_index(vault, given.identity)
    found = await change.persons_with(vault.person_mobile_index.of(given.mobile), index)
    if not found:
        return None
    person, *others = found
    if others or (index is not None and person.identity_index not in (None, index)):
        return Decline.PERSON_MISMATCH
    return person


async def keep_person(vault: Vault, change: PeopleChange, given: PersonGiven, known: KnownPerson | None) -> UUID:
    """Put on record what is new of a person, of whom nothing may be known, and return the id."""
    person_id = fresh_id() if known is None else known.id
    if known is None:
        await change.add_person(person_id, vault.person_names.seal(given.name.encode(), person_id.bytes))
    if known is None or not known.has_mobile:
        sealed = vault.person_mobiles.seal(given.mobile.encode(), person_id.bytes)
        await change.add_mobile(person_id, vault.person_mobile_index.of(given.mobile), sealed)
    if given.identity is not None and (known is None or known.identity_index is None):
        await keep_identity(vault, change, person_id, given.identity)
    return person_id


async def keep_identity(vault: Vault, change: PeopleChange, person_id: UUID, identity: Identity) -> None:
    """Put the document of a person on record who has none yet."""
    sealed = vault.person_identities.seal(msgspec.json.encode(identity), person_id.bytes)
    await change.record_identity(person_id, identity_index(vault, identity), sealed)
