"""The chart of accounts, the business events, and which postings each event may make.

Everything that is not declared here is refused: by `domain.journal` when a journal is built, by a ``CHECK`` in the
schema when it is written, and by a daily proof afterwards.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum, auto
from typing import Final


class AccountClass(StrEnum):
    """Strict accounts gate spending and carry running counters; flow accounts are only ever summed up."""

    STRICT = auto()
    FLOW = auto()


class Side(StrEnum):
    """The side on which an account normally has its balance; clearing accounts have none."""

    DEBIT = auto()
    CREDIT = auto()
    NONE = auto()


class AccountCode(IntEnum):
    """The number of an account in the chart."""

    # The enum's own hash looks its name up; this one is the number's, and postings hash codes all the time.
    __hash__ = int.__hash__

    BANK = 1010
    PROVIDER_RECEIVABLE = 1020
    MERCHANT_RECEIVABLE = 1030
    DUE_FROM_PROGRAMMES = 1040
    PAYOUT_IN_TRANSIT = 1090
    CARD_PRINCIPAL = 2010
    CARD_BONUS = 2011
    WALLET_PRINCIPAL = 2020
    WALLET_BONUS = 2021
    CORPORATE_FUNDING = 2030
    MERCHANT_PAYABLE = 2040
    MERCHANT_RESERVE = 2041
    CLOSURE_PAYABLE = 2050
    LAPSED_BALANCES = 2060
    UNCLAIMED_PROPERTY = 2061
    SUSPENSE = 2070
    DUE_TO_PROGRAMMES = 2080
    REDEMPTION_CLEARING = 2090
    ACTIVATION_CLEARING = 2091
    TRANSFER_CLEARING = 2092
    POINTS = 2120
    VOUCHERS = 2130
    FEE_INCOME = 4010
    BREAKAGE_INCOME = 4020
    PROMOTIONAL_VALUE = 5010
    PROVIDER_FEES = 5020
    RECONCILIATION_DIFFERENCES = 5030
    POINTS_GRANTED = 5120
    VOUCHERS_GRANTED = 5130


@dataclass(frozen=True, slots=True)
class AccountType:
    """A line of the chart: what the account is, how it is kept, and whose it is."""

    name: str
    account_class: AccountClass
    normal_side: Side
    one_per: str


_S, _F = AccountClass.STRICT, AccountClass.FLOW
_DR, _CR, _NONE = Side.DEBIT, Side.CREDIT, Side.NONE

CHART: Final[dict[AccountCode, AccountType]] = {
    AccountCode.BANK: AccountType("bank (custody account of the float)", _F, _DR, "programme"),
    AccountCode.PROVIDER_RECEIVABLE: AccountType("payment-provider receivable", _F, _DR, "provider"),
    AccountCode.MERCHANT_RECEIVABLE: AccountType("merchant receivable (cards sold at a till)", _F, _DR, "merchant"),
    AccountCode.DUE_FROM_PROGRAMMES: AccountType("due from other programmes", _F, _DR, "other programme"),
    AccountCode.PAYOUT_IN_TRANSIT: AccountType("payout in transit", _F, _DR, "programme"),
    AccountCode.CARD_PRINCIPAL: AccountType("card value, principal", _S, _CR, "card"),
    AccountCode.CARD_BONUS: AccountType("card value, bonus", _S, _CR, "card"),
    AccountCode.WALLET_PRINCIPAL: AccountType("member wallet, principal", _S, _CR, "member"),
    AccountCode.WALLET_BONUS: AccountType("member wallet, bonus", _S, _CR, "member"),
    AccountCode.CORPORATE_FUNDING: AccountType("corporate funding", _S, _CR, "corporate customer"),
    AccountCode.MERCHANT_PAYABLE: AccountType("merchant payable", _F, _CR, "merchant"),
    AccountCode.MERCHANT_RESERVE: AccountType("merchant reserve", _F, _CR, "merchant"),
    AccountCode.CLOSURE_PAYABLE: AccountType("closure payable", _F, _CR, "programme"),
    AccountCode.LAPSED_BALANCES: AccountType("lapsed balances", _F, _CR, "programme"),
    AccountCode.UNCLAIMED_PROPERTY: AccountType("unclaimed property", _F, _CR, "programme"),
    AccountCode.SUSPENSE: AccountType("suspense (unidentified receipts)", _F, _CR, "counterparty"),
    AccountCode.DUE_TO_PROGRAMMES: AccountType("due to other programmes", _F, _CR, "other programme"),
    AccountCode.REDEMPTION_CLEARING: AccountType("redemption clearing", _F, _NONE, "programme"),
    AccountCode.ACTIVATION_CLEARING: AccountType("activation clearing", _F, _NONE, "programme"),
    AccountCode.TRANSFER_CLEARING: AccountType("transfer clearing", _F, _NONE, "programme"),
    AccountCode.POINTS: AccountType("points", _S, _CR, "member"),
    AccountCode.VOUCHERS: AccountType("vouchers", _S, _CR, "member"),
    AccountCode.FEE_INCOME: AccountType("fee income", _F, _CR, "programme"),
    AccountCode.BREAKAGE_INCOME: AccountType("breakage income", _F, _CR, "programme"),
    AccountCode.PROMOTIONAL_VALUE: AccountType("promotional value granted", _F, _DR, "programme"),
    AccountCode.PROVIDER_FEES: AccountType("payment-provider fees", _F, _DR, "provider"),
    AccountCode.RECONCILIATION_DIFFERENCES: AccountType("reconciliation differences", _F, _NONE, "programme"),
    AccountCode.POINTS_GRANTED: AccountType("points granted", _F, _DR, "programme"),
    AccountCode.VOUCHERS_GRANTED: AccountType("vouchers granted", _F, _DR, "programme"),
}

UNITS: Final[dict[AccountCode, str]] = {
    AccountCode.POINTS: "XPO",
    AccountCode.POINTS_GRANTED: "XPO",
    AccountCode.VOUCHERS: "XVO",
    AccountCode.VOUCHERS_GRANTED: "XVO",
}
"""The accounts whose unit is not the programme's currency: points, and vouchers by their face in minor units.

