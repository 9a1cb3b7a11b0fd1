"""``florin notice``: a programme's texts and terms of notices, a preview, a sample to look at, and what waits."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.notices.programme_texts import (
    preview,
    remove_text,
    send_sample,
    set_terms,
    set_text,
    text_in_use,
)
from florin.cli.configuration import programme_of, this_machine
from florin.cli.exit_codes import Refusal
from florin.cli.house import open_house
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.running import read_settings, run
from florin.domain.identifiers import parse_id, wire_id
from florin.domain.notice import Channel, Language, NoticeKind
from florin.domain.notice_text import Template
from florin.domain.paging import MAX_LIMIT
from florin.domain.programme import Programme
from florin.storage.catalogue import read_catalogue
from florin.storage.notices.notice_texts import NoticeTerms, TextPlace, read_terms
from florin.storage.notices.told_notices import ToldNotice, list_notices, read_queue

app = typer.Typer(help="Notices: what members are told, in which words, and when not.", no_args_is_help=True)

ProgrammeCode = Annotated[str, typer.Argument(help="Code of the programme.")]
Kind = Annotated[NoticeKind, typer.Argument(help="What the notice is about.")]
Over = Annotated[Channel, typer.Argument(help="mail or sms.")]
In = Annotated[Language, typer.Argument(help="zh or en.")]
Subject = Annotated[str | None, typer.Option(help="The subject of a mail.")]
Body = Annotated[Path, typer.Option("--body", help="File of the text.", exists=True, dir_okay=False)]
Html = Annotated[Path | None, typer.Option("--html", help="File of the mail's HTML.", exists=True, dir_okay=False)]

_Result = TypeVar("_Result")


@app.command()
def show(programme: ProgrammeCode, kind: Kind, channel: Over, language: In, as_json: AsJson = False) -> None:
    """Show the text in use."""
    place = _place(kind, channel, language)
    used = _of_programme(programme, lambda house, found: text_in_use(house, found.id, place))
    text = used.template
    _print_text({"subject": text.subject, "body": text.body, "html": text.html, "own": used.is_own}, as_json=as_json)


@app.command("preview")
def show_preview(
    programme: ProgrammeCode,
    kind: Kind,
    channel: Over,
    language: In,
    body: Body,
    subject: Subject = None,
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """Show a text with a sample in its places; nothing is kept."""
    place, template = _place(kind, channel, language), _template(subject, body, html)

    async def fill(_: ClearingHouse, found: Programme) -> dict[str, Any]:
        filled = preview(found, place, template)
        return {"subject": filled.subject, "body": filled.body, "html": filled.html}

    _print_text(_of_programme(programme, fill), as_json=as_json)


@app.command("set")
def set_own(
    programme: ProgrammeCode,
    kind: Kind,
    channel: Over,
    language: In,
    body: Body,
    subject: Subject = None,
    html: Html = None,
) -> None:
    """Use a text of the programme's own; one that could not be filled in is refused."""
    place, template = _place(kind, channel, language), _template(subject, body, html)
    _of_programme(programme, lambda house, found: set_text(house, found.id, place, template, this_machine()))
    say(f"{programme} uses its own text for {kind} by {channel} in {language}.")


@app.command()
def remove(programme: ProgrammeCode, kind: Kind, channel: Over, language: In) -> None:
    """Go back to the text that comes with Florin."""
    place = _place(kind, channel, language)
    _of_programme(programme, lambda house, found: remove_text(house, found.id, place, this_machine()))
    say(f"{programme} uses Florin's text for {kind} by {channel} in {language}.")


