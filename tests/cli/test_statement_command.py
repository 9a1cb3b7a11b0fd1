"""Finance registers a bank and a provider, takes their files in, and looks at what they say."""

from pathlib import Path

from florin.domain.people import Role
from tests.cli.florin_command import Florin
from tests.cli.test_customer_command import Desk
from tests.reconciliation.files import written
from tests.reconciliation.files.written import Movement
from tests.world import World

MAPPING = 'day = "day"\namount = "amount"\nbalance = "balance"\nkey = "reference"\n'


def test_a_file_is_taken_in_shown_and_fetched_and_a_wrong_one_is_kept_apart(
    florin: Florin, world: World, tmp_path: Path
) -> None:
    desk = Desk(florin, world)
    finance = desk.corporate.finance
    columns, table = tmp_path / "columns.toml", tmp_path / "november.csv"
    columns.write_text(MAPPING)
    raw = written.mapped_csv([Movement(500), Movement(-200)])
    table.write_bytes(raw.replace(b"10003.00", b"10003.01"))
    register = ("counterparty", "register", "icbc", "home", "--name", "ICBC", "--format", "mapped_csv", "--bank")
    bank = desk.told(
        finance, *register, "--account", "6222 0000 0000 0001", "--columns", str(columns), "--lag-days", "2"
    )
    assert ("6222000000000001", 2, 0) == (bank["account_number"], bank["lag_days"], bank["amount_tolerance"])
    changed = desk.told(finance, "counterparty", "change", "icbc", "--amount-tolerance", "0.05")
    assert (5, 2, bank["columns"]) == (changed["amount_tolerance"], changed["lag_days"], changed["columns"])

    take_in = ("statement", "take-in", str(table), "--counterparty", "icbc")
    code, said = desk.refused(finance, *take_in)
    assert 2 == code
    assert "" == said.replace("The file is kept apart whole: none of its lines counts.", "").strip()
    (apart,) = desk.told(finance, "statement", "list", "--state", "quarantined")
    assert ("balance_differs", 3) == (apart["problem"]["code"], apart["problem"]["line"])

    table.write_bytes(raw)
    taken = desk.told(finance, *take_in)
    assert ("taken_in", 2) == (taken["state"], taken["lines"])
    assert taken == desk.told(finance, *take_in)
    (statement,) = desk.told(finance, "statement", "show", taken["id"])["first_statements"]
    assert (1_000_000, 1_000_300) == (statement["opening"]["amount"], statement["closing"]["amount"])
    (line,) = desk.told(finance, "statement", "lines", taken["id"], "--after", "1")
    assert ("KEY00001", "out", 200) == (line["key"], line["direction"], line["amount"]["amount"])
    assert "-2.00" in desk.seen(finance, "statement", "lines", taken["id"])
    out = tmp_path / "again.csv"
    desk.seen(finance, "statement", "fetch", taken["id"], "--out", str(out))
    assert raw == out.read_bytes()
    assert 3 == desk.refused(desk.corporate.person(Role.OPERATOR), "statement", "list")[0]
