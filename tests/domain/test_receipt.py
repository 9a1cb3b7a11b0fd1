import pytest

from florin.domain.invalid_field import InvalidField
from florin.domain.receipt import Parties, Party, PaymentMethod

NAMED = Party.read("payer", "Somebody", None)
BANKED = Party.read("payee", "Honeynut Farm", "6222 0210 0123")


@pytest.mark.parametrize(("payer", "payee"), [(NAMED, BANKED), (BANKED, NAMED), (NAMED, NAMED)])
def test_a_bank_transfer_has_an_account_at_both_ends(payer: Party, payee: Party) -> None:
    with pytest.raises(InvalidField, match="account"):
        Parties(payer, payee).require_accounts(PaymentMethod.BANK_TRANSFER)


def test_cash_comes_from_no_account() -> None:
    Parties(NAMED, NAMED).require_accounts(PaymentMethod.CASH)
    Parties(BANKED, BANKED).require_accounts(PaymentMethod.BANK_TRANSFER)


@pytest.mark.parametrize(("name", "account"), [("", None), ("x", "12"), ("x", "1/2345")])
def test_a_malformed_party_is_refused_by_its_field(name: str, account: str | None) -> None:
    with pytest.raises(InvalidField, match=r"payer\.(name|account)"):
        Party.read("payer", name, account)


def test_no_representation_shows_a_party() -> None:
    assert "Honeynut" not in repr(BANKED)
    assert "6222" not in repr(BANKED)
