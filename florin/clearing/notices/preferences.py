"""A member's wishes about notices: kind by kind and channel by channel, but for what must be sent."""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.notice import ALWAYS_SENT, ON_REQUEST, TO_CUSTOMERS, Channel, NoticeKind
from florin.storage.audit_trail import Author
from florin.storage.notices.notice_preferences import Preferences, read_preferences, write_preferences

_NOT_OF_MEMBERS: Final = ALWAYS_SENT | TO_CUSTOMERS | {NoticeKind.CARD_EXPIRES}
CHOOSABLE: Final = tuple(each for each in NoticeKind if each not in _NOT_OF_MEMBERS)
"""What a member may switch on and off."""

_LEAP_YEAR: Final = 2024


class Choice(NamedTuple):
    """How a kind of notice goes out: None where nothing was said, so that it goes the first way that there is.

    ``by_default`` is what happens then.
    """

    kind: NoticeKind
    mail: bool | None
    sms: bool | None
    by_default: bool


def choices(preferences: Preferences) -> Iterator[Choice]:
    """Every kind that a member may choose about, with what was chosen."""
    wishes = preferences.wishes
    for kind in CHOOSABLE:
        mail, sms = wishes.get((kind, Channel.MAIL)), wishes.get((kind, Channel.SMS))
        yield Choice(kind, mail, sms, kind not in ON_REQUEST)


async def set_preferences(
    house: ClearingHouse, member_id: UUID, preferences: Preferences, author: Author
) -> Preferences | Decline:
    """Write a member's wishes in place of those that stood, and return them.

    Declines: ``notice_always_sent`` for a wish about what must be sent.

    Raises:
        InvalidField: a birthday that no day of a year is.
    """
    if any(kind not in CHOOSABLE for kind, _ in preferences.wishes):
        return Decline.NOTICE_ALWAYS_SENT
    if preferences.birthday is not None:
        _require_day(preferences.birthday)
    await write_preferences(house.pool, member_id, preferences, author)
    return await read_preferences(house.pool, member_id)


def _require_day(birthday: int) -> None:
    try:
        date(_LEAP_YEAR, *divmod(birthday, 100))
    except ValueError as error:
        raise InvalidField("birthday", "month and day, as 03-21") from error
