"""The tables of which a posting group locks rows, decides on them and writes what has become of them."""

from dataclasses import dataclass, field

from florin.domain.break_proposal import BreakProposal
from florin.domain.break_record import Break
from florin.domain.closure import Closure
from florin.domain.closure_payout import ClosurePayout
from florin.domain.corporate_order import CorporateOrder
from florin.domain.funding_refund import FundingRefund
from florin.domain.loss import Loss
from florin.domain.merchant_payout import MerchantPayout
from florin.domain.merchant_statement import MerchantStatement
from florin.domain.netting import NettingStatement
from florin.domain.netting_payout import NettingPayout
from florin.domain.payment import Payment
from florin.domain.payment_refund import PaymentRefund
from florin.domain.purchase import Hold, Purchase
from florin.domain.suspense import SuspenseItem, SuspensePayout, SuspenseResolution
from florin.domain.vouchers import Voucher
from florin.storage.posting.working_rows import WorkingRows


@dataclass(slots=True)
class WorkingTables:
    """The rows of each table: the same for the facts that were read and for the group that decides on them."""

    purchases: WorkingRows[Purchase] = field(init=False, default_factory=WorkingRows)
    holds: WorkingRows[Hold] = field(init=False, default_factory=WorkingRows)
    orders: WorkingRows[CorporateOrder] = field(init=False, default_factory=WorkingRows)
    funding_refunds: WorkingRows[FundingRefund] = field(init=False, default_factory=WorkingRows)
    payments: WorkingRows[Payment] = field(init=False, default_factory=WorkingRows)
    payment_refunds: WorkingRows[PaymentRefund] = field(init=False, default_factory=WorkingRows)
    closures: WorkingRows[Closure] = field(init=False, default_factory=WorkingRows)
    payouts: WorkingRows[ClosurePayout] = field(init=False, default_factory=WorkingRows)
    merchant_statements: WorkingRows[MerchantStatement] = field(init=False, default_factory=WorkingRows)
    merchant_payouts: WorkingRows[MerchantPayout] = field(init=False, default_factory=WorkingRows)
    breaks: WorkingRows[Break] = field(init=False, default_factory=WorkingRows)
    break_proposals: WorkingRows[BreakProposal] = field(init=False, default_factory=WorkingRows)
    nettings: WorkingRows[NettingStatement] = field(init=False, default_factory=WorkingRows)
    netting_payouts: WorkingRows[NettingPayout] = field(init=False, default_factory=WorkingRows)
    suspense_items: WorkingRows[SuspenseItem] = field(init=False, default_factory=WorkingRows)
    suspense_resolutions: WorkingRows[SuspenseResolution] = field(init=False, default_factory=WorkingRows)
    suspense_payouts: WorkingRows[SuspensePayout] = field(init=False, default_factory=WorkingRows)
    vouchers: WorkingRows[Voucher] = field(init=False, default_factory=WorkingRows)
    losses: WorkingRows[Loss] = field(init=False, default_factory=WorkingRows)
