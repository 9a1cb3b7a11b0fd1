"""Files of statements for finance: handed in, read by a duty, and looked at line by line."""

from typing import Annotated, Any, Final

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from florin.api.asking import ThePerson
from florin.api.callers import people
from florin.api.fields import Choice, CounterpartyId, Day, StatementFileId
from florin.api.files import NOT_STORED, answers_file, attachment
from florin.api.given import ThePage
from florin.api.management_examples import page_of
from florin.api.routes import FileBody, Routes
from florin.api.statements import answers, examples
from florin.api.statements.bodies import ReadAgainFields
from florin.api.uploads import uploaded
from florin.api.views import listed, next_cursor
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.paging import decode_sequence
from florin.domain.statement_file import FileFormat, FileState
from florin.reconciliation.counterparties import READERS, WHO_MAY
from florin.reconciliation.read_statements import (
    file_with_statements,
    files_page,
    lines_page,
    raw_parts,
    read_statement_file,
)
from florin.reconciliation.statement_views import file_view
from florin.reconciliation.take_in import LONGEST_FILE_BYTES, hand_in, hand_in_again

ROUTES = Routes("Reconciliation")

STATEMENT_FILE: Final = FileBody(
    ("application/octet-stream", "application/xml", "application/zip", "text/csv", "text/plain"), LONGEST_FILE_BYTES
)

_FILES: Final = "statement-files"
_LINES: Final = "statement-lines"
_RAW: Final = "application/octet-stream"
_NOT_FOUND: Final = (Decline.STATEMENT_FILE_NOT_FOUND,)

OfFormat = Annotated[
    FileFormat, Choice, Query(alias="format", description="Its format, one that the counterparty sends.")
]
Named = Annotated[str, Query(min_length=1, max_length=200, description="The name that it came under.")]
OfDay = Annotated[Day | None, Query(description="Of which day it is, where it does not tell.")]
OfState = Annotated[FileState | None, Choice, Query(description="Where they stand.")]
Of = Annotated[CounterpartyId | None, Query(description="Whose.")]


@ROUTES.post(
    "/v1/counterparties/{counterparty_id}/files",
    allows=people(*WHO_MAY),
    status=202,
    problems=(Decline.COUNTERPARTY_NOT_FOUND,),
    takes=STATEMENT_FILE,
    answers=answers.StatementFileAnswer,
    example=examples.RECEIVED,
)
async def hand_statement_file_in(
    counterparty_id: CounterpartyId, request: Request, person: ThePerson, form: OfFormat, name: Named, day: OfDay = None
) -> dict[str, Any]:
    """Hand in a file as it came, up to a gibibyte; it is read within seconds to minutes, whole or not at all.

    The same bytes twice are the same file: the answer tells what has become of it.
    """
    async with uploaded(request) as file:
        return file_view(await person.asks(hand_in, counterparty_id, form, name, file, person.now, day))


@ROUTES.get(
    "/v1/statement-files",
    allows=people(*READERS),
    answers=answers.StatementFilePage,
    example=page_of(examples.TAKEN_IN),
)
async def list_statement_files(
    person: ThePerson, page: ThePage, counterparty_id: Of = None, state: OfState = None
) -> dict[str, Any]:
    """List files, the latest first."""
    found = await person.asks(files_page, counterparty_id, state, page.last_seen(_FILES), page.limit)
    return listed(_FILES, found, file_view)


@ROUTES.get(
    "/v1/statement-files/{statement_file_id}",
    allows=people(*READERS),
    problems=_NOT_FOUND,
    answers=answers.StatementFileWhole,
    example={**examples.TAKEN_IN, "first_statements": [examples.STATEMENT]},
)
async def show_statement_file(statement_file_id: StatementFileId, person: ThePerson) -> dict[str, Any]:
    """Show a file, with the reason when it is kept apart, and its first hundred statements."""
    return await person.asks(file_with_statements, statement_file_id)


@ROUTES.get(
    "/v1/statement-files/{statement_file_id}/lines",
    allows=people(*READERS),
    problems=_NOT_FOUND,
    answers=answers.StatementLinePage,
    example=page_of(examples.LINE),
)
async def list_statement_lines(statement_file_id: StatementFileId, person: ThePerson, page: ThePage) -> dict[str, Any]:
    """List the lines of a file in the order in which it has them."""
    after = 0 if page.cursor is None else decode_sequence(_LINES, page.cursor)
    found = await person.asks(lines_page, statement_file_id, after, page.limit)
    return {"items": list(found.items), "next_cursor": next_cursor(_LINES, found.next_after)}


@ROUTES.get(
    "/v1/statement-files/{statement_file_id}/raw",
    allows=people(*READERS),
    problems=_NOT_FOUND,
    **answers_file({_RAW: ":20:STARTUMS\n:25:..."}),
)
async def fetch_statement_file(statement_file_id: StatementFileId, person: ThePerson) -> Response:
    """Fetch a file as it came, to the byte."""
    file = await person.asks(read_statement_file, statement_file_id)
    headers = {**attachment(wire_id("statement_file", file.id)), **NOT_STORED, "Content-Length": str(file.size_bytes)}
    return StreamingResponse(raw_parts(person.house, file), media_type=_RAW, headers=headers)


@ROUTES.post(
    "/v1/statement-files/{statement_file_id}/read-again",
    allows=people(*WHO_MAY),
    status=202,
    problems=(*_NOT_FOUND, Decline.STATEMENT_FILE_NOT_IN_STATE),
    answers=answers.StatementFileAnswer,
    example=examples.RECEIVED,
)
async def read_statement_file_again(
    statement_file_id: StatementFileId, fields: ReadAgainFields, person: ThePerson
) -> dict[str, Any]:
    """Have a file that was kept apart read once more, when the counterparty's terms have changed."""
    return file_view(await person.asks(hand_in_again, statement_file_id, fields.format, fields.day, person.now))
