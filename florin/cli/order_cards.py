"""``florin order activate`` and its relatives: what a company does with the cards of an order that has arrived."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID, uuid4

import typer

from florin.batch.orders.carry_out import carry_out
from florin.batch.orders.replace_cards import replace_cards
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.ask_replacements import AskReplacements, NotReplaceable, ask_replacements
from florin.clearing.orders.confirm_receipt import ConfirmReceipt, confirm_receipt
from florin.clearing.orders.decide_replacement import DecideReplacement, decide_replacement
from florin.clearing.orders.instruct_cards import InstructCards, instruct_cards, instruction_wire_id
from florin.clearing.orders.read_card_work import SHOWN_REFUSALS, list_replacements, read_replacement
from florin.cli.desk import As
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.order_desk import Order, act, id_of, order_named
from florin.cli.plain_words import meaning, words
from florin.cli.printing import AsJson, hint, print_json, print_table, say
from florin.cli.progress import progress
from florin.cli.running import accepted
from florin.cli.slips import Reason, card_named
from florin.cli.step_up import act_with_code
from florin.domain.card_instruction import Instruction, InstructionKind, RefusedCard
from florin.domain.card_selection import CardRange, card_name
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.domain.replacement import Replacement, ReplacementReason, ReportedCard
from florin.storage.corporate.instructions import refusals_of
from florin.storage.people.logins import CodeProof

_Result = TypeVar("_Result")

All = Annotated[bool, typer.Option("--all", help="All cards of the order.")]
Boxes = Annotated[
    list[str] | None, typer.Option("--box", metavar="LINE:FROM-TO", help="A box by its serial numbers; repeatable.")
]
Cards = Annotated[
    list[str] | None, typer.Option("--card", metavar="LINE-SERIAL", help="A card, such as 2-000123; repeatable.")
]
Missing = Annotated[list[str] | None, typer.Option(metavar="LINE-SERIAL", help="A card that is missing; repeatable.")]
Damaged = Annotated[list[str] | None, typer.Option(metavar="LINE-SERIAL", help="A damaged card; repeatable.")]
Key = Annotated[str | None, typer.Option(help="The same again under it goes on where it was interrupted.")]
Named = Annotated[str, typer.Argument(metavar="REPLACEMENT", help="Id of the replacement (rpl_...).")]

_WORDS: Final = {InstructionKind.ACTIVATE: "activated", InstructionKind.VOID: "voided"}
_BARS: Final = {InstructionKind.ACTIVATE: "Activating cards", InstructionKind.VOID: "Voiding cards"}

_PANEL: Final = "Receipt, activation and replacement"


def confirm(
    order: Order, as_user: As, missing: Missing = None, damaged: Damaged = None, as_json: AsJson = False
) -> None:
    """Confirm as a buyer that the cards have arrived, but for those that are missing or damaged, which are replaced."""
    reported = _reported(missing, damaged)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> list[Replacement] | Decline:
        order_id = await order_named(house, actor, order)
        _possible(await confirm_receipt(house, actor, ConfirmReceipt(order_id, reported), proof, _now()))
        await replace_cards(house, order_id)
        return await _replacements(house, actor, order_id)

    found = act_with_code(as_user, step)
    if found or as_json:
        _show_replacements(found, as_json=as_json)
    if not as_json:
        say("The order is delivered: its cards can be activated.")


def activate(
    order: Order,
    as_user: As,
    everything: All = False,
    box: Boxes = None,
    card: Cards = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Activate cards of an order as a buyer: all of them, boxes or single cards.

    Ends with 3 when some were refused.
    """
    _instruct(InstructionKind.ACTIVATE, order, as_user, _ranges(everything, box, card), key, as_json=as_json)


