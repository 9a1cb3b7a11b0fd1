"""The demo's sheet: addresses and sign-ins, kept in a private file because most of them are shown nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from florin.batch.demo_programme import create_demo_programme
from florin.batch.opening_story import Script, StoryCard, StoryMember, play_opening_story, write_script
from florin.clearing.house import ClearingHouse
from florin.cli.printing import hint, print_table
from florin.crypto.private_file import read_private, write_private

FILE_NAME: Final = "demo.json"


@dataclass(frozen=True, slots=True)
class DemoSheet:
    """What a visitor of the demo needs. API keys by merchant code; members and cards that the opening story left.

    ``script`` is there while the story is being played, so that a start after an interrupted one can play it on.
    """

    operator_token: str = field(repr=False)
    merchant_tokens: Mapping[str, str] = field(repr=False)
    members: tuple[StoryMember, ...] = ()
    cards: tuple[StoryCard, ...] = ()
    script: Script | None = None


async def prepare_demo(house: ClearingHouse, data_dir: Path) -> DemoSheet | None:
    """The sheet of the demo, whose programme and opening story are made on the first start, or the next ones.

    None when the programme is there and its sheet is not: tokens are kept nowhere else.
    """
    path = data_dir / FILE_NAME
    demo = await create_demo_programme(house.pool, datetime.now(UTC))
    if demo.operator_token is None:
        sheet = read_demo_sheet(data_dir)
    else:
        sheet = DemoSheet(demo.operator_token, demo.merchant_tokens)
        _write(path, sheet)
    if sheet is None or sheet.cards:
        return sheet
    script = sheet.script or await write_script(house, demo.programme)
    _write(path, replace(sheet, script=script))
    left = await play_opening_story(house, demo.programme, script)
    sheet = DemoSheet(sheet.operator_token, sheet.merchant_tokens, script.members, left)
    _write(path, sheet)
    return sheet


def show_demo(sheet: DemoSheet | None, address: str, data_dir: Path) -> None:
    """Print the sheet."""
    pages = (("API", f"{address}/v1"), ("its document, with a form to try it", f"{address}/docs"))
    print_table("Florin's demo: Honeynut Farm", ("what", "where"), [*pages, ("health", f"{address}/readyz")])
    if sheet is None:
        hint("The demo's API keys are not in this data directory: `florin key issue` makes new ones.")
        return
    keys = [("operator", sheet.operator_token), *sheet.merchant_tokens.items()]
    print_table("API keys (Authorization: Bearer ...)", ("who", "key"), keys)
    print_table("Members", ("user name", "password"), [(each.user_name, each.password) for each in sheet.members])
    print_table("Cards", ("what", "number", "PIN"), [(each.note, each.number, each.pin) for each in sheet.cards])
    hint(f"All of this is in {data_dir / FILE_NAME}, which only you can read.")


def read_demo_sheet(data_dir: Path) -> DemoSheet | None:
    """The sheet that an earlier start has left, if there is one."""
    try:
        return msgspec.json.decode(read_private(data_dir / FILE_NAME), type=DemoSheet)
    except FileNotFoundError:
        return None


def _write(path: Path, sheet: DemoSheet) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, msgspec.json.format(msgspec.json.encode(sheet)) + b"\n")
