import re
from dataclasses import astuple
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest

from florin.batch import card_file
from florin.batch.card_file import CardFile, ExportCards, export_cards, read_card_file
from florin.batch.issue import fill_issue
from florin.crypto.ecode import normalise_ecode
from florin.crypto.recipient_file import FileNotForUs, decrypt_file, new_identity
from florin.crypto.vault import Vault
from florin.domain.card_number import is_valid
from florin.domain.declines import Decline
from florin.domain.identifiers import parse_id
from florin.domain.invalid_field import InvalidField
from florin.storage.connect import Connection, Pool
from tests.batch.card_orders import AUTHOR, ordered

pytestmark = pytest.mark.usefixtures("demo")
IDENTITY, RECIPIENT = new_identity()


async def test_the_columns_have_the_names_that_the_api_has_for_them(pool: Pool, vault: Vault, tmp_path: Path) -> None:
    issue = await ordered(pool, 1)
    await fill_issue(pool, vault, issue.id)
    await export_cards(pool, vault, ExportCards(issue.id, RECIPIENT, tmp_path / "cards.age"), AUTHOR)

    plain = BytesIO()
    with (tmp_path / "cards.age").open("rb") as sealed:
        decrypt_file(sealed, plain, IDENTITY)
    assert b"serial,number,pin,e_code,denomination,currency,expires" == plain.getvalue().splitlines()[0]


async def test_the_recipient_gets_every_card_with_its_secrets(
    pool: Pool, connection: Connection, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_file, "PAGE", 10)
    issue = await ordered(pool, 25)
    await fill_issue(pool, vault, issue.id)

    path = tmp_path / "cards.age"
    assert CardFile(path, 25) == await export_cards(pool, vault, ExportCards(issue.id, RECIPIENT, path), AUTHOR)

    cards = read_card_file(path, IDENTITY)
    assert 25 == len({card.number for card in cards})
    for card in cards:
        card_id = parse_id("card", card.serial)
        row = await connection.execute("SELECT number_index, ecode_index, key_id FROM card WHERE id = %s", (card_id,))
        ((number_index, ecode_index, key_id),) = await row.fetchall()
        assert is_valid(card.number)
        assert number_index == vault.numbers.of(card.number)
        assert ecode_index == vault.ecodes.of(normalise_ecode(card.ecode) or "")
        assert vault.cards.pin_matches(key_id, card_id.bytes, card.pin)
        assert ("100.00", "CNY", "") == (card.denomination, card.currency, card.expires)


async def test_cards_without_e_codes_have_an_empty_column(pool: Pool, vault: Vault, tmp_path: Path) -> None:
    issue = await ordered(pool, 2, product="recharge", denomination_minor=1000_00)
    await fill_issue(pool, vault, issue.id)

    await export_cards(pool, vault, ExportCards(issue.id, RECIPIENT, tmp_path / "cards.age"), AUTHOR)

    cards = read_card_file(tmp_path / "cards.age", IDENTITY)
    assert [("", "1000.00")] * 2 == [(card.ecode, card.denomination) for card in cards]


async def test_no_cell_could_be_taken_for_a_formula(pool: Pool, vault: Vault, tmp_path: Path) -> None:
    issue = await ordered(pool, 20)
    await fill_issue(pool, vault, issue.id)
    await export_cards(pool, vault, ExportCards(issue.id, RECIPIENT, tmp_path / "cards.age"), AUTHOR)

    cells = [cell for card in read_card_file(tmp_path / "cards.age", IDENTITY) for cell in astuple(card)]

    assert [] == [cell for cell in cells if not re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9_.-]*)?", cell)]


async def test_a_half_made_issue_gives_no_file(pool: Pool, vault: Vault, tmp_path: Path) -> None:
    issue = await ordered(pool, 5)
    path = tmp_path / "cards.age"

    assert Decline.ISSUE_NOT_READY == await export_cards(pool, vault, ExportCards(issue.id, RECIPIENT, path), AUTHOR)
    unknown = ExportCards(UUID(int=7), RECIPIENT, path)
    assert Decline.ISSUE_NOT_FOUND == await export_cards(pool, vault, unknown, AUTHOR)
    assert not path.exists()


