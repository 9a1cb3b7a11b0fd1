"""What the bank and the provider say of the month, and what of it is wrong on purpose in its last week.

Every morning finance hands in the bank's statement of the day before; the provider's bills are fetched by a duty. What
is found in both is for the duties, as in any house.
"""

from io import BytesIO
from typing import Final
from uuid import UUID

from florin.batch.demo_programme import BANK_ACCOUNT
from florin.batch.demo_tills import UNIT
from florin.clearing.house import ClearingHouse
from florin.cli.month.bank import Bank, Entry, Outside
from florin.cli.month.office import FINANCE, Office
from florin.cli.month.provider import NAME
from florin.cli.month.stage import Stage, done
from florin.cli.month.walking_clock import WalkingClock
from florin.domain.counterparty import Counterparty, CounterpartyKind, CounterpartyTerms
from florin.domain.statement_file import FileFormat
from florin.reconciliation.counterparties import RegisterCounterparty, register_counterparty
from florin.reconciliation.take_in import receive

_PAID_OUT_EVERY: Final = 4
"""Days between the provider's payouts to the bank."""

_A_FEN_LESS: Final = 4
_FROM_NOBODY: Final = 6
_CHARGED: Final = 5
_LATE: Final = 3
"""How many days before the last what is wrong happens: late enough for a short list, early enough to be seen."""

_GIFT_MINOR: Final = 88_00
_CHARGE_MINOR: Final = 15_00
_WRITE_OFF_LIMIT_MINOR: Final = 5_00
_PROVIDER: Final = "财付通支付科技有限公司"


async def open_outside(house: ClearingHouse, office: Office, programme_id: UUID, clock: WalkingClock) -> Outside:
    """Register bank and provider, whose files are expected from this day on."""
    finance = await office.actor(FINANCE)
    bills = frozenset({FileFormat.WECHAT_TRADE, FileFormat.WECHAT_FUND_FLOW})
    provider = CounterpartyTerms(name=_PROVIDER, formats=bills, fetched_from=clock.today, lag_days=2)
    statements = frozenset({FileFormat.CAMT_053})
    bank = CounterpartyTerms(
        name=BANK_ACCOUNT.bank, formats=statements, is_numbered=True, write_off_limit_minor=_WRITE_OFF_LIMIT_MINOR
    )

    async def register(kind: CounterpartyKind, code: str, number: str | None, terms: CounterpartyTerms) -> Counterparty:
        command = RegisterCounterparty(
            kind=kind, code=code, programme_id=programme_id, account_number=number, currency=UNIT, terms=terms
        )
        return done(code, await register_counterparty(house, finance, command, clock()))

    await register(CounterpartyKind.PROVIDER, NAME, None, provider)
    account = await register(CounterpartyKind.BANK, "farm-bank", BANK_ACCOUNT.number, bank)
    return Outside(Bank(BANK_ACCOUNT, UNIT), account)


async def hand_in(stage: Stage) -> None:
    """Finance hands in the bank's statements that have come."""
    finance, outside = await stage.office.actor(FINANCE), stage.outside
    for day, content in outside.waiting:
        name, stream = f"statement-{day}.xml", BytesIO(content)
        await receive(
            stage.house, outside.account, FileFormat.CAMT_053, name, stream, stage.clock(), day=day, actor=finance
        )
    outside.waiting.clear()


async def banking_day(stage: Stage, days_left: int) -> None:
    """What happens at the bank on a day that ``days_left`` follow, and the statement that it writes in the evening."""
    outside, bank = stage.outside, stage.outside.bank
    if days_left and days_left % _PAID_OUT_EVERY == 0:
        payout_id, amount_minor = await stage.provider.pay_out()
        fen = 1 if days_left == _A_FEN_LESS else 0
        bank.book(Entry(amount_minor - fen, _PROVIDER, f"提现 {payout_id}"))
        outside.planted["a payout that arrived with less"] -= fen
        stage.notes.paid_over_minor += amount_minor
    if days_left == _FROM_NOBODY:
        bank.book(Entry(_GIFT_MINOR, "王小二", "谢谢"))
        stage.notes.from_nobody_minor += _GIFT_MINOR
    if days_left == _CHARGED:
        bank.charge(_CHARGE_MINOR, "账户管理费")
        outside.planted["what the bank took for the account"] -= _CHARGE_MINOR
    outside.written.append((stage.clock.today, bank.statement(stage.clock.today)))
    stage.notes.at_the_bank_minor = bank.balance_minor - outside.planted.total()
    if days_left != _LATE:
        outside.waiting.extend(outside.written)
        outside.written.clear()
