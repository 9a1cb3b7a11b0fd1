"""``florin settlement``: merchants' statements, drawn up by finance, approved by a manager, paid by payout files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from florin.batch.settlement.statement_documents import StatementForm, statement_pdf, write_statement_sheet
from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.allowed import READ
from florin.clearing.settlement.approve_statement import Approval, ApproveStatement, approve_statements
from florin.clearing.settlement.draft_statements import draft_statements
from florin.clearing.settlement.merchant_payouts import MERCHANT_PAYOUTS
from florin.clearing.settlement.read_statements import merchant_payouts_page, read_statement, statements_page
from florin.clearing.settlement.views import merchant_payout_view, statement_view
from florin.cli import settlement_acceptors as acceptors
from florin.cli import settlement_agreements as agreements
from florin.cli import settlement_debts as debts
from florin.cli.configuration import merchant_of, programme_of
from florin.cli.desk import As
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.new_file import OWNER_ONLY, new_file
from florin.cli.order_desk import act, asks, id_of
from florin.cli.payout_steps import add_bank_steps
from florin.cli.plain_words import plain, words
from florin.cli.printing import AsJson, Form, print_json, print_table, say
from florin.cli.running import accepted
from florin.cli.slips import amount as amount_option
from florin.cli.step_up import act_with_code
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.merchant_payout import MerchantPayout
from florin.domain.merchant_statement import MerchantStatement, StatementStatus
from florin.domain.money import format_minor, same_figure
from florin.domain.paging import MAX_LIMIT
from florin.domain.payout import PayoutStatus
from florin.domain.people import Actor
from florin.storage.catalogue import read_catalogue
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer
from florin.storage.settlement.statements import WhichStatements

app = typer.Typer(
    help="Settlement: what merchants are owed, day by day, approved and paid by two people.", no_args_is_help=True
)

Named = Annotated[str, typer.Argument(metavar="STATEMENT", help="Id of the statement (mst_...).")]
Programme = Annotated[str, typer.Argument(help="Short name of the programme.")]


def _money(value: dict[str, Any]) -> str:
    return format_minor(value["amount"], value["currency"])


_STATEMENTS: Final = Form(
    "Statements",
    (
        "day",
        "status",
        "purchases",
        "refunds",
        "fees",
        "payout",
        "passed on",
        "carried on",
        "pays on",
        "statement",
    ),
    lambda each: (
        each["business_date"],
        words(each["status"]),
        *(_money(each[name]) for name in ("purchases", "refunds", "fees", "payout", "passed_on", "carried_out")),
        each["pays_on"],
        each["id"],
    ),
)
_PAYOUTS: Final = Form(
    "Payouts",
    ("status", "amount", "pays on", "bank reference", "payout"),
    lambda each: (words(each["status"]), _money(each["amount"]), each["pays_on"], each["bank_reference"], each["id"]),
)


@app.command()
def draft(programme: Programme, as_user: As, as_json: AsJson = False) -> None:
    """Draw up the statements of every closed day that has none, and those not approved yet anew."""

    async def step(house: ClearingHouse, actor: Actor) -> list[Any] | Decline:
        found = programme_of(await read_catalogue(house.pool), programme)
        return await draft_statements(house, actor, found.id, _now())

    days = [day.isoformat() for day in act(as_user, step)]
    if as_json:
        print_json({"business_dates": days})
    else:
        say(f"Drawn up: {', '.join(days)}" if days else "Every closed day had its statements.")


@app.command("list")
def list_all(
    as_user: As,
    merchant: Annotated[str | None, typer.Option(help="Short name of the merchant.")] = None,
    status: Annotated[StatementStatus | None, typer.Option(help="Where they stand.")] = None,
    date: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Of which business day.")] = None,
    as_json: AsJson = False,
) -> None:
    """List statements, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> tuple[MerchantStatement, ...] | Decline:
        whose = None if merchant is None else merchant_of(await read_catalogue(house.pool), merchant).id
        day = None if date is None else date.date()
        which = WhichStatements(merchant_id=whose, status=status, business_date=day)
        return tuple(accepted(await statements_page(house, actor, which, None, MAX_LIMIT)).items)

    _STATEMENTS.show_all([statement_view(each) for each in act(as_user, step)], as_json=as_json)


@app.command()
def show(statement: Named, as_user: As, as_json: AsJson = False) -> None:
    """Show a statement."""
    statement_id = id_of("merchant_statement", statement)
    view = statement_view(asks(as_user, read_statement, statement_id))
    if as_json:
        print_json(view)
        return
    for name, value in view.items():
        say(f"{words(name):<18}  {'-' if value is None else plain(value)}")


