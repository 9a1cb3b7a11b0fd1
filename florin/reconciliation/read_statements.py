"""What finance, who approves for it and auditors see of counterparties and of what they have sent."""

from collections.abc import AsyncIterator
from uuid import UUID

from florin.clearing.answers import Json
from florin.clearing.banking.line_details import opened_details
from florin.clearing.house import ClearingHouse
from florin.domain.counterparty import Counterparty
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Actor
from florin.domain.statement_file import FileState
from florin.reconciliation.counterparties import READERS
from florin.reconciliation.statement_views import file_view, line_view, statement_view
from florin.storage.reconciliation.counterparties import counterparty_of_code, find_counterparty, list_counterparties
from florin.storage.reconciliation.statement_files import StatementFile, find_file, list_files, parts_of
from florin.storage.reconciliation.statement_lines import LineRow, lines_of, statements_of

STATEMENTS_SHOWN = 100
"""How many statements of a file are shown with it."""


async def counterparty_named(house: ClearingHouse, actor: Actor, code: str) -> Counterparty | Decline:
    """The counterparty of a short name; ``role_required``, ``counterparty_not_found``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await counterparty_of_code(house.pool, code) or Decline.COUNTERPARTY_NOT_FOUND


async def read_counterparty(house: ClearingHouse, actor: Actor, counterparty_id: UUID) -> Counterparty | Decline:
    """A counterparty; ``role_required``, ``counterparty_not_found``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await find_counterparty(house.pool, counterparty_id) or Decline.COUNTERPARTY_NOT_FOUND


async def counterparties_page(
    house: ClearingHouse, actor: Actor, before: UUID | None, limit: int
) -> Page[Counterparty, UUID] | Decline:
    """A page of counterparties, the latest first; ``role_required``."""
    return await list_counterparties(house.pool, before, limit) if actor.has(*READERS) else Decline.ROLE_REQUIRED


async def files_page(
    house: ClearingHouse,
    actor: Actor,
    counterparty_id: UUID | None,
    state: FileState | None,
    before: UUID | None,
    limit: int,
) -> Page[StatementFile, UUID] | Decline:
    """A page of files, the latest first; ``role_required``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await list_files(house.pool, counterparty_id, state, before, limit)


async def read_statement_file(house: ClearingHouse, actor: Actor, file_id: UUID) -> StatementFile | Decline:
    """A file; ``role_required``, ``statement_file_not_found``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await find_file(house.pool, file_id) or Decline.STATEMENT_FILE_NOT_FOUND


async def file_with_statements(house: ClearingHouse, actor: Actor, file_id: UUID) -> Json | Decline:
    """A file with its first statements; ``role_required``, ``statement_file_not_found``."""
    file = await read_statement_file(house, actor, file_id)
    if isinstance(file, Decline):
        return file
    statements = await statements_of(house.pool, file_id, STATEMENTS_SHOWN)
    return {**file_view(file), "first_statements": [statement_view(each) for each in statements]}


async def lines_page(
    house: ClearingHouse, actor: Actor, file_id: UUID, after: int, limit: int
) -> Page[Json, int] | Decline:
    """A page of the lines of a file, with what is sealed of them; ``role_required``, ``statement_file_not_found``."""
    file = await read_statement_file(house, actor, file_id)
    if isinstance(file, Decline):
        return file
    page = await lines_of(house.pool, file_id, after, limit)
    return Page(tuple(_opened(house, line) for line in page.items), page.next_after)


async def raw_parts(house: ClearingHouse, file: StatementFile) -> AsyncIterator[bytes]:
    """The bytes of a file as they came, part by part."""
    async with house.pool.connection() as connection:
        async for part in parts_of(connection, file.id, house.vault.statement_parts):
            yield part


def _opened(house: ClearingHouse, line: LineRow) -> Json:
    sealed = line.details_encrypted
    details = None if sealed is None else opened_details(sealed, line.id, house.vault.statement_details)
    return line_view(line, details)