@app.command()
def sample(
    programme: ProgrammeCode,
    kind: Kind,
    address: Annotated[str, typer.Argument(help="A mail address, or a mobile number with + and country code.")],
    language: Annotated[Language | None, typer.Option(help="The programme's without.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send a notice with a sample in its places, to see how it arrives."""
    sent = _of_programme(
        programme, lambda house, found: send_sample(house, found, kind, address, this_machine(), language)
    )
    if as_json:
        print_json({"id": wire_id("notice", sent)})
    else:
        say(f"{wire_id('notice', sent)} goes out as soon as the service runs.")


@app.command()
def terms(
    programme: ProgrammeCode,
    language: Annotated[Language | None, typer.Option(help="Of members who have chosen none.")] = None,
    quiet: Annotated[str | None, typer.Option(help="Quiet hours as 22:00-08:00; none to have none.")] = None,
    member_day: Annotated[int | None, typer.Option(min=0, max=31, help="Day of the month; 0 for none.")] = None,
    birthdays: Annotated[bool | None, typer.Option("--birthdays/--no-birthdays", help="Congratulate members.")] = None,
    expiry_days: Annotated[int | None, typer.Option(min=0, max=366, help="Days before expiry; 0: never.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show when and of which days members are told, and change what is given."""

    async def change(house: ClearingHouse, found: Programme) -> NoticeTerms:
        present = await read_terms(house.pool, found.id)
        begins, ends = (present.quiet_from, present.quiet_until) if quiet is None else _hours(quiet)
        wanted = NoticeTerms(
            language or Language(present.language),
            begins,
            ends,
            present.member_day if member_day is None else member_day or None,
            present.birthdays if birthdays is None else birthdays,
            present.expiry_days if expiry_days is None else expiry_days,
        )
        given = (language, quiet, member_day, birthdays, expiry_days)
        return present if given == (None,) * 5 else await set_terms(house, found.id, wanted, this_machine())

    view = _terms_view(_of_programme(programme, change))
    if as_json:
        print_json(view)
    else:
        print_table("Terms of notices", ("term", "is"), list(view.items()))


@app.command()
def told(
    member: Annotated[str, typer.Argument(help="The member's id: mbr_ and 32 digits.")], as_json: AsJson = False
) -> None:
    """List what a member was told, the latest first: over which channels, and what has become of it."""
    try:
        member_id = parse_id("member", member)
    except ValueError as error:
        raise Refusal(f"{member} is {error}") from None

    async def read() -> Sequence[ToldNotice]:
        async with open_house(read_settings(), existing=True) as house:
            return (await list_notices(house.clearing.pool, member_id, None, MAX_LIMIT)).items

    notices = run(read())
    if as_json:
        print_json(
            [
                {
                    "id": wire_id("notice", each.id),
                    "kind": each.kind,
                    "made_at": each.made_at,
                    "sendings": [asdict(sending) for sending in each.sendings],
                }
                for each in notices
            ]
        )
        return
    rows = [
        (f"{each.made_at:%Y-%m-%d %H:%M}", each.kind, sending.channel, sending.status, sending.failure or "")
        for each in notices
        for sending in each.sendings
    ]
    print_table("What the member was told (UTC)", ("made", "kind", "channel", "status", "failure"), rows)


@app.command()
def queue(as_json: AsJson = False) -> None:
    """Show how much waits to be sent, and for how long the oldest of it has."""

    async def read() -> dict[str, int]:
        async with open_house(read_settings(), existing=True) as house:
            waiting = await read_queue(house.clearing.pool, datetime.now(UTC))
        return {name: getattr(waiting, name) for name in waiting.__slots__}

    view = run(read())
    if as_json:
        print_json(view)
    else:
        print_table("What waits", ("figure", "is"), [(name.replace("_", " "), each) for name, each in view.items()])


def _of_programme(code: str, step: Callable[[ClearingHouse, Programme], Awaitable[_Result]]) -> _Result:
    async def work() -> _Result:
        async with open_house(read_settings(), existing=True) as house:
            found = programme_of(await read_catalogue(house.clearing.pool), code)
            return await step(house.clearing, found)

    return run(work())


def _place(kind: NoticeKind, channel: Channel, language: Language) -> TextPlace:
    if channel is Channel.EITHER:
        raise Refusal("a text is for mail or for sms")
    return kind, channel, language


def _template(subject: str | None, body: Path, html: Path | None) -> Template:
    return Template(body.read_text("utf-8"), subject, None if html is None else html.read_text("utf-8"))


def _hours(text: str) -> tuple[time | None, time | None]:
    if text == "none":
        return None, None
    begins, _, ends = text.partition("-")
    try:
        return time.fromisoformat(begins), time.fromisoformat(ends)
    except ValueError:
        raise Refusal("--quiet: two times of day, as 22:00-08:00, or none") from None


def _terms_view(terms_now: NoticeTerms) -> dict[str, Any]:
    begins, ends = terms_now.quiet_from, terms_now.quiet_until
    return {
        "language": str(terms_now.language),
        "quiet_from": None if begins is None else begins.isoformat("minutes"),
        "quiet_until": None if ends is None else ends.isoformat("minutes"),
        "member_day": terms_now.member_day,
        "birthdays": terms_now.birthdays,
        "expiry_days": terms_now.expiry_days,
    }


def _print_text(text: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(text)
        return
    if text["subject"] is not None:
        say(f"Subject: {text['subject']}\n")
    say(text["body"])
