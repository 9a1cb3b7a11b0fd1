"""What members want to be told of, over which channel and in which language; and when their birthday is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.domain.notice import Channel, Language, NoticeKind
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction

READ: Final = "SELECT kind, channel, wanted FROM notice_preference WHERE member_id = %(member_id)s"
READ_READER: Final = "SELECT language, birthday FROM notice_reader WHERE member_id = %(member_id)s"
CLEAR: Final = "DELETE FROM notice_preference WHERE member_id = %(member_id)s"
WRITE: Final = """
INSERT INTO notice_preference (member_id, kind, channel, wanted)
SELECT %(member_id)s, w.kind, w.channel, w.wanted
FROM unnest(%(kinds)s::text[], %(channels)s::text[], %(wanted)s::boolean[]) AS w (kind, channel, wanted)
"""
WRITE_READER: Final = """
INSERT INTO notice_reader (member_id, language, birthday) VALUES (%(member_id)s, %(language)s, %(birthday)s)
ON CONFLICT (member_id) DO UPDATE SET language = excluded.language, birthday = excluded.birthday
"""
WRITE_BIRTHDAY: Final = """
INSERT INTO notice_reader (member_id, birthday) VALUES (%(member_id)s, %(birthday)s)
ON CONFLICT (member_id) DO UPDATE SET birthday = excluded.birthday
"""

Wishes = Mapping[tuple[NoticeKind, Channel], bool]
"""Whether a kind of notice is wanted over a channel, where that was said."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """A member's wishes; ``birthday`` is month and day as 101 to 1231."""

    wishes: Wishes
    language: Language | None = None
    birthday: int | None = None


async def read_preferences(pool: Pool, member_id: UUID) -> Preferences:
    """A member's wishes as they stand."""
    member = {"member_id": member_id}
    async with pool.connection() as connection:
        rows = await (await connection.execute(READ, member)).fetchall()
        reader = await (await connection.execute(READ_READER, member)).fetchone()
    language, birthday = reader or (None, None)
    wishes = {(NoticeKind(kind), Channel(channel)): wanted for kind, channel, wanted in rows}
    return Preferences(wishes, None if language is None else Language(language), birthday)


async def write_preferences(pool: Pool, member_id: UUID, preferences: Preferences, author: Author) -> None:
    """Write a member's wishes in place of those that stood."""
    wishes = preferences.wishes
    row = {
        "member_id": member_id,
        "kinds": [kind.value for kind, _ in wishes],
        "channels": [channel.value for _, channel in wishes],
        "wanted": list(wishes.values()),
        "language": preferences.language,
        "birthday": preferences.birthday,
    }
    async with transaction(pool) as connection:
        await connection.execute(WRITE_READER, row)
        await connection.execute(CLEAR, row)
        await connection.execute(WRITE, row)
        await record(connection, author, "member.notice_preferences_set", member_id, {"wishes": len(wishes)})


async def write_birthday(connection: Connection, member_id: UUID, birthday: int) -> None:
    """Write a member's month and day of birth, in the caller's transaction."""
    await connection.execute(WRITE_BIRTHDAY, {"member_id": member_id, "birthday": birthday})
