"""What one of a customer's people wants to be told of by mail, kind by kind, and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from florin.clearing.house import ClearingHouse
from florin.domain.invalid_field import InvalidField
from florin.domain.notice import Language, NoticeKind, kinds_for
from florin.domain.people import Actor
from florin.domain.sign_in_names import normalise_mail
from florin.storage.audit_trail import Author
from florin.storage.notices.login_preferences import read_login_notices, write_login_notices


@dataclass(frozen=True, slots=True)
class OwnNotices:
    """The own mail address (None: nothing is told), language, and whether each kind that may be told is wanted."""

    mail: str | None = field(repr=False)
    language: Language | None
    wanted: Mapping[NoticeKind, bool]


async def read_own_notices(house: ClearingHouse, actor: Actor) -> OwnNotices:
    """What the login's owner has given; everything is wanted until something is switched off."""
    kept = await read_login_notices(house.pool, actor.login_id)
    mail = kept.mail_encrypted
    return OwnNotices(
        None if mail is None else house.vault.login_mails.open(mail, actor.login_id.bytes).decode(),
        None if kept.language is None else Language(kept.language),
        {kind: kind.value not in kept.unwanted for kind in kinds_for(actor.roles)},
    )


async def set_own_notices(house: ClearingHouse, actor: Actor, given: OwnNotices, author: Author) -> OwnNotices:
    """Write what the login's owner gives in place of what stood; a kind that is left out is wanted.

    Raises:
        InvalidField: no mail address, or a kind that nobody in these roles is told of.
    """
    strange = given.wanted.keys() - kinds_for(actor.roles)
    if strange:
        raise InvalidField("wishes", f"nothing that you are told of: {', '.join(sorted(strange))}")
    mail = None
    if given.mail is not None:
        mail = house.vault.login_mails.seal(normalise_mail(given.mail).encode(), actor.login_id.bytes)
    unwanted = sorted(kind.value for kind, wanted in given.wanted.items() if not wanted)
    await write_login_notices(house.pool, actor.login_id, mail, given.language, unwanted, author)
    return await read_own_notices(house, actor)
