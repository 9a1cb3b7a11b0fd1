"""Pack ``cn``: single-purpose commercial prepaid cards in mainland China, in yuan.

Source: the Measures for the Administration of Single-Purpose Commercial Prepaid Cards (for trial implementation),
单用途商业预付卡管理办法(试行), Ministry of Commerce Order 2012 No. 9, in force since 1 November 2012, amended in August
2016. Defaults for a programme, not legal advice: local rules may be stricter.
"""

from datetime import date
from typing import Final

from florin.domain.policy.facts import Holding
from florin.domain.policy.pack import Pack
from florin.domain.policy.rules import (
    BalanceCap,
    BankTransferOnly,
    CoolingOff,
    Custody,
    NamelessCap,
    OwnNetwork,
    PaidOutByName,
    QuarterlyReturn,
    RealName,
    Retention,
    SaleNote,
    Validity,
)
from florin.domain.programme import IssuerClass

_MEASURES: Final = "单用途商业预付卡管理办法(试行), Ministry of Commerce Order 2012 No. 9"
_OPINIONS: Final = "关于规范商业预付卡管理的意见, General Office of the State Council, document 2011 No. 25"
_INTERPRETATION: Final = (
    "最高人民法院关于审理预付式消费民事纠纷案件适用法律若干问题的解释, Supreme People's Court interpretation 2025 No. 4"
)
_IN_FORCE: Final = date(2012, 11, 1)
_ANY_AMOUNT_MINOR: Final = 1
_BEARER_CAP_MINOR: Final = 1_000_00

CN: Final = Pack(
    name="cn",
    currency="CNY",
    rules=(
        BalanceCap(source=_MEASURES, effective_from=_IN_FORCE, holding=Holding.BEARER, cap_minor=_BEARER_CAP_MINOR),
        BalanceCap(source=_MEASURES, effective_from=_IN_FORCE, holding=Holding.REGISTERED, cap_minor=5_000_00),
        OwnNetwork(source=f"{_MEASURES}, article 2", effective_from=_IN_FORCE),
        RealName(source=_MEASURES, effective_from=_IN_FORCE, holding=Holding.REGISTERED, from_minor=_ANY_AMOUNT_MINOR),
        RealName(source=_MEASURES, effective_from=_IN_FORCE, holding=Holding.BEARER, from_minor=10_000_00),
        # Until its holder is known a wallet is as a bearer card is (ADR 0011).
        NamelessCap(
            source=_MEASURES, effective_from=_IN_FORCE, holding=Holding.REGISTERED, cap_minor=_BEARER_CAP_MINOR
        ),
        BankTransferOnly(source=f"{_MEASURES}; {_OPINIONS}", effective_from=_IN_FORCE, from_minor=5_000_00),
        PaidOutByName(source=_MEASURES, effective_from=_IN_FORCE, cash_minor=100_00),
    ),
    validities=(
        Validity(source=_MEASURES, effective_from=_IN_FORCE, holding=Holding.BEARER, minimum_years=3),
        Validity(source=_MEASURES, effective_from=_IN_FORCE, holding=Holding.REGISTERED, minimum_years=None),
    ),
    cooling_offs=(CoolingOff(source=f"{_INTERPRETATION}, article 14", effective_from=date(2025, 5, 1), days=7),),
    sale_notes=(
        SaleNote(
            source="国家税务总局公告2016年第53号, State Taxation Administration announcement 2016 No. 53, article 3",
            effective_from=date(2016, 9, 1),
            text="预付卡销售和充值不征收增值税,发票编码601“预付卡销售和充值”。",
            english="No VAT is charged on the sale of prepaid cards: code 601, sale and top-up of prepaid cards.",
        ),
    ),
    custodies=tuple(
        Custody(
            source=f"{_MEASURES}, article 26", effective_from=_IN_FORCE, issuer_class=issuer_class, basis_points=parts
        )
        for issuer_class, parts in ((IssuerClass.LARGE, 2_000), (IssuerClass.GROUP, 3_000), (IssuerClass.BRAND, 4_000))
    ),
    returns=(QuarterlyReturn(source=f"{_MEASURES}, article 31", effective_from=_IN_FORCE, due_day=25),),
    retention=(Retention(source=_MEASURES, effective_from=_IN_FORCE, transaction_years=3, identity_years=5),),
)
