"""A programme's own texts of notices, and its terms: language, quiet hours, members' day."""

from dataclasses import asdict, dataclass
from datetime import time
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.notice import Channel, Language, NoticeKind
from florin.domain.notice_text import Template
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.read_rows import read_row, read_rows

_PLACE: Final = """programme_id = %(programme_id)s AND kind = %(kind)s AND channel = %(channel)s
  AND language = %(language)s"""

FIND: Final = f"SELECT body, subject, html FROM notice_template WHERE {_PLACE}"  # noqa: S608 (our own text)
LIST: Final = """
SELECT kind, channel, language, body, subject, html FROM notice_template
WHERE programme_id = %(programme_id)s ORDER BY kind, channel, language
"""
WRITE: Final = """
INSERT INTO notice_template (programme_id, kind, channel, language, subject, body, html)
VALUES (%(programme_id)s, %(kind)s, %(channel)s, %(language)s, %(subject)s, %(body)s, %(html)s)
ON CONFLICT (programme_id, kind, channel, language) DO UPDATE
SET subject = excluded.subject, body = excluded.body, html = excluded.html
"""
REMOVE: Final = f"DELETE FROM notice_template WHERE {_PLACE}"  # noqa: S608 (our own text)
READ_TERMS: Final = """
SELECT language, quiet_from, quiet_until, member_day, birthdays, expiry_days FROM notice_terms
WHERE programme_id = %(programme_id)s
"""
WRITE_TERMS: Final = """
INSERT INTO notice_terms (programme_id, language, quiet_from, quiet_until, member_day, birthdays, expiry_days)
VALUES (%(programme_id)s, %(language)s, %(quiet_from)s, %(quiet_until)s, %(member_day)s, %(birthdays)s, %(expiry_days)s)
ON CONFLICT (programme_id) DO UPDATE
SET language = excluded.language, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
    member_day = excluded.member_day, birthdays = excluded.birthdays, expiry_days = excluded.expiry_days
"""

TextPlace = tuple[NoticeKind, Channel, Language]
"""Which text of a programme's is meant."""


@dataclass(frozen=True, slots=True)
class NoticeTerms:
    """How a programme tells its members: when not, and of which days. Times are by the programme's clock."""

    language: Language = Language.ZH
    quiet_from: time | None = None
    quiet_until: time | None = None
    member_day: int | None = None
    birthdays: bool = True
    expiry_days: int = 30


@dataclass(frozen=True, slots=True)
class OwnText:
    """A programme's own text and where it stands."""

    kind: str
    channel: str
    language: str
    body: str
    subject: str | None
    html: str | None


async def find_template(pool: Pool, programme_id: UUID, place: TextPlace) -> Template | None:
    """A programme's own text, if it has one there."""
    return await read_row(pool, Template, FIND, _at(programme_id, place))


async def list_templates(pool: Pool, programme_id: UUID) -> list[OwnText]:
    """A programme's own texts."""
    return await read_rows(pool, OwnText, LIST, {"programme_id": programme_id})


async def write_template(
    pool: Pool, programme_id: UUID, place: TextPlace, template: Template | None, author: Author
) -> None:
    """Write a programme's own text, or with None go back to the one that comes with Florin."""
    row = {**_at(programme_id, place), **({} if template is None else asdict(template))}
    async with transaction(pool) as connection:
        await connection.execute(REMOVE.encode() if template is None else WRITE.encode(), row)
        action = "notice.text_removed" if template is None else "notice.text_set"
        await record(connection, author, action, programme_id, {key: str(row[key]) for key in _PLACE_NAMES})


async def read_terms(pool: Pool, programme_id: UUID) -> NoticeTerms:
    """A programme's terms; those of who has set none are in Chinese, without quiet hours or members' day."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(NoticeTerms)) as cursor:
        await cursor.execute(READ_TERMS, {"programme_id": programme_id})
        return await cursor.fetchone() or NoticeTerms()


async def write_terms(connection: Connection, programme_id: UUID, terms: NoticeTerms, author: Author) -> None:
    """Write a programme's terms in the caller's transaction."""
    row = asdict(terms)
    await connection.execute(WRITE_TERMS, {**row, "programme_id": programme_id})
    told = {key: each if isinstance(each, bool | int | None) else str(each) for key, each in row.items()}
    await record(connection, author, "notice.terms_set", programme_id, told)


_PLACE_NAMES: Final = ("kind", "channel", "language")


def _at(programme_id: UUID, place: TextPlace) -> dict[str, Any]:
    kind, channel, language = place
    return {"programme_id": programme_id, "kind": kind.value, "channel": channel.value, "language": language.value}
