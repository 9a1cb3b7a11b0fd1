"""The demo programme: Honeynut Farm, whose cards are sold and accepted in ten farm shops."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from types import MappingProxyType
from typing import Final, TypeVar
from uuid import UUID

from florin.clearing.configuration.add_merchant import AddMerchant, add_merchant
from florin.clearing.configuration.add_product import AddProduct, add_product
from florin.clearing.configuration.add_terminal import AddTerminal, add_terminal
from florin.clearing.configuration.create_programme import CreateProgramme, create_programme
from florin.clearing.configuration.issue_api_key import IssueApiKey, issue_api_key
from florin.clearing.configuration.publish_agreement import PublishAgreement, publish_agreement
from florin.clearing.configuration.set_bank_account import SetBankAccount, set_bank_account
from florin.clearing.configuration.set_loyalty_terms import SetLoyaltyTerms, set_loyalty_terms
from florin.clearing.configuration.set_network import SetNetwork, set_network
from florin.clearing.configuration.set_tiers import SetTiers, set_tiers
from florin.clearing.configuration.set_trial_card import SetTrialCard, TrialCard, set_trial_card
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.dormancy import DormancyTerms
from florin.domain.loyalty_terms import LoyaltyTerms
from florin.domain.points import PointsRule, Reward
from florin.domain.policy.catalogue import PackName
from florin.domain.programme import ProductKind, Programme
from florin.domain.programme_terms import ProgrammeTerms
from florin.domain.scopes import OPERATOR_SCOPES, TILL_SCOPES
from florin.domain.tiers import Ladder, Tier
from florin.storage.audit_trail import Author
from florin.storage.configuration import ConfigurationChange, configuration_change
from florin.storage.connect import Pool
from florin.storage.notices.notice_texts import NoticeTerms

_Made = TypeVar("_Made")

DEMO_CODE: Final = "honeynut"

MERCHANTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "orchard-gate": "Orchard Gate Farm Shop",
        "mill-lane": "Mill Lane Bakery",
        "dairy-yard": "Dairy Yard",
        "beehive": "The Beehive Honey House",
        "long-meadow": "Long Meadow Greengrocer",
        "east-barn": "East Barn Market",
        "riverside": "Riverside Smokehouse",
        "walnut-tree": "Walnut Tree Café",
        "station-kiosk": "Station Road Farm Kiosk",
        "delivery": "Honeynut Box Delivery",
    }
)
TERMINALS: Final = ("till-1", "till-2")
TIERS: Final = (
    Tier("bronze", from_minor=5_000_00, price_basis_points=9_800),
    Tier("silver", from_minor=10_000_00, price_basis_points=9_500),
    Tier("gold", from_minor=30_000_00, price_basis_points=9_300),
)
"""What companies pay of a face, by what they have brought in so far."""

PERSONAL_TIERS: Final = (
    Tier("yellow", from_minor=1_000_00, price_basis_points=9_800),
    Tier("red", from_minor=2_000_00, price_basis_points=9_500),
    Tier("black", from_minor=3_000_00, price_basis_points=9_300),
)
"""What members pay of a price, by what they have spent so far."""

LOYALTY: Final = LoyaltyTerms(
    points=PointsRule(1_00, double_days=(8, 18, 28), keep_from_points=3_000),
    monthly=(Reward(1_000, 10_00), Reward(2_000, 25_00), Reward(3_000, 40_00)),
    offers=(Reward(500, 5_00), Reward(1_000, 12_00), Reward(2_000, 30_00)),
    referral_face_minor=50_00,
)
"""A point a yuan, vouchers for a month's points, and one for both sides of a referral."""

NOTICES: Final = NoticeTerms(quiet_from=time(22), quiet_until=time(8), member_day=8)
"""In Chinese unless a member wishes otherwise, not at night, and of birthdays, the members' day and what expires."""

DORMANCY: Final = DormancyTerms(low_balance_days=30, dormant_days=30, notice_days=7)
"""Inactive is who has used nothing for a month, with little money or much; dormant after another. Nothing is taken."""

TRIAL: Final = TrialCard(100_00, 90_00)
"""A member's first recharge card of a hundred yuan costs ninety online."""

BANK_ACCOUNT: Final = BankAccount.read("蜂蜜坚果农场有限公司", "农业银行示范支行", "6222 0000 0000 0000 017")
"""Where the demo's companies are told to pay to; there is no such account."""

_PROGRAMME: Final = CreateProgramme(
    code=DEMO_CODE,
    unit="CNY",
    time_zone="Asia/Shanghai",
    cut_off=time(0),
    issuer_prefix="987654",
    terms=ProgrammeTerms(name="Honeynut Farm", policy_pack=PackName.CN, low_balance_threshold_minor=20_00),
)