def void_cards(
    order: Order,
    as_user: As,
    everything: All = False,
    box: Boxes = None,
    card: Cards = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Give up cards that were not activated: they are void, and their money is free. For buyers and operators.

    Ends with 3 when some were refused.
    """
    _instruct(InstructionKind.VOID, order, as_user, _ranges(everything, box, card), key, as_json=as_json)


def replace(
    order: Order,
    as_user: As,
    missing: Missing = None,
    damaged: Damaged = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Have missing or damaged cards replaced; one that is active waits for `approve-replacement` by a manager."""
    reported = _reported(missing, damaged)
    if not reported:
        raise Refusal("name the cards with --missing and --damaged")

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> list[Replacement] | Decline:
        order_id = await order_named(house, actor, order)
        command = AskReplacements(order_id, reported, key or uuid4().hex)
        asked = _possible(await ask_replacements(house, actor, command, proof, _now()))
        await replace_cards(house, order_id)
        return [accepted(await read_replacement(house, actor, order_id, each.id)) for each in asked]

    _show_replacements(act_with_code(as_user, step), as_json=as_json)


def approve(order: Order, replacement: Named, as_user: As, as_json: AsJson = False) -> None:
    """Approve as a manager that what is on a card moves to another."""
    _decide(order, replacement, as_user, None, as_json=as_json)


def refuse(
    order: Order,
    replacement: Named,
    as_user: As,
    reason: Annotated[str, Reason],
    as_json: AsJson = False,
) -> None:
    """Refuse as a manager that a card is replaced."""
    _decide(order, replacement, as_user, reason, as_json=as_json)


def list_all(order: Order, as_user: As, as_json: AsJson = False) -> None:
    """List the replacements of an order, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> list[Replacement] | Decline:
        return await _replacements(house, actor, await order_named(house, actor, order))

    _show_replacements(act(as_user, step), as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add the commands to those on orders."""
    app.command("confirm", rich_help_panel=_PANEL)(confirm)
    app.command("activate", rich_help_panel=_PANEL)(activate)
    app.command("void-cards", rich_help_panel=_PANEL)(void_cards)
    app.command("replace", rich_help_panel=_PANEL)(replace)
    app.command("approve-replacement", rich_help_panel=_PANEL)(approve)
    app.command("refuse-replacement", rich_help_panel=_PANEL)(refuse)
    app.command("replacements", rich_help_panel=_PANEL)(list_all)


def _instruct(
    kind: InstructionKind,
    order: str,
    as_user: str,
    ranges: tuple[CardRange, ...] | None,
    key: str | None,
    *,
    as_json: bool,
) -> None:
    key = key or uuid4().hex

    async def step(
        house: ClearingHouse, actor: Actor, proof: CodeProof
    ) -> tuple[Instruction, list[RefusedCard]] | Decline:
        command = InstructCards(await order_named(house, actor, order), kind, ranges, key)
        given = accepted(await instruct_cards(house, actor, command, proof, _now()))
        hint(f"{instruction_wire_id(given)}; if this is interrupted, the service goes on, or the same with --key {key}")
        with progress(_BARS[kind]) as advance:
            done = await carry_out(house, given.id, advance)
        return done, await refusals_of(house.pool, done.id, SHOWN_REFUSALS)

    done, refusals = act_with_code(as_user, step)
    _show_instruction(done, refusals, as_json=as_json)
    if done.refused:
        raise typer.Exit(ExitCode.DECLINED)


def _decide(order: str, replacement: str, as_user: str, no: str | None, *, as_json: bool) -> None:
    replacement_id = id_of("replacement", replacement)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> Replacement | Decline:
        order_id = await order_named(house, actor, order)
        command = DecideReplacement(order_id, replacement_id, no)
        accepted(await decide_replacement(house, actor, command, proof, _now()))
        await replace_cards(house, order_id)
        return await read_replacement(house, actor, order_id, replacement_id)

    decided = act_with_code(as_user, step)
    if as_json:
        print_json(_json(decided))
    else:
        _show_replacements([decided], as_json=False)


async def _replacements(house: ClearingHouse, actor: Actor, order_id: UUID) -> list[Replacement]:
    found: list[Replacement] = []
    before: UUID | None = None
    while True:
        page = accepted(await list_replacements(house, actor, order_id, MAX_LIMIT, before))
        found += page.items
        before = page.next_after
        if before is None:
            return found


def _ranges(everything: bool, boxes: list[str] | None, cards: list[str] | None) -> tuple[CardRange, ...] | None:
    if everything == bool(boxes or cards):
        raise Refusal("name the cards with --all, or with --box and --card")
    if everything:
        return None
    return (*(_box(text) for text in boxes or ()), *(card_named("--card", text) for text in cards or ()))


def _box(text: str) -> CardRange:
    line, _, rest = text.partition(":")
    first, _, last = rest.partition("-")
    if not all(each.isascii() and each.isdigit() for each in (line, first, last)) or int(first) > int(last):
        raise Refusal(f"--box: {text} is not LINE:FROM-TO, such as 2:1-500")
    return CardRange(int(line), int(first), int(last))


def _reported(missing: list[str] | None, damaged: list[str] | None) -> tuple[ReportedCard, ...]:
    named = [("--missing", text, ReplacementReason.MISSING) for text in missing or ()]
    named += [("--damaged", text, ReplacementReason.DAMAGED) for text in damaged or ()]
    cards = [(card_named(option, text), reason) for option, text, reason in named]
    return tuple(ReportedCard(card.line, card.first, reason) for card, reason in cards)


def _possible(result: _Result | NotReplaceable | Decline) -> _Result:
    """The result of a verb; cards that cannot be replaced end the command, each with its reason."""
    if isinstance(result, NotReplaceable):
        rows = [(card, meaning(code)) for card, code in result.findings]
        print_table("Nothing was done", ("card", "why"), rows)
        accepted(Decline.CARD_NOT_REPLACEABLE)
        raise TypeError("a decline ends the command")
    return accepted(result)


def _show_instruction(done: Instruction, refusals: Sequence[RefusedCard], *, as_json: bool) -> None:
    named = [(card_name(each.line, each.serial), each.code) for each in refusals]
    if as_json:
        print_json(
            {
                "id": instruction_wire_id(done),
                "order_id": wire_id("order", done.order_id),
                "all": done.is_for_all,
                "cards": done.cards,
                _WORDS[done.kind]: done.done,
                "skipped": done.skipped,
                "refused": done.refused,
                "refusals": [{"card": card, "code": code} for card, code in named],
            }
        )
        return
    say(f"Cards {_WORDS[done.kind]}: {done.done:,}. Cards that needed nothing: {done.skipped:,}.")
    if done.refused:
        rows = [(card, meaning(code)) for card, code in named]
        print_table(f"Cards refused: {done.refused:,}", ("card", "why"), rows)


def _show_replacements(found: Sequence[Replacement], *, as_json: bool) -> None:
    if as_json:
        print_json([_json(each) for each in found])
        return
    columns: tuple[tuple[str, Callable[[dict[str, Any]], object]], ...] = (
        ("replacement", lambda each: each["id"]),
        ("card", lambda each: each["card"]),
        ("reason", lambda each: each["reason"]),
        ("status", lambda each: words(each["status"])),
        ("successor", lambda each: each["successor"]),
        ("refused because", lambda each: meaning(each["refusal"])),
    )
    rows = [[value(_json(each)) for _, value in columns] for each in found]
    print_table("Replacements", [name for name, _ in columns], rows)


def _json(each: Replacement) -> dict[str, Any]:
    """A replacement in the words of the API."""
    return {
        "id": wire_id("replacement", each.id),
        "order_id": wire_id("order", each.order_id),
        "card": card_name(each.line, each.old_serial),
        "reason": each.reason,
        "status": each.status,
        "successor": None
        if each.replaced_at is None or each.new_serial is None
        else card_name(each.line, each.new_serial),
        "refusal": each.refusal,
        "moved_value": each.journal_id is not None,
        "asked_at": each.asked_at,
        "decided_at": each.decided_at,
        "replaced_at": each.replaced_at,
    }


def _now() -> datetime:
    return datetime.now(UTC)