Both codes are in ISO 4217's range for what is no country's money and not assigned there, so neither can be a currency.
"""

STRICT_CODES: Final = frozenset(code for code, kind in CHART.items() if kind.account_class is AccountClass.STRICT)
CLEARING_CODES: Final = frozenset(
    {AccountCode.REDEMPTION_CLEARING, AccountCode.ACTIVATION_CLEARING, AccountCode.TRANSFER_CLEARING}
)


class Event(StrEnum):
    """What happened, in the trade's words; each journal names exactly one."""

    FUNDING_RECEIVED = auto()
    FUNDING_REFUNDED = auto()
    FUNDING_REFUND_PAID = auto()
    CARD_ACTIVATED = auto()
    TOP_UP = auto()
    TOP_UP_REFUNDED = auto()
    TOP_UP_REFUND_FAILED = auto()
    CARD_REDEEMED = auto()
    CARD_REPLACED = auto()
    PURCHASE = auto()
    REFUND = auto()
    VOID = auto()
    REVERSAL = auto()
    PROVIDER_FEE = auto()
    PROVIDER_PAID_OUT = auto()
    MERCHANT_SETTLED = auto()
    MERCHANT_TAKEN_OVER = auto()
    PROGRAMMES_NETTED = auto()
    NETTING_PAID = auto()
    NETTING_SETTLED = auto()
    NETTING_RETURNED = auto()
    MERCHANT_DEBT_PAID = auto()
    MERCHANT_PAID = auto()
    MERCHANT_PAYOUT_SETTLED = auto()
    MERCHANT_PAYOUT_RETURNED = auto()
    RECEIPT_UNIDENTIFIED = auto()
    SUSPENSE_ASSIGNED = auto()
    SUSPENSE_SENT_BACK = auto()
    SUSPENSE_PAYOUT_SETTLED = auto()
    SUSPENSE_PAYOUT_RETURNED = auto()
    PAYOUT_IDENTIFIED = auto()
    CLOSURE_REQUESTED = auto()
    CLOSURE_CANCELLED = auto()
    CLOSURE_APPROVED = auto()
    CLOSURE_PAID = auto()
    CLOSURE_SETTLED = auto()
    CLOSURE_RETURNED = auto()
    BALANCE_LAPSED = auto()
    LAPSED_BALANCE_RESTORED = auto()
    BALANCE_ESCHEATED = auto()
    POINTS_EARNED = auto()
    POINTS_TAKEN_BACK = auto()
    POINTS_EXCHANGED = auto()
    POINTS_LAPSED = auto()
    VOUCHER_GRANTED = auto()
    VOUCHER_USED = auto()
    VOUCHER_LAPSED = auto()
    DIFFERENCE_ADJUSTED = auto()