AGREEMENT: Final = """Honeynut Farm membership agreement, version 1

1. Your wallet holds money that you have loaded with Honeynut recharge cards. It pays in Honeynut Farm's shops and for \
its deliveries, and nowhere else.
2. Value that you paid for and value that we gave you are kept apart and shown apart. What we gave is spent first.
3. A recharge card is loaded whole and once. Keep your number, PIN and password to yourself: who has them can spend.
4. Goods that you return are paid back to where the money came from.
5. Your money does not expire. You may close your account at any time and have what you paid for paid out to a bank \
account in your own name.
6. We keep your name, how to reach you and what you bought as long as the law requires, and show them to nobody whom \
the law does not name.
"""


class DemoCodeTaken(Exception):
    """Something of the demo's has a code that another programme's merchant has; nothing was created."""


@dataclass(frozen=True, slots=True)
class DemoProgramme:
    """The programme, and the tokens created now: none when it was there already, for tokens are kept nowhere."""

    programme: Programme
    operator_token: str | None = field(default=None, repr=False)
    merchant_tokens: Mapping[str, str] = field(default_factory=dict, repr=False)


async def create_demo_programme(pool: Pool, now: datetime) -> DemoProgramme:
    """Create everything that the demo works with, all together; nothing when there is such a programme already."""
    async with configuration_change(pool, Author(None, now)) as change:
        existing = change.catalogue.programme_by_code(DEMO_CODE)
        if existing is not None:
            return DemoProgramme(existing)
        programme = _done(await create_programme(change, _PROGRAMME))
        products = {each.code: _done(await add_product(change, each)) for each in _products(programme.id)}
        _done(await set_trial_card(change, SetTrialCard(programme.id, products["recharge"].id, TRIAL)))
        _done(await set_tiers(change, SetTiers(programme.id, TIERS)))
        _done(await set_tiers(change, SetTiers(programme.id, PERSONAL_TIERS, Ladder.PERSONAL)))
        _done(await set_loyalty_terms(change, SetLoyaltyTerms(programme.id, LOYALTY)))
        await change.set_notice_terms(programme.id, NOTICES)
        await change.set_dormancy_terms(programme.id, DORMANCY)
        _done(await set_bank_account(change, SetBankAccount(programme.id, BANK_ACCOUNT)))
        agreement = PublishAgreement(programme_id=programme.id, version="1", text=AGREEMENT, effective_at=now)
        _done(await publish_agreement(change, agreement))
        operator = _done(await issue_api_key(change, IssueApiKey(name="Honeynut operator", scopes=OPERATOR_SCOPES)))
        tokens = {code: await _add_shop(change, programme.id, code, name) for code, name in MERCHANTS.items()}
    return DemoProgramme(programme, operator.token, tokens)


def _products(programme_id: UUID) -> tuple[AddProduct, ...]:
    return (
        AddProduct(
            programme_id=programme_id,
            code="gift",
            name="Honeynut gift card",
            kind=ProductKind.BEARER_GIFT,
            denominations_minor=(100_00, 200_00, 500_00, 1000_00),
            has_ecode=True,
            validity_years=3,
        ),
        AddProduct(
            programme_id=programme_id,
            code="gift-registered",
            name="Honeynut registered gift card",
            kind=ProductKind.REGISTERED_GIFT,
            denominations_minor=(100_00, 200_00, 500_00, 1000_00, 2000_00),
        ),
        AddProduct(
            programme_id=programme_id,
            code="recharge",
            name="Honeynut recharge card",
            kind=ProductKind.RECHARGE,
            denominations_minor=(100_00, 200_00, 500_00, 1000_00),
            validity_years=3,
        ),
    )


async def _add_shop(change: ConfigurationChange, programme_id: UUID, code: str, name: str) -> str:
    merchant = _done(await add_merchant(change, AddMerchant(code, name)))
    for terminal in TERMINALS:
        _done(await add_terminal(change, AddTerminal(merchant.id, terminal)))
    membership = SetNetwork(programme_id=programme_id, merchant_id=merchant.id, accepts=True, sells=True)
    _done(await set_network(change, membership))
    key = IssueApiKey(name=f"{name} tills", scopes=TILL_SCOPES, merchant_id=merchant.id)
    return _done(await issue_api_key(change, key)).token


def _done(result: _Made | Decline) -> _Made:
    # An exception leaves the change, so nothing of the demo is kept when one of its codes belongs to somebody else.
    if isinstance(result, Decline):
        raise DemoCodeTaken(f"the demo programme cannot be created: {result}")
    return result
