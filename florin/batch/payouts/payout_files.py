"""Payout files: made once, posted payment by payment, and the same whenever they are fetched.

A file begins with one transaction that puts into it every payout that is due, so that none can be in two. Its payouts
are then posted one by one under keys of their own. Whatever ends the process in between, the next one goes on: what was
posted is found posted. Only when all of them are, the file is written and may be fetched.
"""

import hashlib
import hmac
from datetime import datetime
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

import msgspec
import structlog

from florin.batch.payouts.pain_001 import MEDIA_TYPE as PAIN_MEDIA_TYPE
from florin.batch.payouts.pain_001 import pain_001
from florin.batch.payouts.payment import Payment, PaymentList
from florin.batch.payouts.payout_csv import MEDIA_TYPE as CSV_MEDIA_TYPE
from florin.batch.payouts.payout_csv import payout_csv
from florin.clearing.house import ClearingHouse
from florin.clearing.payouts.kinds import PAYOUT_RULES
from florin.clearing.payouts.send_payout import WHO_MAY, send_in_file
from florin.crypto.vault import Vault
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.connect import transaction
from florin.storage.corporate.bank_accounts import bank_account_of
from florin.storage.payouts.payout_files import (
    PayoutFile,
    SealedPayment,
    find_file,
    finish_file,
    payments_of,
    put_into_file,
    record_fetch,
    unfinished_files,
    unsent_payouts,
)

_log: Final = structlog.get_logger("florin.batch")


class FileForm(StrEnum):
    """As what a payout file is fetched."""

    CSV = auto()
    PAIN_001 = auto()


MEDIA_TYPES: Final = {FileForm.CSV: CSV_MEDIA_TYPE, FileForm.PAIN_001: PAIN_MEDIA_TYPE}
WRITERS: Final = {FileForm.CSV: payout_csv, FileForm.PAIN_001: pain_001}


async def make_payout_file(
    house: ClearingHouse, actor: Actor, programme_id: UUID, now: datetime
) -> PayoutFile | Decline:
    """A new file of every payout of a programme that is due.

    Declines: ``role_required``, ``programme_not_found``, ``bank_account_not_set``, ``nothing_to_pay``.

    Raises:
        BusyError, OutcomeUnknownError: the file is made, and will be finished by the next who looks.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    programme = (await house.engine.current_catalogue()).programmes.get(programme_id)
    if programme is None:
        return Decline.PROGRAMME_NOT_FOUND
    payer = await bank_account_of(house.pool, programme_id)
    if payer is None:
        return Decline.BANK_ACCOUNT_NOT_SET
    file_id = await put_into_file(house.pool, programme_id, payer, programme.business_date(now), actor, now)
    if file_id is None:
        return Decline.NOTHING_TO_PAY
    await _finish(house, file_id, now)
    return await find_file(house.pool, file_id) or Decline.PAYOUT_FILE_NOT_FOUND


async def finish_payout_files(house: ClearingHouse, now: datetime) -> int:
    """Finish every file that a process has left unfinished, and return how many there were.

    A file that cannot be finished is logged and holds up no other.
    """
    unfinished = await unfinished_files(house.pool)
    for each in unfinished:
        try:
            await _finish(house, each.id, now)
        except Exception as error:  # noqa: BLE001 (a database that went away: the next try tells)
            _log.warning("payout_file_not_finished", file=wire_id("payout_file", each.id), error=type(error).__name__)
    return len(unfinished)


async def fetch_payout_file(
    house: ClearingHouse, actor: Actor, file_id: UUID, form: FileForm, now: datetime
) -> bytes | Decline:
    """The file, as often as finance wants it; who has fetched it is written down.

    Declines: ``role_required``, ``payout_file_not_found``, ``payout_file_not_finished``, ``payout_file_altered`` when
    it would not be what it was when it was made.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    file = await find_file(house.pool, file_id)
    if file is None:
        return Decline.PAYOUT_FILE_NOT_FOUND
    kept = file.csv_sha256 if form is FileForm.CSV else file.pain_sha256
    if kept is None:
        return Decline.PAYOUT_FILE_NOT_FINISHED
    payments = await _payments(house, file)
    if payments is None:
        return Decline.PAYOUT_FILE_ALTERED
    content = WRITERS[form](payments)
    if not hmac.compare_digest(hashlib.sha256(content).digest(), kept):
        _log.critical("payout_file_altered", file=wire_id("payout_file", file_id))
        return Decline.PAYOUT_FILE_ALTERED
    async with transaction(house.pool) as connection:
        await record_fetch(connection, file_id, form, Author(actor.session_id, now))
    return content


async def _finish(house: ClearingHouse, file_id: UUID, now: datetime) -> None:
    file = await find_file(house.pool, file_id)
    if file is None or file.finished_at is not None:
        return
    for payout_id, kind in await unsent_payouts(house.pool, file_id):
        await send_in_file(house, PAYOUT_RULES[kind], payout_id, file_id, file.made_by)
    if await unsent_payouts(house.pool, file_id):
        return
    payments = await _payments(house, file)
    if payments is None:
        _log.critical("payout_file_altered", file=wire_id("payout_file", file_id))
        return
    digests = {form: hashlib.sha256(write(payments)).digest() for form, write in WRITERS.items()}
    await finish_file(house.pool, file_id, digests[FileForm.CSV], digests[FileForm.PAIN_001], now)


async def _payments(house: ClearingHouse, file: PayoutFile) -> PaymentList | None:
    """What the file says, or None when it does not add up to what it was made for, or an account is forgotten."""
    sealed = await payments_of(house.pool, file.id)
    payments = tuple(payment for each in sealed if (payment := _payment(house.vault, each)) is not None)
    payer = BankAccount(file.payer_holder, file.payer_bank, file.payer_number)
    made = PaymentList(file.id, payer, file.unit, file.made_at, file.pays_on, payments)
    units = {each.unit for each in sealed}
    return made if (len(payments), made.total_minor, units) == (file.payouts, file.total_minor, {file.unit}) else None


def _payment(vault: Vault, sealed: SealedPayment) -> Payment | None:
    if sealed.account_encrypted is None:
        return None
    rules = PAYOUT_RULES[sealed.kind]
    opened = rules.accounts(vault).open(sealed.account_encrypted, sealed.account_id.bytes)
    reference = wire_id(rules.subject_kind, sealed.subject_id)
    return Payment(sealed.payout_id, msgspec.json.decode(opened, type=BankAccount), sealed.amount_minor, reference)
