"""What people do about dormancy by command, each as whoever signs in: call members, read figures, end balances."""

from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from florin.clearing.answers import amount, instant
from florin.clearing.dormancy.balance_endings import (
    DecideEnding,
    decide_ending,
    propose_ending,
    read_ending,
    read_lines,
)
from florin.clearing.dormancy.member_contacts import RecordContact, contact_list, record_contact
from florin.clearing.dormancy.member_figures import MemberFigures, OneMember, activity_of, member_figures
from florin.clearing.dormancy.restore_lapsed import restore_lapsed
from florin.clearing.house import ClearingHouse
from florin.cli.configuration import programme_of
from florin.cli.desk import As
from florin.cli.exit_codes import Refusal
from florin.cli.new_file import OWNER_ONLY, new_file
from florin.cli.order_desk import act, asks, id_of
from florin.cli.plain_words import words
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.running import accepted
from florin.cli.step_up import act_with_code
from florin.domain.balance_ending import BalanceEnding
from florin.domain.declines import Decline
from florin.domain.dormancy import DormancyStage
from florin.domain.identifiers import wire_id
from florin.domain.member_class import class_of, life_of
from florin.domain.member_contact import ContactChannel, ContactOutcome
from florin.domain.money import format_minor
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.storage.catalogue import read_catalogue
from florin.storage.dormancy.balance_endings import LineStanding
from florin.storage.members.member_contacts import MemberToCall
from florin.storage.people.logins import CodeProof

_PANEL: Final = "People"
_NOBODY: Final = UUID(int=0)

Code = Annotated[str, typer.Argument(help="Code of the programme.")]
Named = Annotated[str, typer.Argument(metavar="PROPOSAL", help="Id of the proposal (bln_...).")]


def figures(
    code: Code,
    as_user: As,
    month: Annotated[str | None, typer.Option(help="Such as 2026-11; this month without.")] = None,
    as_json: AsJson = False,
) -> None:
    """Count members as new, regular and dormant, and sum up their log-ins, purchases and spending of a month."""

    async def step(house: ClearingHouse, actor: Actor) -> MemberFigures | Decline:
        return await member_figures(house, actor, await _programme_id(house, code), month, _now())

    found = act(as_user, step)
    sums = asdict(found.sums)
    spent_minor = sums.pop("spent_minor")
    if as_json:
        counted = {"lives": found.lives, "classes": found.classes, **sums}
        print_json({"month": found.month, **counted, "spent": amount(spent_minor, found.unit)})
        return
    rows = [
        *((f"stand as {name}", count) for name, count in found.lives.items()),
        *((f"are {name}", count) for name, count in found.classes.items()),
        *((name.replace("_", " "), count) for name, count in sums.items()),
        ("spent", f"{format_minor(spent_minor, found.unit)} {found.unit}"),
    ]
    print_table(f"Members of {code} in {found.month}", ("members", ""), rows)


