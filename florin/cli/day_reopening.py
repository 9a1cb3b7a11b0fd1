"""Reopening a closed day by command: asked for by one person, done by another's word."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from florin.clearing.house import ClearingHouse
from florin.cli.configuration import programme_of
from florin.cli.desk import As
from florin.cli.opening import open_database
from florin.cli.order_desk import act, id_of
from florin.cli.plain_words import words
from florin.cli.printing import AsJson, Form
from florin.cli.running import read_settings, run
from florin.cli.slips import Reason
from florin.cli.step_up import act_with_code
from florin.domain.declines import Decline
from florin.domain.paging import MAX_LIMIT, Page
from florin.domain.people import Actor
from florin.reconciliation.day_close.reopen_day import ReopenDay, ask_to_reopen, decide_reopening
from florin.reconciliation.day_close.views import reopening_view
from florin.storage.catalogue import read_catalogue
from florin.storage.day_close.reopenings import Reopening, list_reopenings
from florin.storage.people.logins import CodeProof

WhichDay = Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Which business day.")]
Named = Annotated[str, typer.Argument(metavar="REOPENING", help="Id of the proposal (dro_...).")]

_FORM: Final = Form(
    "Reopenings",
    ("day", "status", "why", "proposed at", "decided at", "programme", "reopening"),
    lambda view: (
        view["business_date"],
        words(view["status"]),
        view["reason"],
        view["proposed_at"],
        view["decided_at"],
        view["programme_id"],
        view["id"],
    ),
)


def propose(
    programme: Annotated[str, typer.Argument(help="Code of the programme.")],
    date: WhichDay,
    reason: Annotated[str, Reason],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Ask for the last closed day of a programme to be reopened; nothing changes until another person agrees."""

    async def step(house: ClearingHouse, actor: Actor) -> Reopening | Decline:
        found = programme_of(await read_catalogue(house.pool), programme)
        return await ask_to_reopen(house, actor, ReopenDay(found.id, date.date(), reason), datetime.now(UTC))

    _FORM.show(reopening_view(act(as_user, step)), as_json=as_json)


def approve(reopening: Named, as_user: As, as_json: AsJson = False) -> None:
    """Open the day again: it takes what happened on it, until somebody closes it."""
    _FORM.show(_decided(reopening, as_user, accept=True), as_json=as_json)


def refuse(reopening: Named, as_user: As, as_json: AsJson = False) -> None:
    """Leave the day closed."""
    _FORM.show(_decided(reopening, as_user, accept=False), as_json=as_json)


def list_all(as_json: AsJson = False) -> None:
    """List the days that were to be reopened, the latest first, and what became of it."""

    async def read() -> Page[Reopening, Any]:
        async with open_database(read_settings()) as pool:
            return await list_reopenings(pool, None, MAX_LIMIT)

    _FORM.show_all([reopening_view(each) for each in run(read()).items], as_json=as_json)


def _decided(reopening: str, as_user: str, *, accept: bool) -> dict[str, Any]:
    reopening_id = id_of("day_reopening", reopening)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> Reopening | Decline:
        return await decide_reopening(house, actor, reopening_id, proof, datetime.now(UTC), accept=accept)

    return reopening_view(act_with_code(as_user, step))
