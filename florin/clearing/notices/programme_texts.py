"""A programme's own texts and terms of notices: set them, take them back, preview them, send one to look at."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from florin.clearing.house import ClearingHouse
from florin.clearing.notices.render import Filled, fill, require_usable, sample_values
from florin.clearing.notices.sealed import to_address
from florin.clearing.notices.texts import SAMPLES, default_template
from florin.domain.invalid_field import InvalidField
from florin.domain.notice import Language, NoticeKind
from florin.domain.notice_text import Template
from florin.domain.programme import Programme
from florin.domain.sign_in_names import normalise_mail, normalise_mobile
from florin.storage.audit_trail import Author
from florin.storage.connect import transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.notices.notice_texts import NoticeTerms, TextPlace, find_template, write_template, write_terms
from florin.storage.notices.notices import NewNotice, write_notice


@dataclass(frozen=True, slots=True)
class TextInUse:
    """A text, and whether it is the programme's own or the one that comes with Florin."""

    template: Template
    is_own: bool


async def text_in_use(house: ClearingHouse, programme_id: UUID, place: TextPlace) -> TextInUse:
    """The text that a programme's notices have there."""
    own = await find_template(house.pool, programme_id, place)
    return TextInUse(default_template(*place), is_own=False) if own is None else TextInUse(own, is_own=True)


async def set_text(
    house: ClearingHouse, programme_id: UUID, place: TextPlace, template: Template, author: Author
) -> TextInUse:
    """Use a text of the programme's own from now on.

    Raises:
        InvalidField: it could not be filled in, lacks what it is for, or does more than a text may.
    """
    kind, channel, language = place
    require_usable(kind, channel, language, template)
    await write_template(house.pool, programme_id, place, template, author)
    return TextInUse(template, is_own=True)


async def remove_text(house: ClearingHouse, programme_id: UUID, place: TextPlace, author: Author) -> None:
    """Go back to the text that comes with Florin."""
    await write_template(house.pool, programme_id, place, None, author)


def preview(programme: Programme, place: TextPlace, template: Template) -> Filled:
    """A text filled in with a sample; `InvalidField` as `set_text`."""
    kind, channel, language = place
    require_usable(kind, channel, language, template)
    values = {**sample_values(kind), "programme": {"name": programme.name}}
    return fill(template, values, language, ZoneInfo(programme.time_zone))


async def send_sample(
    house: ClearingHouse,
    programme: Programme,
    kind: NoticeKind,
    address: str,
    author: Author,
    language: Language | None = None,
) -> UUID:
    """Send a notice of a kind, filled in with a sample, to a mail address or mobile number; return its id.

    It goes out at once, in quiet hours too, in the programme's language where no other is asked for.

    Raises:
        InvalidField: neither of the two, or a kind that has no sample to be sent: a claim link.
    """
    if kind is NoticeKind.CLAIM_LINK:
        raise InvalidField("kind", "a claim link goes to the recipient of a card only")
    to = normalise_mail(address) if "@" in address else normalise_mobile(address)
    facts = {**SAMPLES[kind], "user_name": "anna"}
    notice = NewNotice("sample", kind, fresh_id(), facts, programme_id=programme.id, language=language, is_urgent=True)
    async with transaction(house.pool) as connection:
        await write_notice(connection, to_address(house.vault, notice, to), author.now)
    return notice.id


def require_terms(terms: NoticeTerms) -> NoticeTerms:
    """Terms that a programme can have; `InvalidField` for others."""
    if (terms.quiet_from is None) != (terms.quiet_until is None) or (
        terms.quiet_from is not None and terms.quiet_from == terms.quiet_until
    ):
        raise InvalidField("quiet_until", "quiet hours begin and end, and not at the same time")
    return terms


async def set_terms(house: ClearingHouse, programme_id: UUID, terms: NoticeTerms, author: Author) -> NoticeTerms:
    """Write how a programme tells its members; `InvalidField` for terms that no programme can have."""
    async with transaction(house.pool) as connection:
        await write_terms(connection, programme_id, require_terms(terms), author)
    return terms
