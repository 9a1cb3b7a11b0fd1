"""The keyring by command: made once, never overwritten, rotated in two steps."""

from pathlib import Path

from tests.cli.florin_command import Florin


def test_a_keyring_is_made_once_and_rotated_in_two_steps(data_dir: Path) -> None:
    bare = Florin({"FLORIN_DATA_DIR": str(data_dir)})
    path = data_dir / "keyring.json"

    bare.done("keys", "create")
    made = path.read_bytes()
    again = bare.run("keys", "create")
    bare.done("keys", "create", "--if-missing")

    assert 2 == again.code
    assert "was not touched" in again.complaint
    assert made == path.read_bytes()

    assert 2 == bare.done("keys", "add", "--json").json["key"]
    assert [(1, True, True), (2, False, False)] == uses(bare)
    assert bare.done("keys", "promote", 2, "--json").json["writes"]
    assert [(1, False, True), (2, True, False)] == uses(bare)

    unknown = bare.run("keys", "promote", 7)
    assert 2 == unknown.code
    assert "key 7 is not in the keyring" in unknown.complaint


def uses(florin: Florin) -> list[tuple[int, bool, bool]]:
    return [(each["key"], each["writes"], each["indexes"]) for each in florin.done("keys", "list", "--json").json]
