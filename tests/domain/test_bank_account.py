import pytest

from florin.domain.bank_account import BankAccount
from florin.domain.invalid_field import InvalidField

OURS = "示例\uff08上海\uff09有限公司"  # in wide brackets


def test_an_account_has_one_spelling_and_shows_four_digits() -> None:
    account = BankAccount.read(" Honeynut  Farm ", "中国银行", "6222-0210 0123 4567")
    assert ("Honeynut Farm", "中国银行", "6222021001234567", "4567") == (
        account.holder,
        account.bank,
        account.number,
        account.last4,
    )


@pytest.mark.parametrize("number", ["", "123", "1" * 35, "12 34/56", "１２3"])  # noqa: RUF001 (wide digits)
def test_what_is_no_account_number_is_refused(number: str) -> None:
    with pytest.raises(InvalidField, match="number"):
        BankAccount.read("A", "B", number)


@pytest.mark.parametrize(("holder", "bank"), [("", "B"), ("A", " "), ("A" * 101, "B"), ("A\x07", "B")])
def test_names_are_needed(holder: str, bank: str) -> None:
    with pytest.raises(InvalidField, match=r"holder|bank"):
        BankAccount.read(holder, bank, "12345678")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (OURS, True),
        ("示例(上海)有限公司", True),
        (" 示例 (上海) 有限公司", True),
        ("示例(北京)有限公司", False),
        ("示例有限公司", False),
        ("", False),
    ],
)
def test_the_holder_is_compared_by_name(name: str, expected: bool) -> None:  # noqa: FBT001
    assert expected is BankAccount.read(OURS, "B", "12345678").is_held_by(name)


def test_no_representation_shows_the_account() -> None:
    assert "6222" not in repr(BankAccount.read("A", "B", "6222021001234567"))
