"""Notices to people: written once a cause, in the transaction of what they tell of, and sent later.

Whoever can lets an event tell (`florin.domain.notice.KIND_OF_EVENT`) and writes no notice: the fan-out makes it. What
is written here is what no event may carry, such as a one-time code, and what no posting tells of, such as a birthday.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from florin.domain.notice import ALWAYS_SENT, ON_REQUEST, URGENT, Language, NoticeKind
from florin.storage.connect import Connection
from florin.storage.fresh_ids import fresh_id

# A member is told over one channel unless he or she has chosen otherwise: by mail where there is an address, else by a
# short message. What must be sent goes that way whatever has been switched off.
WRITE_TO_MEMBER: Final = """
WITH made AS (
    INSERT INTO notice (id, programme_id, kind, recipient_kind, recipient_id, cause, facts, secret_encrypted, made_at,
                        useless_from)
    SELECT %(id)s, programme_id, %(kind)s, 'member', id, %(cause)s, %(facts)s::text::json, %(secret)s, %(now)s,
           %(useless_from)s
    FROM member WHERE id = %(recipient_id)s
    ON CONFLICT DO NOTHING RETURNING id, recipient_id
), sending AS (
    INSERT INTO notice_sending (notice_id, channel, recipient_id, is_urgent, due_at)
    SELECT made.id, c.channel, made.recipient_id, %(is_urgent)s, %(now)s
    FROM made JOIN member m ON m.id = made.recipient_id
    CROSS JOIN LATERAL (VALUES
        ('mail', m.mail_index IS NOT NULL, true),
        ('sms', m.mobile_index IS NOT NULL, m.mail_index IS NULL)) AS c (channel, can_be, is_first)
    LEFT JOIN notice_preference p
      ON p.member_id = m.id AND p.kind = %(kind)s AND p.channel = c.channel
    WHERE c.can_be AND (coalesce(p.wanted, c.is_first AND NOT %(on_request)s) OR (c.is_first AND %(always)s))
)
SELECT FROM made
"""
WRITE_TO_ADDRESS: Final = """
WITH made AS (
    INSERT INTO notice (id, programme_id, kind, recipient_kind, recipient_id, cause, facts, secret_encrypted,
                        address_encrypted, language, made_at, useless_from)
    VALUES (%(id)s, %(programme_id)s, %(kind)s, 'address', %(recipient_id)s, %(cause)s, %(facts)s::text::json,
            %(secret)s, %(address)s, %(language)s, %(now)s, %(useless_from)s)
    ON CONFLICT DO NOTHING RETURNING id, recipient_id
)
INSERT INTO notice_sending (notice_id, channel, recipient_id, is_urgent, due_at)
SELECT id, 'either', recipient_id, %(is_urgent)s, %(now)s FROM made RETURNING notice_id
"""
# The same to many members at once, each with facts of its own.
WRITE_TO_MEMBERS: Final = """
WITH made AS (
    INSERT INTO notice (id, programme_id, kind, recipient_kind, recipient_id, cause, facts, made_at)
    SELECT n.id, m.programme_id, n.kind, 'member', m.id, n.cause, n.facts::json, %(now)s
    FROM unnest(%(ids)s::uuid[], %(kinds)s::text[], %(recipients)s::uuid[], %(causes)s::text[], %(facts)s::text[])
        AS n (id, kind, member_id, cause, facts)
    JOIN member m ON m.id = n.member_id
    ON CONFLICT DO NOTHING RETURNING id, recipient_id, kind
)
INSERT INTO notice_sending (notice_id, channel, recipient_id, is_urgent, due_at)
SELECT made.id, c.channel, made.recipient_id, made.kind = ANY(%(urgent)s), %(now)s
FROM made JOIN member m ON m.id = made.recipient_id
CROSS JOIN LATERAL (VALUES
    ('mail', m.mail_index IS NOT NULL, true),
    ('sms', m.mobile_index IS NOT NULL, m.mail_index IS NULL)) AS c (channel, can_be, is_first)
LEFT JOIN notice_preference p ON p.member_id = m.id AND p.kind = made.kind AND p.channel = c.channel
WHERE c.can_be AND (coalesce(p.wanted, c.is_first AND made.kind <> ALL(%(on_request)s))
                    OR (c.is_first AND made.kind = ANY(%(always)s)))
"""

_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to a member, or to an address of its own where ``address`` is given.

    ``cause`` says what it tells of (``closure:0197...:code``): of one cause nobody is told twice. ``recipient_id`` is
    the member, or whatever the cause is unique in. ``facts`` is what the template may name, amounts and times in their
    wire form, and nothing secret. ``secret`` and ``address`` are sealed for this ``id`` (see
    `florin.clearing.notices.sealed`). From ``useless_from`` on it is not sent any more. What goes to an address may be
    in a ``language`` of its own, and any notice may be as urgent as those of `URGENT` always are.
    """

    cause: str
    kind: NoticeKind
    recipient_id: UUID
    facts: Mapping[str, Any] = field(default_factory=dict)
    secret: bytes | None = None
    address: bytes | None = None
    programme_id: UUID | None = None
    useless_from: datetime | None = None
    language: Language | None = None
    is_urgent: bool = False
    id: UUID = field(default_factory=fresh_id)


async def write_notice(connection: Connection, notice: NewNotice, now: datetime) -> bool:
    """Write a notice in the caller's transaction; False when its recipient has been told of the cause before."""
    row = {
        "id": notice.id,
        "programme_id": notice.programme_id,
        "kind": notice.kind.value,
        "recipient_id": notice.recipient_id,
        "cause": notice.cause,
        "facts": _encode(notice.facts).decode(),
        "secret": notice.secret,
        "address": notice.address,
        "useless_from": notice.useless_from,
        "on_request": notice.kind in ON_REQUEST,
        "is_urgent": notice.is_urgent or notice.kind in URGENT,
        "language": notice.language,
        "always": notice.kind in ALWAYS_SENT,
        "now": now,
    }
    query = WRITE_TO_MEMBER if notice.address is None else WRITE_TO_ADDRESS
    return (await connection.execute(query, row)).rowcount == 1


async def write_notices(connection: Connection, notices: Sequence[NewNotice], now: datetime) -> None:
    """Write many notices to members in one statement, in the caller's transaction, without secrets or addresses.

    Who has been told of a cause before is passed over.
    """
    if not notices:
        return
    rows = {
        "ids": [each.id for each in notices],
        "kinds": [each.kind.value for each in notices],
        "recipients": [each.recipient_id for each in notices],
        "causes": [each.cause for each in notices],
        "facts": [_encode(each.facts).decode() for each in notices],
        "on_request": [kind.value for kind in ON_REQUEST],
        "always": [kind.value for kind in ALWAYS_SENT],
        "urgent": [kind.value for kind in URGENT],
        "now": now,
    }
    await connection.execute(WRITE_TO_MEMBERS, rows)
