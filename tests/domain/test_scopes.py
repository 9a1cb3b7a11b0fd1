from collections.abc import Iterable

import pytest

from florin.domain.invalid_field import InvalidField
from florin.domain.scopes import MERCHANT_SCOPES, OPERATOR_SCOPES, TILL_SCOPES, Scope, require_grantable


def test_the_names_on_the_wire_are_stable() -> None:
    names = """
        programmes:read programmes:write merchants:write keys:write cards:issue cards:read cards:sell cards:block
        cards:void purchases:write purchases:read refunds:write holds:write members:read members:block ledger:read
        days:close notices:write webhooks:write statements:read
    """

    assert names.split() == [scope.value for scope in Scope]


def test_every_scope_says_what_it_allows_and_somebody_may_hold_it() -> None:
    assert [] == [scope for scope in Scope if not scope.meaning]
    assert frozenset(Scope) == TILL_SCOPES | OPERATOR_SCOPES


def test_a_till_neither_makes_cards_nor_lifts_blocks_nor_issues_keys() -> None:
    powers = {Scope.CARDS_ISSUE, Scope.CARDS_BLOCK, Scope.CARDS_VOID, Scope.KEYS_WRITE, Scope.PROGRAMMES_WRITE}

    assert frozenset() == powers & MERCHANT_SCOPES


def test_an_operator_neither_sells_nor_takes_payments() -> None:
    acts = {Scope.CARDS_SELL, Scope.PURCHASES_WRITE, Scope.REFUNDS_WRITE, Scope.HOLDS_WRITE}

    assert frozenset() == acts & OPERATOR_SCOPES


@pytest.mark.parametrize(
    ("scopes", "to_merchant"),
    [
        ([], True),
        ([], False),
        (["cards:issue"], True),
        (["purchases:write"], False),
        (["purchases:write", "keys:write"], True),
        (["purchases"], True),
        (["CARDS:READ"], False),
    ],
)
def test_scopes_that_a_key_may_not_hold_are_refused(scopes: Iterable[str], to_merchant: bool) -> None:  # noqa: FBT001 (a column of the table)
    with pytest.raises(InvalidField) as refusal:
        require_grantable(scopes, to_merchant=to_merchant)

    assert "scopes" == refusal.value.field


def test_a_key_gets_the_scopes_that_were_asked_for() -> None:
    granted = require_grantable(["cards:read", "cards:sell", "cards:read"], to_merchant=True)

    assert {Scope.CARDS_READ, Scope.CARDS_SELL} == granted
