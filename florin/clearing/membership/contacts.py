"""How a member is reached: a mail address, a mobile number or both, in canonical form; and how they are sealed."""

from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from florin.crypto.vault import Vault
from florin.domain.invalid_field import InvalidField
from florin.domain.sign_in_names import normalise_mail, normalise_mobile
from florin.storage.members.members import SealedContacts


@dataclass(frozen=True, slots=True)
class Contacts:
    """At least one of the two is there."""

    mail: str | None = field(repr=False)
    mobile: str | None = field(repr=False)

    @classmethod
    def read(cls, mail: str | None, mobile: str | None) -> Self:
        """The contacts in canonical form; `InvalidField` when one is malformed or both are missing."""
        if mail is None and mobile is None:
            raise InvalidField("mail", "a mail address or a mobile number is needed")
        return cls(
            None if mail is None else normalise_mail(mail),
            None if mobile is None else normalise_mobile(mobile),
        )

    def sealed(self, vault: Vault, member_id: UUID) -> SealedContacts:
        """The contacts as the database keeps them: to be found by, and to be opened by us only."""
        mail, mobile, row = self.mail, self.mobile, member_id.bytes
        return SealedContacts(
            mail_index=None if mail is None else vault.mail_index.of(mail),
            mail_encrypted=None if mail is None else vault.mails.seal(mail.encode(), row),
            mobile_index=None if mobile is None else vault.mobile_index.of(mobile),
            mobile_encrypted=None if mobile is None else vault.mobiles.seal(mobile.encode(), row),
        )
