"""Telling the holder of a closure: a member as always, a card's holder at the address that came with the request."""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.notices.sealed import to_address
from florin.crypto.vault import Vault
from florin.domain.closure import Closure
from florin.domain.identifiers import wire_id
from florin.domain.notice import NoticeKind
from florin.domain.purchase import OwnerKind
from florin.storage.connect import transaction
from florin.storage.notices.notices import NewNotice, write_notice


def to_holder(vault: Vault, notice: NewNotice, closure: Closure) -> NewNotice:
    """The notice on its way to whoever holds what is closed."""
    if closure.owner_kind is OwnerKind.MEMBER or closure.mail_encrypted is None:
        return notice
    mail = vault.closure_mails.open(closure.mail_encrypted, closure.id.bytes).decode()
    return to_address(vault, notice, mail)


async def tell_of_cooling_off(house: ClearingHouse, closure: Closure, now: datetime) -> bool:
    """Tell the holder that the time to think better of it is over; False when that has been told."""
    notice = NewNotice(
        cause=f"closure:{closure.id}:cooled",
        kind=NoticeKind.CLOSURE_COOLED,
        recipient_id=closure.owner_id,
        programme_id=closure.programme_id,
        facts={"closure_id": wire_id("closure", closure.id)},
    )
    async with transaction(house.pool) as connection:
        return await write_notice(connection, to_holder(house.vault, notice, closure), now)
