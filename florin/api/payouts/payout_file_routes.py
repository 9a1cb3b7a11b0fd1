"""Payout files for finance: everything that is due is put into a list for the bank, and fetched as CSV or XML."""

from typing import Annotated, Final

from starlette.responses import Response

from florin.api.asking import ThePerson
from florin.api.callers import people
from florin.api.fields import Choice, PayoutFileId
from florin.api.files import NOT_STORED, answers_file, attachment
from florin.api.given import TheHouse, ThePage
from florin.api.management_examples import page_of
from florin.api.payouts import examples
from florin.api.payouts.payout_file_views import NewFileFields, PayoutFilePage, PayoutFileView
from florin.api.routes import Routes
from florin.api.views import listed
from florin.batch.payouts.payout_files import MEDIA_TYPES, FileForm, fetch_payout_file, make_payout_file
from florin.clearing.payouts import send_payout as sending
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.storage.payouts.payout_files import list_files

ROUTES = Routes("Payout files")

_FILES: Final = "payout-files"
_EXTENSIONS: Final = {FileForm.CSV: "csv", FileForm.PAIN_001: "xml"}


@ROUTES.post(
    "/v1/payout-files",
    allows=people(*sending.WHO_MAY),
    status=201,
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.BANK_ACCOUNT_NOT_SET, Decline.NOTHING_TO_PAY),
    example=examples.FILE,
)
async def make_file(fields: NewFileFields, person: ThePerson) -> PayoutFileView:
    """Put every payout of a programme that is due into a new file for the bank; each is in one file for good."""
    return PayoutFileView.of(await person.asks(make_payout_file, fields.programme_id, person.now))


@ROUTES.get("/v1/payout-files", allows=people(*sending.WHO_MAY), example=page_of(examples.FILE))
async def list_payout_files(house: TheHouse, page: ThePage) -> PayoutFilePage:
    """List payout files, the latest first."""
    found = await list_files(house.pool, page.last_seen(_FILES), page.limit)
    return PayoutFilePage(**listed(_FILES, found, PayoutFileView.of))


@ROUTES.get(
    "/v1/payout-files/{payout_file_id}/{form}",
    allows=people(*sending.WHO_MAY),
    problems=(
        Decline.PAYOUT_FILE_NOT_FOUND,
        Decline.PAYOUT_FILE_NOT_FINISHED,
        Decline.PAYOUT_FILE_ALTERED,
    ),
    **answers_file({"text/csv": "...", "application/xml": "..."}),
)
async def fetch_payout_list(
    payout_file_id: PayoutFileId, form: Annotated[FileForm, Choice], person: ThePerson
) -> Response:
    """Fetch a payout file as CSV or as ISO 20022 pain.001.001.09.

    It is the same each time, and who fetches it is written down.
    """
    content = await person.asks(fetch_payout_file, payout_file_id, form, person.now)
    name = f"{wire_id('payout_file', payout_file_id)}.{_EXTENSIONS[form]}"
    return Response(content, media_type=MEDIA_TYPES[form], headers={**attachment(name), **NOT_STORED})