def activity(
    member: Annotated[str, typer.Argument(help="Whose (mbr_...).")],
    as_user: As,
    month: Annotated[str | None, typer.Option(help="Such as 2026-11; this month without.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show how often a member signed in and paid in a month, what was spent, and where the member stands."""
    member_id = id_of("member", member)

    async def step(house: ClearingHouse, actor: Actor) -> OneMember | Decline:
        return await activity_of(house, actor, member_id, month, _now())

    found = act(as_user, step)
    did, standing = found.activity, found.dormancy
    view: dict[str, Any] = {
        "member_id": member,
        "user_name": did.user_name,
        "life": life_of(did.facts),
        "class": class_of(did.facts),
        "stage": DormancyStage.NORMAL if standing is None else standing.stage,
        "last_activity_at": None if standing is None else instant(standing.last_activity_at),
        "month": found.month,
        "log_ins": did.log_ins,
        "purchases": did.purchases,
        "spent": amount(did.spent_minor, did.unit),
    }
    if as_json:
        print_json(view)
        return
    view["spent"] = f"{format_minor(did.spent_minor, did.unit)} {did.unit}"
    rows = [(words(name), words(value) if isinstance(value, StrEnum) else value) for name, value in view.items()]
    print_table(f"Activity in {found.month}", ("", ""), rows)


def restore(
    owner: Annotated[str, typer.Argument(help="Whose: a member (mbr_...) or a card (card_...).")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Give a holder who has come back all that has lapsed. Whoever uses the account gets it back without asking."""
    kind = "card" if owner.startswith("card_") else "member"
    owner_id = id_of(kind, owner)
    restored = asks(as_user, restore_lapsed, owner_id)
    if as_json:
        print_json({"owner_id": owner, "restored": amount(restored.amount_minor, restored.unit)})
    else:
        say(f"Given back: {format_minor(restored.amount_minor, restored.unit)} {restored.unit}")


def calls(
    code: Code,
    as_user: As,
    out: Annotated[
        Path | None, typer.Option(help="A new .csv or .xlsx with everybody's number and address; it is on record.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the members whom it is time to call, or write them to a file with how they are reached."""
    if out is not None:
        _write_calls(code, as_user, out, as_json=as_json)
        return

    async def step(house: ClearingHouse, actor: Actor) -> list[MemberToCall] | Decline:
        programme_id, found = await _programme_id(house, code), list[MemberToCall]()
        after: UUID | None = _NOBODY
        while after is not None:
            page = accepted(await contact_list(house, actor, programme_id, after, MAX_LIMIT, _now()))
            found += page.items
            after = page.next_after
        return found

    found = act(as_user, step)
    if as_json:
        print_json([_call_view(each) for each in found])
        return
    names = ("member", "name", "stage", "last activity", "balance", "last contact")
    print_table(f"Members of {code} to call", names, [_call_row(each) for each in found])


def called(
    member: Annotated[str, typer.Argument(help="Whom (mbr_...).")],
    channel: Annotated[ContactChannel, typer.Option(help="How.")],
    outcome: Annotated[ContactOutcome, typer.Option(help="What came of it.")],
    as_user: As,
    notes: Annotated[str | None, typer.Option(help="What is worth remembering; it is kept encrypted.")] = None,
    next_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When to try again.")] = None,
) -> None:
    """Record a contact with a member."""
    day = None if next_on is None else next_on.date()
    command = RecordContact(id_of("member", member), channel, outcome, notes, day)

    async def step(house: ClearingHouse, actor: Actor) -> object | Decline:
        return await record_contact(house, actor, command, _now())

    act(as_user, step)
    say(f"Recorded: {member}, {outcome.value.replace('_', ' ')}.")


def propose(code: Code, as_user: As, as_json: AsJson = False) -> None:
    """Propose that the balances end that the programme's terms name; nothing moves, and another person decides."""

    async def step(house: ClearingHouse, actor: Actor) -> BalanceEnding | Decline:
        return await propose_ending(house, actor, await _programme_id(house, code), _now())

    _show(act(as_user, step), [], as_json=as_json)


def proposal(ending: Named, as_user: As, as_json: AsJson = False) -> None:
    """Show a proposal with all of its accounts and amounts, and what has become of each."""
    ending_id = id_of("balance_ending", ending)

    async def step(house: ClearingHouse, actor: Actor) -> tuple[BalanceEnding, list[LineStanding]] | Decline:
        found, lines = accepted(await read_ending(house, actor, ending_id)), list[LineStanding]()
        after: UUID | None = _NOBODY
        while after is not None:
            page = accepted(await read_lines(house, actor, ending_id, after, MAX_LIMIT))
            lines += page.items
            after = page.next_after
        return found, lines

    found, lines = act(as_user, step)
    _show(found, lines, as_json=as_json)


def approve(
    ending: Named,
    list_hash: Annotated[str, typer.Option(help="The hash of the proposal as you have seen it.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Approve a proposal; it is carried out in the background."""
    try:
        seen = bytes.fromhex(list_hash)
    except ValueError:
        raise Refusal("--list-hash: 64 hexadecimal digits, as the proposal shows them") from None
    _decide(DecideEnding(id_of("balance_ending", ending), approve=True, list_hash=seen), as_user, as_json=as_json)


def refuse(ending: Named, as_user: As, as_json: AsJson = False) -> None:
    """Refuse a proposal: everything stays as it is."""
    _decide(DecideEnding(id_of("balance_ending", ending), approve=False), as_user, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add the commands to those on dormancy."""
    for command in (figures, activity, calls, called, propose, proposal, approve, refuse, restore):
        app.command(rich_help_panel=_PANEL)(command)


def _decide(command: DecideEnding, as_user: str, *, as_json: bool) -> None:
    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> BalanceEnding | Decline:
        return await decide_ending(house, actor, command, proof, _now())

    _show(act_with_code(as_user, step), [], as_json=as_json)


def _show(ending: BalanceEnding, lines: list[LineStanding], *, as_json: bool) -> None:
    view: dict[str, Any] = {
        "id": wire_id("balance_ending", ending.id),
        "kind": ending.kind,
        "status": ending.status,
        "accounts": ending.accounts,
        "total": amount(ending.total_minor, ending.unit),
        "list_hash": ending.list_hash.hex(),
    }
    shown = [(wire_id(each.owner_kind, each.owner_id), each.amount_minor, each.status) for each in lines]
    if as_json:
        named = [{"owner_id": owner, "amount": amount(much, ending.unit), "status": s} for owner, much, s in shown]
        print_json({**view, "lines": named} if lines else view)
        return
    view["total"] = f"{format_minor(ending.total_minor, ending.unit)} {ending.unit}"
    print_table("Balance ending", ("", "value"), [(name.replace("_", " "), value) for name, value in view.items()])
    if lines:
        rows = [(owner, format_minor(much, ending.unit), status.replace("_", " ")) for owner, much, status in shown]
        print_table("Accounts", ("account", "amount", "status"), rows)


def _call_view(each: MemberToCall) -> dict[str, Any]:
    last = each.last_contact
    return {
        "member": wire_id("member", each.member_id),
        "user_name": each.user_name,
        "stage": each.stage,
        "reason": each.reason,
        "last_activity_at": each.last_activity_at,
        "balance": format_minor(each.balance_minor, each.unit),
        "currency": each.unit,
        "last_contact": None
        if last is None
        else {"at": last.at, "channel": last.channel, "outcome": last.outcome, "next_on": last.next_on},
    }


def _call_row(each: MemberToCall) -> tuple[object, ...]:
    last = each.last_contact
    told = () if last is None else (f"{last.at:%Y-%m-%d}", words(last.channel), words(last.outcome))
    again = () if last is None or last.next_on is None else (f"next {last.next_on}",)
    return (
        wire_id("member", each.member_id),
        each.user_name,
        f"{words(each.stage)}\n{words(each.reason)}",
        f"{each.last_activity_at:%Y-%m-%d}",
        f"{format_minor(each.balance_minor, each.unit)} {each.unit}",
        "\n".join((*told, *again)),
    )


def _write_calls(code: str, as_user: str, out: Path, *, as_json: bool) -> None:
    from florin.batch.dormancy.contact_sheet import write_contact_sheet  # noqa: PLC0415 (only a file needs its libraries)
    from florin.documents.sheets import SheetForm  # noqa: PLC0415 (as above)

    ending = out.suffix.removeprefix(".").lower()
    if ending not in list(SheetForm):
        raise Refusal("--out: the name of the file ends in .csv or .xlsx")
    with new_file(out, OWNER_ONLY) as file:

        async def step(house: ClearingHouse, actor: Actor) -> int | Decline:
            programme_id = await _programme_id(house, code)
            return await write_contact_sheet(house, actor, programme_id, SheetForm(ending), file, _now())

        written = act(as_user, step)
    if as_json:
        print_json({"file": str(out), "members": written})
    else:
        say(f"{written} members written to {out}")


async def _programme_id(house: ClearingHouse, code: str) -> UUID:
    return programme_of(await read_catalogue(house.pool), code).id


def _now() -> datetime:
    return datetime.now(UTC)