async def test_a_card_that_has_been_sold_is_left_out(
    pool: Pool, connection: Connection, vault: Vault, tmp_path: Path
) -> None:
    issue = await ordered(pool, 5)
    await fill_issue(pool, vault, issue.id)
    sold = await connection.execute(
        "UPDATE card SET status = 'active' WHERE id = (SELECT min(id::text)::uuid FROM card) RETURNING last4"
    )
    assert 1 == sold.rowcount

    written = await export_cards(pool, vault, ExportCards(issue.id, RECIPIENT, tmp_path / "cards.age"), AUTHOR)

    assert CardFile(tmp_path / "cards.age", 4) == written
    assert 4 == len(read_card_file(tmp_path / "cards.age", IDENTITY))


async def test_the_cards_of_a_corporate_order_leave_by_its_deliveries_only(
    pool: Pool, connection: Connection, vault: Vault, tmp_path: Path
) -> None:
    issue = await ordered(pool, 5)
    await fill_issue(pool, vault, issue.id)
    # A replacement card is unsold for a moment, before it takes the place of another.
    await connection.execute("UPDATE card_issue SET sold_to = %s WHERE id = %s", (UUID(int=7), issue.id))
    path = tmp_path / "cards.age"

    assert Decline.ISSUE_NOT_FOUND == await export_cards(pool, vault, ExportCards(issue.id, RECIPIENT, path), AUTHOR)
    assert not path.exists()


async def test_each_export_leaves_an_audit_row_with_the_recipient(
    pool: Pool, connection: Connection, vault: Vault, tmp_path: Path
) -> None:
    issue = await ordered(pool, 3)
    await fill_issue(pool, vault, issue.id)
    for name in ("first.age", "second.age"):
        await export_cards(pool, vault, ExportCards(issue.id, RECIPIENT, tmp_path / name), AUTHOR)

    rows = await connection.execute("SELECT subject_id, detail FROM audit WHERE action = 'issue.exported'")

    detail = {"recipient": RECIPIENT, "cards": 3, "denomination_minor": 100_00}
    assert [(issue.id, detail)] * 2 == await rows.fetchall()


async def test_a_file_that_exists_is_not_overwritten(pool: Pool, vault: Vault, tmp_path: Path) -> None:
    issue = await ordered(pool, 3)
    await fill_issue(pool, vault, issue.id)
    path = tmp_path / "cards.age"
    path.write_text("precious")

    with pytest.raises(FileExistsError):
        await export_cards(pool, vault, ExportCards(issue.id, RECIPIENT, path), AUTHOR)

    assert "precious" == path.read_text()


async def test_a_failed_export_leaves_no_file(pool: Pool, connection: Connection, vault: Vault, tmp_path: Path) -> None:
    issue = await ordered(pool, 3)
    await fill_issue(pool, vault, issue.id)
    await connection.execute("UPDATE card SET number_encrypted = '\\x00'")

    with pytest.raises(Exception, match="sealed"):
        await export_cards(pool, vault, ExportCards(issue.id, RECIPIENT, tmp_path / "cards.age"), AUTHOR)

    assert not (tmp_path / "cards.age").exists()


async def test_the_file_shows_nothing_to_anybody_else(pool: Pool, vault: Vault, tmp_path: Path) -> None:
    issue = await ordered(pool, 50)
    await fill_issue(pool, vault, issue.id)
    path = tmp_path / "cards.age"
    await export_cards(pool, vault, ExportCards(issue.id, RECIPIENT, path), AUTHOR)

    file = path.read_bytes()

    secrets = [text for card in read_card_file(path, IDENTITY) for text in (card.number, card.pin, card.ecode)]
    assert 150 == len(secrets)
    assert [] == [text for text in secrets if text.encode() in file]
    with pytest.raises(FileNotForUs):
        read_card_file(path, new_identity()[0])


async def test_a_bad_recipient_is_refused_before_anything_is_opened(tmp_path: Path) -> None:
    with pytest.raises(InvalidField, match="recipient"):
        ExportCards(UUID(int=7), "everybody", tmp_path / "cards.age")
