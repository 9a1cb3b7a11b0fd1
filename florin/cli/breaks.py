"""``florin break``: differences between our book and others' statements, worked off by finance, ended by two people."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from florin.clearing.answers import Json
from florin.clearing.breaks.decide_endings import ApproveEnding, RejectEnding, approve_endings, reject_endings
from florin.clearing.breaks.each_break import BreakAnswer, Clerk
from florin.clearing.breaks.list_views import aged_view, outcome_view, standing_view, story_view
from florin.clearing.breaks.propose_endings import ProposeEnding, account_of, propose_endings
from florin.clearing.breaks.read_breaks import breaks_page, read_break_story, standing_by_age
from florin.clearing.breaks.work_on_breaks import (
    CloseBreak,
    HandOverBreak,
    NoteBreak,
    TakeBreak,
    close_breaks,
    hand_over_breaks,
    note_breaks,
    take_breaks,
)
from florin.clearing.house import ClearingHouse
from florin.cli.desk import As, login_named
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.order_desk import act, id_of
from florin.cli.plain_words import plain, words
from florin.cli.printing import AsJson, Form, print_json, print_table, say
from florin.cli.running import accepted
from florin.cli.slips import amount as amount_option
from florin.cli.slips import named
from florin.cli.step_up import act_with_code
from florin.domain.break_life import LIVE_STATES, BreakKind, BreakState
from florin.domain.break_proposal import ProposalKind, ProposalState, details_hash
from florin.domain.break_record import BreakReason, BreakSeverity
from florin.domain.declines import Decline
from florin.domain.money import format_minor, same_figure
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.reconciliation.read_statements import counterparty_named
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof
from florin.storage.reconciliation.breaks import WhichBreaks

app = typer.Typer(
    help="Breaks: what differs between our book and others' statements, and how it ends.", no_args_is_help=True
)

Breaks = Annotated[list[str], typer.Argument(metavar="BREAK...", help="Ids of breaks (brk_...).")]
Text = Annotated[str, typer.Option(help="What was found out, in a sentence.")]
Why = Annotated[BreakReason, typer.Option(help="Why there is a difference.")]

_BREAKS: Final = Form(
    "Breaks",
    ("since", "age", "kind", "state", "severity", "counterparty", "difference", "proposed", "break"),
    lambda view: (
        view["value_on"],
        view["age_days"],
        words(view["kind"]),
        words(view["state"]),
        view["severity"],
        _code(view["counterparty"]),
        plain(view["difference"]),
        None if view["proposal"] is None else words(view["proposal"]["kind"]),
        view["id"],
    ),
)
_STANDING: Final = Form(
    "Ages",
    ("counterparty", "kind", "age", "breaks", "in all"),
    lambda view: (
        _code(view["counterparty"]),
        words(view["kind"]),
        words(view["bucket"]),
        view["breaks"],
        plain(view["amount"]),
    ),
)


@app.command("list")
def list_all(
    as_user: As,
    counterparty: Annotated[str | None, typer.Option(help="Short name of the counterparty.")] = None,
    kind: Annotated[BreakKind | None, typer.Option(help="What differs.")] = None,
    state: Annotated[BreakState | None, typer.Option(help="Where they stand.")] = None,
    least_age: Annotated[int, typer.Option(min=0, max=366, help="How many banking days old they are at least.")] = 0,
    ended: Annotated[bool, typer.Option("--ended", help="Also those that have ended.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List breaks with their ages in banking days, the oldest first."""

    async def step(house: ClearingHouse, actor: Actor) -> list[Json] | Decline:
        whose = None if counterparty is None else accepted(await counterparty_named(house, actor, counterparty)).id
        # Who asks for a state in which they have ended wants those.
        alive = not ended and (state is None or state in LIVE_STATES)
        which = WhichBreaks(alive=alive, counterparty_id=whose, kind=kind, state=state)
        page = accepted(await breaks_page(house, actor, which, datetime.now(UTC), None, limit, least_age))
        return [aged_view(each) for each in page.items]

    _BREAKS.show_all(act(as_user, step), as_json=as_json)


@app.command()
def ageing(as_user: As, as_json: AsJson = False) -> None:
    """Sum up what has not ended, by counterparty, kind and age."""

    async def step(house: ClearingHouse, actor: Actor) -> list[Json] | Decline:
        return [standing_view(each) for each in accepted(await standing_by_age(house, actor, datetime.now(UTC)))]

    _STANDING.show_all(act(as_user, step), as_json=as_json)


