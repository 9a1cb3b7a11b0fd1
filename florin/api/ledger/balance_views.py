"""What a wallet holds, as its member and an operator see it."""

from typing import Final, Literal

from florin.api.problems.document import Refused
from florin.api.views import AmountView, View, amount_view
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.storage.book.statements import Balances, LotBalance

_BONUS: Final = (AccountCode.CARD_BONUS, AccountCode.WALLET_BONUS)


class LotView(View):
    """One of the two accounts of a wallet: value that was paid for, or value that was given."""

    lot: Literal["principal", "bonus"]
    balance: AmountView
    held: AmountView
    available: AmountView


class BalanceView(View):
    """What a wallet holds and what of it may be spent: together, and by lot."""

    balance: AmountView
    available: AmountView
    lots: list[LotView]


def required(balances: Balances | None) -> Balances:
    """The balances of a member, every one of whom has a wallet; `Refused` with `MEMBER_NOT_FOUND` for nobody's."""
    if balances is None:
        raise Refused(Decline.MEMBER_NOT_FOUND)
    return balances


def balance_view(balances: Balances) -> BalanceView:
    """The balances as they are shown."""
    return BalanceView(
        balance=amount_view(balances.balance_minor, balances.unit),
        available=amount_view(balances.available_minor, balances.unit),
        lots=[_lot_view(each) for each in balances.lots],
    )


def _lot_view(lot: LotBalance) -> LotView:
    return LotView(
        lot="bonus" if lot.code in _BONUS else "principal",
        balance=amount_view(lot.balance_minor, lot.unit),
        held=amount_view(lot.held_minor, lot.unit),
        available=amount_view(lot.available_minor, lot.unit),
    )