def _of_payouts() -> dict[Event, frozenset[tuple[AccountCode, AccountCode]]]:
    a = AccountCode
    return {
        # What a day costs and what earlier fees come back, what is kept in reserve and what has been kept long enough;
        # and what another programme pays the merchant is owed to that programme, below zero the other way round.
        Event.MERCHANT_SETTLED: frozenset(
            {
                (a.MERCHANT_PAYABLE, a.FEE_INCOME),
                (a.FEE_INCOME, a.MERCHANT_PAYABLE),
                (a.MERCHANT_PAYABLE, a.MERCHANT_RESERVE),
                (a.MERCHANT_RESERVE, a.MERCHANT_PAYABLE),
                (a.MERCHANT_PAYABLE, a.DUE_TO_PROGRAMMES),
                (a.DUE_TO_PROGRAMMES, a.MERCHANT_PAYABLE),
                # What the merchant owes for cards that it has sold, and is owed for one that was taken back since.
                (a.MERCHANT_PAYABLE, a.MERCHANT_RECEIVABLE),
                (a.MERCHANT_RECEIVABLE, a.MERCHANT_PAYABLE),
            }
        ),
        Event.MERCHANT_TAKEN_OVER: frozenset(
            {(a.DUE_FROM_PROGRAMMES, a.MERCHANT_PAYABLE), (a.MERCHANT_PAYABLE, a.DUE_FROM_PROGRAMMES)}
        ),
        # What a provider keeps of what was paid through it, and gives back of that; what it pays to our bank, or, when
        # it has given back more than it took, collects there.
        Event.PROVIDER_FEE: frozenset(
            {(a.PROVIDER_FEES, a.PROVIDER_RECEIVABLE), (a.PROVIDER_RECEIVABLE, a.PROVIDER_FEES)}
        ),
        Event.PROVIDER_PAID_OUT: frozenset({(a.BANK, a.PROVIDER_RECEIVABLE), (a.PROVIDER_RECEIVABLE, a.BANK)}),
        Event.PROGRAMMES_NETTED: frozenset(
            {(a.DUE_TO_PROGRAMMES, a.DUE_FROM_PROGRAMMES), (a.DUE_FROM_PROGRAMMES, a.DUE_TO_PROGRAMMES)}
        ),
        # Each in both books: the one pays, the other has it coming, until the bank of each shows it.
        Event.NETTING_PAID: frozenset(
            {(a.DUE_TO_PROGRAMMES, a.PAYOUT_IN_TRANSIT), (a.PAYOUT_IN_TRANSIT, a.DUE_FROM_PROGRAMMES)}
        ),
        Event.NETTING_SETTLED: frozenset({(a.PAYOUT_IN_TRANSIT, a.BANK), (a.BANK, a.PAYOUT_IN_TRANSIT)}),
        Event.NETTING_RETURNED: frozenset(
            {
                (a.PAYOUT_IN_TRANSIT, a.DUE_TO_PROGRAMMES),
                (a.BANK, a.DUE_TO_PROGRAMMES),
                (a.DUE_FROM_PROGRAMMES, a.PAYOUT_IN_TRANSIT),
            }
        ),
        # What a merchant owes for cards that it has sold, paid by bank transfer.
        Event.MERCHANT_DEBT_PAID: frozenset({(a.BANK, a.MERCHANT_RECEIVABLE)}),
        Event.MERCHANT_PAID: frozenset({(a.MERCHANT_PAYABLE, a.PAYOUT_IN_TRANSIT)}),
        Event.MERCHANT_PAYOUT_SETTLED: frozenset({(a.PAYOUT_IN_TRANSIT, a.BANK)}),
        Event.MERCHANT_PAYOUT_RETURNED: frozenset(
            {(a.PAYOUT_IN_TRANSIT, a.MERCHANT_PAYABLE), (a.BANK, a.MERCHANT_PAYABLE)}
        ),
        # Money that nobody can be found for waits until two people say whose it is, or that it goes back to its sender.
        Event.RECEIPT_UNIDENTIFIED: frozenset({(a.BANK, a.SUSPENSE)}),
        Event.SUSPENSE_ASSIGNED: frozenset({(a.SUSPENSE, a.CORPORATE_FUNDING)}),
        Event.SUSPENSE_SENT_BACK: frozenset({(a.SUSPENSE, a.PAYOUT_IN_TRANSIT)}),
        Event.SUSPENSE_PAYOUT_SETTLED: frozenset({(a.PAYOUT_IN_TRANSIT, a.BANK)}),
        Event.SUSPENSE_PAYOUT_RETURNED: frozenset({(a.PAYOUT_IN_TRANSIT, a.SUSPENSE), (a.BANK, a.SUSPENSE)}),
        # The bank had shown a provider's payout before the provider's bill did: it was booked from both.
        Event.PAYOUT_IDENTIFIED: frozenset({(a.SUSPENSE, a.BANK)}),
        Event.CLOSURE_PAID: frozenset({(a.CLOSURE_PAYABLE, a.PAYOUT_IN_TRANSIT)}),
        Event.CLOSURE_SETTLED: frozenset({(a.PAYOUT_IN_TRANSIT, a.BANK)}),
        # A bank that cannot pay says so before its statement shows the payment, or gives the money back afterwards.
        Event.CLOSURE_RETURNED: frozenset({(a.PAYOUT_IN_TRANSIT, a.CLOSURE_PAYABLE), (a.BANK, a.CLOSURE_PAYABLE)}),
    }


