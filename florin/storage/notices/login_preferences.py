"""Where and of what a customer's people are told by mail: each has given that for his or her own login."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.notice import Language
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Pool, transaction

READ: Final = "SELECT mail_encrypted, language, unwanted FROM login_notices WHERE login_id = %(login_id)s"
WRITE: Final = """
INSERT INTO login_notices (login_id, mail_encrypted, language, unwanted)
VALUES (%(login_id)s, %(mail)s, %(language)s, %(unwanted)s)
ON CONFLICT (login_id) DO UPDATE
SET mail_encrypted = excluded.mail_encrypted, language = excluded.language, unwanted = excluded.unwanted
"""


@dataclass(frozen=True, slots=True)
class LoginNotices:
    """A sealed mail address, without which nothing is told; a language; and the kinds that are not wanted."""

    mail_encrypted: bytes | None = None
    language: str | None = None
    unwanted: Sequence[str] = field(default=())


async def read_login_notices(pool: Pool, login_id: UUID) -> LoginNotices:
    """What a login's owner has given; nothing from who has given nothing yet."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(LoginNotices)) as cursor:
        await cursor.execute(READ, {"login_id": login_id})
        return await cursor.fetchone() or LoginNotices()


async def write_login_notices(
    pool: Pool, login_id: UUID, mail: bytes | None, language: Language | None, unwanted: Sequence[str], author: Author
) -> None:
    """Write what a login's owner has given, in place of what stood; the mail address is sealed."""
    row = {"login_id": login_id, "mail": mail, "language": language, "unwanted": list(unwanted)}
    async with transaction(pool) as connection:
        await connection.execute(WRITE, row)
        told = {"has_mail": mail is not None, "unwanted": list(unwanted)}
        await record(connection, author, "login.notices_set", login_id, told)
