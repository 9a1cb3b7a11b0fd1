"""``florin case``: disputes and complaints, opened for somebody, worked on and ended, with a refund where due."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

import typer

from florin.clearing.cases.grant_case_voucher import GrantCaseVoucher, grant_case_voucher
from florin.clearing.cases.open_case import OpenCase, open_case
from florin.clearing.cases.read_cases import cases_page, read_case
from florin.clearing.cases.refund_case import RefundCase, refund_case
from florin.clearing.cases.step_case import StepCase, step_case
from florin.clearing.cases.views import case_view, story_view
from florin.clearing.house import ClearingHouse
from florin.cli.configuration import read_amount
from florin.cli.customer_views import told
from florin.cli.desk import As
from florin.cli.exit_codes import Refusal
from florin.cli.order_desk import act, asks, id_of
from florin.cli.plain_words import money_cells, words
from florin.cli.printing import AsJson, Form, print_json, print_table
from florin.cli.running import accepted
from florin.cli.slips import amount_typed, named
from florin.cli.step_up import act_with_code
from florin.domain.case_life import Case, CaseKind, CaseOperation, CaseStatus, read_text
from florin.domain.declines import Decline
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.storage.cases import WantedCases
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof

app = typer.Typer(help="Cases: disputes and complaints, and what our people do about them.", no_args_is_help=True)

_ALL: Final = "all"


def _said(text: str) -> str:
    with named("--text"):
        return read_text(text)


def _refund(text: str | None) -> str | None:
    return text if text in {None, _ALL} else amount_typed("--refund", str(text))


def _voucher(text: str | None) -> str | None:
    return text if text is None else amount_typed("--voucher", text)


Named = Annotated[str, typer.Argument(metavar="CASE", help="Id of the case (cas_...).")]
Text = Annotated[str, typer.Option(callback=_said, help="What is said to it; the member reads it.")]
Member = Annotated[str | None, typer.Option(help="Whose it is (mbr_...).")]
Customer = Annotated[str | None, typer.Option(help="Which corporate customer's it is (cus_...).")]

_CASES: Final = Form(
    "Cases",
    ("status", "kind", "due", "with", "of", "purchase", "case"),
    lambda each: (
        words(each["status"]),
        each["kind"],
        each["due_at"],
        each["assignee_id"],
        each["member_id"] or each["customer_id"],
        each["purchase_id"],
        each["id"],
    ),
)


@app.command("list")
def list_all(  # noqa: PLR0913, PLR0917 (each is one option of the command)
    as_user: As,
    status: Annotated[CaseStatus | None, typer.Option(help="Where they stand.")] = None,
    kind: Annotated[CaseKind | None, typer.Option(help="What they are about.")] = None,
    member: Member = None,
    customer: Customer = None,
    of_customers: Annotated[
        bool | None, typer.Option("--of-customers/--of-members", help="Those of corporate customers only, or all else.")
    ] = None,
    assignee: Annotated[str | None, typer.Option(help="Who works on them (lgn_...).")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Those that should have been decided by now.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List cases, the latest first."""
    member_id = None if member is None else id_of("member", member)
    customer_id = None if customer is None else id_of("customer", customer)
    assignee_id = None if assignee is None else id_of("login", assignee)
    overdue_at = datetime.now(UTC) if overdue else None
    wanted = WantedCases(status, kind, member_id, customer_id, of_customers, assignee_id, overdue_at)

    async def step(house: ClearingHouse, actor: Actor) -> tuple[Case, ...] | Decline:
        return accepted(await cases_page(house, actor, wanted, None, limit)).items

    views = [case_view(each) for each in act(as_user, step)]
    _CASES.show_all(views, as_json=as_json)


@app.command()
def show(case: Named, as_user: As, as_json: AsJson = False) -> None:
    """Show a case with its story; what people wrote is not for auditors."""
    case_id = id_of("case", case)
    view = story_view(*asks(as_user, read_case, case_id))
    if as_json:
        print_json(view)
        return
    _CASES.show(view, as_json=False)
    rows = [
        (
            each["at"],
            "internal" if each["is_internal"] else each["side"],
            words(each["operation"] or "open"),
            each["text"],
        )
        for each in view["notes"]
    ]
    print_table("Its story", ("at", "side", "what", "words"), rows)
    brought = [(each["at"], each["kind"], *money_cells(each["amount"]), each["id"]) for each in view["remedies"]]
    if brought:
        print_table("What it has brought", ("at", "what", "amount", "currency", "id"), brought)