@app.command()
def show(
    break_id: Annotated[str, typer.Argument(metavar="BREAK", help="Id of the break (brk_...).")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Show a break with everything that was done with it."""
    wanted = id_of("break", break_id)

    async def step(house: ClearingHouse, actor: Actor) -> Json | Decline:
        return story_view(accepted(await read_break_story(house, actor, wanted, datetime.now(UTC))))

    view = act(as_user, step)
    if as_json:
        print_json(view)
        return
    _BREAKS.show(view, as_json=False)
    for each in view["proposals"]:
        posts = "nothing is posted" if each["amount"] is None else f"{each['debit']} to {each['credit']}"
        told = "" if each["amount"] is None else f" {plain(each['amount'])}"
        say(f"{words(each['kind'])}{told}, {posts}: {words(each['state'])}, for {words(each['reason'])}")
    rows = [
        (each["at"], words(each["operation"]), words(each["state"]), each["by"], each["owner_id"], each["note"])
        for each in view["changes"]
    ]
    print_table("Story", ("when", "what", "state after it", "by", "owner", "note"), rows)


@app.command()
def take(
    breaks: Breaks,
    as_user: As,
    severity: Annotated[BreakSeverity | None, typer.Option(help="How bad they are.")] = None,
    as_json: AsJson = False,
) -> None:
    """Take breaks: you are their owner from then on."""
    commands = [TakeBreak(id_of("break", each), severity) for each in breaks]
    _each(as_user, lambda house, clerk: take_breaks(house, clerk, commands), as_json=as_json)


@app.command()
def hand_over(
    breaks: Breaks,
    to: Annotated[str, typer.Option(metavar="USER_NAME", help="Who is to work on them from now on.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Give breaks to a colleague who works on breaks, also while something is proposed for them."""

    async def verb(house: ClearingHouse, clerk: Clerk) -> list[BreakAnswer] | Decline:
        colleague_id = await login_named(house, to)
        return await hand_over_breaks(
            house, clerk, [HandOverBreak(id_of("break", each), colleague_id) for each in breaks]
        )

    _each(as_user, verb, as_json=as_json)


@app.command()
def note(breaks: Breaks, text: Text, as_user: As, as_json: AsJson = False) -> None:
    """Write down what was found out about breaks, also when they have ended."""
    with named("--text"):
        commands = [NoteBreak(id_of("break", each), text) for each in breaks]
    _each(as_user, lambda house, clerk: note_breaks(house, clerk, commands), as_json=as_json)


@app.command()
def propose(
    breaks: Breaks,
    kind: Annotated[ProposalKind, typer.Option(help="How they are to end.")],
    reason: Why,
    text: Text,
    as_user: As,
    account: Annotated[int, typer.Option(help="Where an adjusting posting goes: 5030, or 5020 for a charge.")] = 5030,
    as_json: AsJson = False,
) -> None:
    """Propose how breaks end: adjust, write_off within the limit, or explain. Another person decides."""
    with named("proposal"):
        to = account_of(account)
        commands = [ProposeEnding(id_of("break", each), kind, reason, text, to) for each in breaks]
    _each(as_user, lambda house, clerk: propose_endings(house, clerk, commands), as_json=as_json)


@app.command()
def reject(breaks: Breaks, text: Text, as_user: As, as_json: AsJson = False) -> None:
    """Do not agree to what is proposed for breaks, and say why."""
    with named("--text"):
        commands = [RejectEnding(id_of("break", each), text) for each in breaks]
    _each(as_user, lambda house, clerk: reject_endings(house, clerk, commands), as_json=as_json)


@app.command()
def close(breaks: Breaks, reason: Why, text: Text, as_user: As, as_json: AsJson = False) -> None:
    """Close breaks of which both sides have the same at other dates; for any other, propose an explanation."""
    with named("--reason"):
        commands = [CloseBreak(id_of("break", each), reason, text) for each in breaks]
    _each(as_user, lambda house, clerk: close_breaks(house, clerk, commands), as_json=as_json)


@app.command()
def approve(
    breaks: Breaks,
    total: Annotated[
        str, typer.Option(callback=amount_option("--total"), help="What is posted in all, as you have looked at it.")
    ],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Agree to what is proposed for breaks, exactly as it stands if it comes to what you say; it is posted at once."""
    ids = [id_of("break", each) for each in breaks]

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> list[BreakAnswer] | Decline:
        commands, sum_minor, unit = [], 0, ""
        for each in ids:
            story = accepted(await read_break_story(house, actor, each, datetime.now(UTC))).story
            waiting = next((one for one in story.proposals if one.state is ProposalState.WAITING), None)
            sum_minor += 0 if waiting is None else waiting.amount_minor or 0
            unit = story.known.currency
            commands.append(ApproveEnding(each, details_hash(story.known, waiting)))
        if not same_figure(total, format_minor(sum_minor, unit)):
            return Decline.BREAK_CHANGED
        return await approve_endings(house, Clerk(actor, fresh_id().hex), commands, proof)

    _show(act_with_code(as_user, step), as_json=as_json)


def _each(
    as_user: str, verb: Callable[[ClearingHouse, Clerk], Awaitable[list[BreakAnswer] | Decline]], *, as_json: bool
) -> None:
    async def step(house: ClearingHouse, actor: Actor) -> list[BreakAnswer] | Decline:
        return await verb(house, Clerk(actor, fresh_id().hex))

    _show(act(as_user, step), as_json=as_json)


def _show(said: list[BreakAnswer], *, as_json: bool) -> None:
    views = [outcome_view(each) for each in said]
    if as_json:
        print_json(views)
    else:
        rows = [(each["id"], each["problem"] or words(each["now"]["state"])) for each in views]
        print_table("Breaks", ("break", "result"), rows)
    if any(each["problem"] for each in views):
        raise Refusal("not all of them are as you want them", ExitCode.DECLINED)


def _code(counterparty: dict[str, Any] | None) -> str | None:
    return None if counterparty is None else str(counterparty["code"])
