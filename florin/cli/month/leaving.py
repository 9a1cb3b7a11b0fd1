"""Members who leave: the request, the code that was mailed, the days to think better of it, and what we do then."""

import email
import email.policy
import re
from pathlib import Path
from typing import Final
from uuid import UUID

from florin.batch.closures.certificate import closure_certificate
from florin.batch.demo_tills import StoryInterrupted, subject
from florin.batch.payouts.payout_files import FileForm, fetch_payout_file, make_payout_file
from florin.clearing.closures.approve_closure import ApproveClosure, approve_closure
from florin.clearing.closures.confirm_closure import confirm_own_by_code
from florin.clearing.closures.read_closure import read_closure
from florin.clearing.closures.request_closure import PayTo, close_own_account
from florin.cli.month.bank import Entry
from florin.cli.month.errands import enter
from florin.cli.month.office import FINANCE, MANAGER
from florin.cli.month.stage import Member, Stage, done, told
from florin.domain.bank_account import BankAccount
from florin.domain.identifiers import wire_id
from florin.domain.payout import PayoutStatus

_BANK: Final = "中国农业银行杭州西湖支行"
# An amount or an id is no code, though it may have six digits in it.
_CODE: Final = re.compile(r"(?<![\w.])[0-9]{6}(?![\w.])")

CERTIFICATE: Final = "certificate-of-closure.pdf"
PAYOUTS: Final = "payouts"


async def ask_to_leave(stage: Stage, member: Member) -> UUID:
    """Ask for the closure, and confirm it by the code that came by mail."""
    await enter(stage, member)
    account = BankAccount.read(member.identity.name, _BANK, f"62284803{member.id.int % 10**11:011}")
    asked = await close_own_account(stage.house, member.signed_in, PayTo(account), stage.key(), stage.clock())
    closure = done("closure", asked)
    closure_id = subject(closure)
    stage.notes.to_be_paid_out_minor += told(closure)["amount"]["amount"]
    await stage.watch.go_round()
    stage.clock.let_pass(90)
    code = mailed_code(stage.directory, wire_id("closure", closure_id))
    done("confirmation", await confirm_own_by_code(stage.house, member.signed_in, code, stage.clock()))
    member.has_left = True
    stage.notes.happened["closures asked for"] += 1
    return closure_id


def mailed_code(directory: Path, about: str) -> str:
    """The code of the latest mail in the spool that speaks of something; whoever reads it is the member."""
    mails = sorted((directory / "spool" / "mail" / "new").glob("*.eml"), reverse=True)
    for path in mails:
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = mail.get_body(("plain",))
        text = "" if body is None else str(body.get_content())
        if about in text:
            found = _CODE.search(text)
            if found is not None:
                return found[0]
    raise StoryInterrupted(f"no mail in {directory} has a code for {about}")


async def approve(stage: Stage, closure_id: UUID) -> None:
    """A manager looks at the closure and approves it; finance puts the money into a payout file."""
    manager, proof = await stage.office.with_code(MANAGER)
    shown = done("closure", await read_closure(stage.house, manager, closure_id)).closure
    command = ApproveClosure(closure_id, shown.amount_minor, shown.details_hash)
    done("approval", await approve_closure(stage.house, manager, command, proof, stage.key()))
    finance = await stage.office.actor(FINANCE)
    made = done("payout file", await make_payout_file(stage.house, finance, stage.programme.id, stage.clock()))
    for form, suffix in ((FileForm.CSV, "csv"), (FileForm.PAIN_001, "xml")):
        content = done("payout file", await fetch_payout_file(stage.house, finance, made.id, form, stage.clock()))
        keep(stage.directory, f"{PAYOUTS}.{suffix}", content)


async def bank_pays(stage: Stage, closure_id: UUID) -> None:
    """The bank carries the payout file out; its statement will say so."""
    finance = await stage.office.actor(FINANCE)
    shown = done("closure", await read_closure(stage.house, finance, closure_id))
    for payout in shown.payouts:
        stage.outside.bank.book(Entry(-payout.amount_minor, _BANK, "销户退款", payout.id.hex))


async def certify(stage: Stage, closure_id: UUID) -> None:
    """The bank's statement has shown the payment, so the member gets a certificate."""
    finance = await stage.office.actor(FINANCE)
    shown = done("closure", await read_closure(stage.house, finance, closure_id))
    paid_minor = sum(each.amount_minor for each in shown.payouts if each.status is PayoutStatus.SETTLED)
    stage.notes.paid_out_minor += paid_minor
    stage.notes.to_be_paid_out_minor -= paid_minor
    certificate = await closure_certificate(stage.house, finance, closure_id, stage.clock())
    keep(stage.directory, CERTIFICATE, done("certificate", certificate))
    stage.notes.happened["closures completed"] += 1


def keep(directory: Path, name: str, content: bytes) -> None:
    """Leave a file of the month where only its owner can read it."""
    path = directory / name
    path.touch(mode=0o600)
    path.write_bytes(content)
