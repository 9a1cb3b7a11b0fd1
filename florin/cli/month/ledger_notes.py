"""What everybody writes down: the money that should have moved, and how often things happened."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from florin.cli.demonstration.outcome import Comparison
from florin.domain.chart import AccountCode
from florin.domain.points import PointsRule


@dataclass(slots=True)
class Notes:
    """Amounts in minor units. ``spent`` is what members have paid and not got back, by member and business day.

    ``paid_over`` is what the provider has sent to the bank, and ``at_the_bank`` what the bank would have without what
    was planted there.
    """

    happened: Counter[str] = field(default_factory=Counter)
    spent: Counter[tuple[UUID, date]] = field(default_factory=Counter)
    sold_minor: int = 0
    paid_in_minor: int = 0
    sent_back_minor: int = 0
    taken_minor: int = 0
    given_back_minor: int = 0
    discount_minor: int = 0
    vouchers_used_minor: int = 0
    paid_out_minor: int = 0
    to_be_paid_out_minor: int = 0
    paid_over_minor: int = 0
    from_companies_minor: int = 0
    from_nobody_minor: int = 0
    at_the_bank_minor: int = 0

    def points(self, rule: PointsRule) -> int:
        """The points that all that was spent should have earned."""
        return sum(rule.points_for(spent_minor, day) for (_, day), spent_minor in self.spent.items())

    def compared(self, before: Mapping[int, int], after: Mapping[int, int]) -> list[Comparison]:
        """The notes beside what the book has gained meanwhile: credits less debits, by the code of the account."""

        def gained(*codes: AccountCode) -> int:
            return sum(after.get(each, 0) - before.get(each, 0) for each in codes)

        outstanding = (
            AccountCode.CARD_PRINCIPAL,
            AccountCode.CARD_BONUS,
            AccountCode.WALLET_PRINCIPAL,
            AccountCode.WALLET_BONUS,
        )
        came_in = self.sold_minor + self.paid_in_minor - self.sent_back_minor
        given = self.discount_minor + self.vouchers_used_minor
        bought = self.taken_minor - self.given_back_minor
        left = self.paid_out_minor + self.to_be_paid_out_minor
        return [
            Comparison("cards sold at the tills", self.sold_minor, -gained(AccountCode.MERCHANT_RECEIVABLE)),
            Comparison(
                "topped up less sent back",
                self.paid_in_minor - self.sent_back_minor,
                self.paid_over_minor - gained(AccountCode.PROVIDER_RECEIVABLE, AccountCode.PROVIDER_FEES),
            ),
            Comparison("owed to the shops", bought, gained(AccountCode.MERCHANT_PAYABLE)),
            Comparison("given by the programme", given, -gained(AccountCode.PROMOTIONAL_VALUE)),
            Comparison("at the bank", self.at_the_bank_minor, -gained(AccountCode.BANK)),
            Comparison("received from a company", self.from_companies_minor, gained(AccountCode.CORPORATE_FUNDING)),
            Comparison("received from nobody knows whom", self.from_nobody_minor, gained(AccountCode.SUSPENSE)),
            Comparison("kept for whoever leaves", self.to_be_paid_out_minor, gained(AccountCode.CLOSURE_PAYABLE)),
            Comparison("on cards and in wallets", came_in + given - bought - left, gained(*outstanding)),
        ]
