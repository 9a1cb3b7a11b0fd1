"""What is asked and answered about payout files."""

from datetime import date, datetime
from typing import Self

from florin.api.fields import Fields, PayoutFileId, ProgrammeId
from florin.api.payouts import examples
from florin.api.views import AmountView, View, amount_view
from florin.storage.payouts.payout_files import PayoutFile


class NewFileFields(Fields, example=examples.NEW_FILE):
    """Whose payouts are to be put into a file."""

    programme_id: ProgrammeId


class PayoutFileView(View):
    """A payout file; the digests are those of what the bank gets, once all of it is posted."""

    id: PayoutFileId
    programme_id: ProgrammeId
    number: int
    payouts: int
    total: AmountView
    made_at: datetime
    pays_on: date
    finished_at: datetime | None
    csv_sha256: str | None
    pain_001_sha256: str | None

    @classmethod
    def of(cls, file: PayoutFile) -> Self:
        """A file as finance sees it."""
        return cls(
            id=file.id,
            programme_id=file.programme_id,
            number=file.number,
            payouts=file.payouts,
            total=amount_view(file.total_minor, file.unit),
            made_at=file.made_at,
            pays_on=file.pays_on,
            finished_at=file.finished_at,
            csv_sha256=None if file.csv_sha256 is None else file.csv_sha256.hex(),
            pain_001_sha256=None if file.pain_sha256 is None else file.pain_sha256.hex(),
        )


class PayoutFilePage(View):
    """Some files, and the cursor of the next page."""

    items: list[PayoutFileView]
    next_cursor: str | None