@app.command()
def fetch(
    statement: Named,
    out: Annotated[Path, typer.Option(help="Where it is written; nothing may be there.")],
    as_user: As,
    form: Annotated[
        StatementForm, typer.Option(help="A table with every purchase, or a document.")
    ] = StatementForm.PDF,
) -> None:
    """Fetch a statement as CSV or PDF."""
    statement_id = id_of("merchant_statement", statement)
    with new_file(out, OWNER_ONLY) as written:

        async def step(house: ClearingHouse, actor: Actor) -> Decline | None:
            found = await read_statement(house, actor, statement_id)
            if isinstance(found, Decline):
                return found
            if form is StatementForm.CSV:
                await write_statement_sheet(house, found, written)
                return None
            catalogue = await read_catalogue(house.pool)
            merchant, programme = catalogue.merchants[found.merchant_id], catalogue.programmes[found.programme_id]
            written.write(statement_pdf(found, merchant, programme, _now()))
            return None

        act(as_user, step)
    say(f"Written: {out}")


@app.command()
def approve(
    statements: Annotated[list[str], typer.Argument(metavar="STATEMENT...", help="Ids of statements (mst_...).")],
    total: Annotated[
        str,
        typer.Option(
            callback=amount_option("--total", may_be_negative=True),
            help="What they pay and pass on together, as you have looked at it.",
        ),
    ],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Approve statements, exactly as they stand if they come to what you say; a merchant's earlier days go first."""
    ids = [id_of("merchant_statement", each) for each in statements]

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> list[Approval] | Decline:
        if not actor.has(*READ):
            return Decline.ROLE_REQUIRED
        found = [accepted(await read_statement(house, actor, each)) for each in ids]
        paid = format_minor(sum(each.payout_minor + each.passed_on_minor for each in found), found[0].unit)
        if not same_figure(total, paid):
            return Decline.MERCHANT_STATEMENT_CHANGED
        commands = [ApproveStatement(each.id, each.details_hash) for each in found]
        return await approve_statements(house, actor, commands, proof, fresh_id().hex)

    approvals = act_with_code(as_user, step)
    views = [_approved(command, said) for command, said in approvals]
    if as_json:
        print_json(views)
    else:
        print_table(
            "Approved", ("statement", "result"), [(each["id"], each["problem"] or "approved") for each in views]
        )
    if any(each["problem"] for each in views):
        raise Refusal("not all of them are approved", ExitCode.DECLINED)


@app.command()
def payouts(
    as_user: As,
    status: Annotated[PayoutStatus | None, typer.Option(help="Where they stand.")] = None,
    as_json: AsJson = False,
) -> None:
    """List merchants' payouts, the latest first; ``florin payout make-file`` puts into a file what is due."""

    async def step(house: ClearingHouse, actor: Actor) -> tuple[MerchantPayout, ...] | Decline:
        return tuple(accepted(await merchant_payouts_page(house, actor, status, None, MAX_LIMIT)).items)

    _PAYOUTS.show_all([merchant_payout_view(each) for each in act(as_user, step)], as_json=as_json)


add_bank_steps(
    app,
    MERCHANT_PAYOUTS,
    _PAYOUTS.show_in_list,
    settle="Record that the bank statement shows a payout.",
    send_back="Record that the bank has sent a payout back; it is paid again once the merchant's account is confirmed.",
)
app.command("propose-terms")(agreements.propose_terms)
app.command("approve-terms")(agreements.approve_terms)
app.command("refuse-terms")(agreements.refuse_terms)
app.command("terms")(agreements.list_terms)
app.command("propose-account")(agreements.propose_account)
app.command("approve-account")(agreements.approve_account)
app.command("refuse-account")(agreements.refuse_account)
app.command("propose-acceptor")(acceptors.propose)
app.command("approve-acceptor")(acceptors.approve)
app.command("refuse-acceptor")(acceptors.refuse)
app.command("acceptors")(acceptors.list_all)
app.command("debts")(debts.show)
app.command("debt-paid")(debts.pay)
app.command("set-calendar")(agreements.set_calendar)


def _approved(command: ApproveStatement, said: Answer | Decline) -> dict[str, Any]:
    problem = said if isinstance(said, Decline) else said.decline
    statement = None if isinstance(said, Decline) or problem is not None else msgspec.json.decode(said.body)
    return {"id": wire_id("merchant_statement", command.statement_id), "statement": statement, "problem": problem}


def _now() -> datetime:
    return datetime.now(UTC)