@app.command("open")
def open_for_somebody(
    kind: Annotated[CaseKind, typer.Argument(help="What it is about.")],
    text: Text,
    as_user: As,
    purchase: Annotated[str | None, typer.Option(help="Which purchase it is about (pur_...).")] = None,
    member: Member = None,
    customer: Customer = None,
    as_json: AsJson = False,
) -> None:
    """Open a case for a member, for whoever paid a purchase, or for a corporate customer."""
    purchase_id = None if purchase is None else id_of("purchase", purchase)
    member_id = None if member is None else id_of("member", member)
    customer_id = None if customer is None else id_of("customer", customer)
    if purchase is None and member is None and customer is None:
        raise Refusal("--purchase, --member or --customer tells whose case it is")
    with named("--purchase"):
        command = OpenCase(kind, text, purchase_id, member_id, customer_id)

    async def step(house: ClearingHouse, actor: Actor) -> Case | Decline:
        return await open_case(house, actor, command, fresh_id().hex, datetime.now(UTC))

    _CASES.show(case_view(act(as_user, step)), as_json=as_json)


@app.command()
def note(
    case: Named,
    text: Text,
    as_user: As,
    internal: Annotated[bool, typer.Option("--internal", help="Not for the member's eyes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say something to a case."""
    _do(StepCase(id_of("case", case), CaseOperation.NOTE, text, is_internal=internal), as_user, as_json=as_json)


@app.command()
def assign(
    case: Named,
    text: Text,
    as_user: As,
    to: Annotated[str | None, typer.Option(help="Who is to work on it (lgn_...); you without.")] = None,
    due: Annotated[datetime | None, typer.Option(help="By when it is to be decided; UTC.")] = None,
    as_json: AsJson = False,
) -> None:
    """Take a case over, or give it to somebody who works on such cases."""
    assignee_id = None if to is None else id_of("login", to)
    due_at = None if due is None else due.replace(tzinfo=UTC)
    _do(StepCase(id_of("case", case), CaseOperation.ASSIGN, text, assignee_id, due_at), as_user, as_json=as_json)


@app.command()
def ask(
    case: Named,
    whom: Annotated[Literal["member", "merchant"], typer.Argument(help="Who is to answer.")],
    text: Text,
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Ask the member or the merchant."""
    operation = CaseOperation.ASK_MEMBER if whom == "member" else CaseOperation.ASK_MERCHANT
    _do(StepCase(id_of("case", case), operation, text), as_user, as_json=as_json)


@app.command()
def answer(case: Named, text: Text, as_user: As, as_json: AsJson = False) -> None:
    """Write down what whoever was asked has answered."""
    _do(StepCase(id_of("case", case), CaseOperation.ANSWER, text), as_user, as_json=as_json)


@app.command()
def resolve(
    case: Named,
    text: Text,
    as_user: As,
    refund: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", callback=_refund, help="What its purchase gives back first: 9.50, or all."),
    ] = None,
    voucher: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", callback=_voucher, help="What the voucher is worth that the member gets first."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """End a case as the member wished. With --refund or --voucher, each once a case: a manager who did not open it."""
    command = StepCase(id_of("case", case), CaseOperation.RESOLVE, text)
    if refund is None and voucher is None:
        _do(command, as_user, as_json=as_json)
        return
    if refund is not None and voucher is not None:
        raise Refusal("--refund and --voucher: one after the other, each takes a one-time code")

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> dict[str, Any]:
        found, _, _ = accepted(await read_case(house, actor, command.case_id))
        unit = (await house.engine.current_catalogue()).programmes[found.programme_id].unit
        if voucher is None:
            amount_minor = None if refund == _ALL else read_amount("--refund", str(refund), unit)
            back = RefundCase(found.id, amount_minor, None if amount_minor is None else unit)
            given = {"refund": told(accepted(await refund_case(house, actor, back, proof, fresh_id().hex)))}
        else:
            grant = GrantCaseVoucher(found.id, read_amount("--voucher", voucher, unit), unit)
            given = told(accepted(await grant_case_voucher(house, actor, grant, proof, fresh_id().hex)))
        return {**case_view(accepted(await step_case(house, actor, command, datetime.now(UTC)))), **given}

    _CASES.show(act_with_code(as_user, step), as_json=as_json)


@app.command()
def reject(case: Named, text: Text, as_user: As, as_json: AsJson = False) -> None:
    """End a case otherwise than the member wished."""
    _do(StepCase(id_of("case", case), CaseOperation.REJECT, text), as_user, as_json=as_json)


@app.command()
def reopen(case: Named, text: Text, as_user: As, as_json: AsJson = False) -> None:
    """Open a case again whose end is not accepted."""
    _do(StepCase(id_of("case", case), CaseOperation.REOPEN, text), as_user, as_json=as_json)


@app.command()
def close(case: Named, text: Text, as_user: As, as_json: AsJson = False) -> None:
    """Close a case for good whose end is accepted."""
    _do(StepCase(id_of("case", case), CaseOperation.CLOSE, text), as_user, as_json=as_json)


def _do(command: StepCase, as_user: str, *, as_json: bool) -> None:
    async def step(house: ClearingHouse, actor: Actor) -> Case | Decline:
        return await step_case(house, actor, command, datetime.now(UTC))

    _CASES.show(case_view(act(as_user, step)), as_json=as_json)