def _of_differences() -> frozenset[tuple[AccountCode, AccountCode]]:
    a = AccountCode
    pairs = {
        # Our book is made to say what the bank or provider says; a charge of theirs is known for what it is.
        *(
            (own, other)
            for own in (a.BANK, a.PROVIDER_RECEIVABLE)
            for other in (a.RECONCILIATION_DIFFERENCES, a.PROVIDER_FEES)
        ),
        # Of a fee that was kept, what differs from the agreed one.
        (a.PROVIDER_FEES, a.RECONCILIATION_DIFFERENCES),
    }
    return frozenset(pairs | {(credit, debit) for debit, credit in pairs})


def _permitted() -> dict[Event, frozenset[tuple[AccountCode, AccountCode]]]:
    a = AccountCode
    lots = (a.CARD_PRINCIPAL, a.CARD_BONUS, a.WALLET_PRINCIPAL, a.WALLET_BONUS)
    principals = (a.CARD_PRINCIPAL, a.WALLET_PRINCIPAL)
    # What a purchase took goes back to its lots, or, when the account has been closed meanwhile, is paid out; the part
    # that a discount of the programme paid goes back to it.
    back = {(a.MERCHANT_PAYABLE, each) for each in (*lots, a.CLOSURE_PAYABLE, a.PROMOTIONAL_VALUE)}
    points_gone = frozenset({(a.POINTS, a.POINTS_GRANTED)})
    return {
        Event.FUNDING_RECEIVED: frozenset({(a.BANK, a.CORPORATE_FUNDING)}),
        Event.FUNDING_REFUNDED: frozenset({(a.CORPORATE_FUNDING, a.PAYOUT_IN_TRANSIT)}),
        Event.FUNDING_REFUND_PAID: frozenset({(a.PAYOUT_IN_TRANSIT, a.BANK)}),
        Event.CARD_ACTIVATED: frozenset(
            {
                (a.MERCHANT_RECEIVABLE, a.CARD_PRINCIPAL),
                (a.PROVIDER_RECEIVABLE, a.CARD_PRINCIPAL),
                (a.CORPORATE_FUNDING, a.ACTIVATION_CLEARING),
                (a.ACTIVATION_CLEARING, a.CARD_PRINCIPAL),
                (a.PROMOTIONAL_VALUE, a.CARD_BONUS),
            }
        ),
        Event.TOP_UP: frozenset({(a.PROVIDER_RECEIVABLE, a.WALLET_PRINCIPAL)}),
        Event.TOP_UP_REFUNDED: frozenset({(a.WALLET_PRINCIPAL, a.PROVIDER_RECEIVABLE)}),
        Event.TOP_UP_REFUND_FAILED: frozenset({(a.PROVIDER_RECEIVABLE, a.WALLET_PRINCIPAL)}),
        Event.CARD_REDEEMED: frozenset(
            {
                (a.CARD_PRINCIPAL, a.REDEMPTION_CLEARING),
                (a.REDEMPTION_CLEARING, a.WALLET_PRINCIPAL),
                (a.CARD_BONUS, a.REDEMPTION_CLEARING),
                (a.REDEMPTION_CLEARING, a.WALLET_BONUS),
            }
        ),
        Event.CARD_REPLACED: frozenset(
            {
                (a.CARD_PRINCIPAL, a.TRANSFER_CLEARING),
                (a.TRANSFER_CLEARING, a.CARD_PRINCIPAL),
                (a.CARD_BONUS, a.TRANSFER_CLEARING),
                (a.TRANSFER_CLEARING, a.CARD_BONUS),
            }
        ),
        Event.PURCHASE: frozenset((each, a.MERCHANT_PAYABLE) for each in (*lots, a.PROMOTIONAL_VALUE)),
        Event.REFUND: frozenset(back),
        Event.VOID: frozenset(back),
        # A till also takes back the activation of a card that has not been used.
        Event.REVERSAL: frozenset(back | {(a.CARD_PRINCIPAL, a.MERCHANT_RECEIVABLE)}),
        **_of_payouts(),
        Event.CLOSURE_REQUESTED: frozenset((each, a.CLOSURE_PAYABLE) for each in principals),
        Event.CLOSURE_CANCELLED: frozenset((a.CLOSURE_PAYABLE, each) for each in principals),
        # What has come in since the request is paid out, too. What was given, not paid for, is not paid out either.
        Event.CLOSURE_APPROVED: frozenset(
            {
                *((each, a.CLOSURE_PAYABLE) for each in principals),
                (a.CARD_BONUS, a.PROMOTIONAL_VALUE),
                (a.WALLET_BONUS, a.PROMOTIONAL_VALUE),
            }
        ),
        Event.BALANCE_LAPSED: frozenset((each, a.LAPSED_BALANCES) for each in principals),
        Event.LAPSED_BALANCE_RESTORED: frozenset((a.LAPSED_BALANCES, each) for each in principals),
        Event.BALANCE_ESCHEATED: frozenset((each, a.UNCLAIMED_PROPERTY) for each in principals),
        Event.POINTS_EARNED: frozenset({(a.POINTS_GRANTED, a.POINTS)}),
        Event.POINTS_TAKEN_BACK: points_gone,
        Event.POINTS_EXCHANGED: points_gone | {(a.VOUCHERS_GRANTED, a.VOUCHERS)},
        Event.POINTS_LAPSED: points_gone,
        Event.VOUCHER_GRANTED: frozenset({(a.VOUCHERS_GRANTED, a.VOUCHERS)}),
        Event.VOUCHER_USED: frozenset({(a.VOUCHERS, a.VOUCHERS_GRANTED), (a.PROMOTIONAL_VALUE, a.WALLET_BONUS)}),
        Event.VOUCHER_LAPSED: frozenset({(a.VOUCHERS, a.VOUCHERS_GRANTED)}),
        Event.DIFFERENCE_ADJUSTED: _of_differences(),
    }


PERMITTED: Final = _permitted()
"""The (debit, credit) pairs that each event may post; later events are added here and by a migration."""
