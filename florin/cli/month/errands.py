"""What members do in the month: join, sign in, top up, load cards, buy, and use what they have earned."""

from enum import Enum, auto
from typing import Final

from florin.batch.demo_tills import UNIT, StoryCard, StoryInterrupted, approved, subject
from florin.batch.opening_story import StoryMember, join
from florin.clearing.loyalty.exchange_points import ExchangePoints, exchange_points
from florin.clearing.loyalty.use_voucher import UseVoucher, use_voucher
from florin.clearing.membership.record_identity import record_identity
from florin.clearing.membership.sign_in import SignIn, sign_in
from florin.clearing.payments.create_payment import CreatePayment, PaymentBegun, create_payment
from florin.clearing.payments.split_purchase import SplitPurchase, split_purchase
from florin.clearing.redeem import RedeemCommand, redeem
from florin.cli.month.cast import Role
from florin.cli.month.provider import NAME as PROVIDER
from florin.cli.month.stage import ADDRESS, Bought, Member, Stage, done, told
from florin.domain.identity import Identity
from florin.domain.loyalty_terms import LoyaltyTerms
from florin.domain.payment import Payment
from florin.domain.vouchers import VoucherStatus
from florin.storage.audit_trail import Author
from florin.storage.loyalty.points import points_of
from florin.storage.loyalty.vouchers import vouchers_of
from florin.storage.members.sessions import SignedIn

PATRON: Final = "chen.jie"
"""Whom new members name who were brought in."""

_THINKING_S: Final = (40, 240)
_UNDERPAID_MINOR: Final = 1_00
_FIRST: Final = 100


class Pays(Enum):
    """What becomes of a payment at the provider."""

    AS_ASKED = auto()
    UNHEARD = auto()  # it is paid, and the notification does not come
    NEVER = auto()
    REFUSES = auto()
    TOO_LITTLE = auto()


async def register(stage: Stage, role: Role, identity: Identity, password: str) -> Member:
    """Somebody new, known by name from the first day on."""
    story = StoryMember(role.user_name, password)
    referrer = PATRON if role.referred and PATRON in stage.members else None
    member_id = await join(stage.house, stage.programme, story, stage.clock(), referrer)
    member = Member(role, story, identity, member_id)
    stage.members[role.user_name] = member
    stage.notes.happened["joined"] += 1
    stage.notes.happened["joined by referral"] += referrer is not None
    await enter(stage, member)
    author = Author(member.signed_in.session_id, stage.clock())
    done("real name", await record_identity(stage.house, member.id, identity, author))
    return member


async def enter(stage: Stage, member: Member) -> None:
    """Sign in, unless a session is open."""
    stage.clock.let_pass(stage.chance.randint(*_THINKING_S))
    if member.session is not None and member.session.expires_at > stage.clock():
        return
    typed = SignIn(
        programme_id=stage.programme.id, name=member.story.user_name, password=member.story.password, address=ADDRESS
    )
    opened = done("sign-in", await sign_in(stage.house, typed, stage.clock()))
    member.session = SignedIn(opened.session_id, opened.member_id, stage.programme.id, opened.expires_at)


async def top_up(stage: Stage, member: Member, amount_minor: int, pays: Pays = Pays.AS_ASKED) -> Payment:
    """Begin a payment into the wallet, and do at the provider what ``pays`` says."""
    await enter(stage, member)
    command = CreatePayment(PROVIDER, amount_minor, UNIT)
    begun = await create_payment(stage.house, member.caller, stage.key(), command, ADDRESS, stage.clock())
    payment = done("top-up", begun).payment
    stage.notes.happened["top-ups begun"] += 1
    await _at_provider(stage, payment, pays)
    return payment


async def _at_provider(stage: Stage, payment: Payment, pays: Pays) -> None:
    pay_url = payment.pay_url or ""
    stage.clock.let_pass(stage.chance.randint(*_THINKING_S))
    match pays:
        case Pays.NEVER:
            return
        case Pays.REFUSES:
            await stage.provider.refuse(pay_url)
        case Pays.TOO_LITTLE:
            await stage.provider.pay_less(pay_url, _UNDERPAID_MINOR)
        case Pays.AS_ASKED | Pays.UNHEARD:
            await stage.provider.pay(pay_url)
            stage.notes.paid_in_minor += payment.amount_minor
    if pays is not Pays.UNHEARD:
        await stage.provider.notify()


async def load(stage: Stage, member: Member, card: StoryCard, face_minor: int) -> None:
    """Buy a recharge card at a till and load it."""
    await enter(stage, member)
    await stage.tills.sell("station-kiosk", card)
    stage.notes.sold_minor += face_minor
    command = RedeemCommand(card.number, card.pin)
    await approved(stage.house, redeem(stage.house, member.caller, stage.key(), command))
    stage.notes.happened["recharge cards loaded"] += 1


async def buy(stage: Stage, member: Member, amount_minor: int) -> Bought:
    """Pay at a till with a code; the price is within the wallet's means."""
    await enter(stage, member)
    before_minor = await stage.balance_of(member)
    merchant = stage.a_merchant()
    answer = await stage.tills.take(merchant, await stage.tills.code_of(member.id), amount_minor)
    said = told(answer)
    paid_minor = before_minor - said["available"]["amount"]
    bought = Bought(subject(answer), merchant, stage.clock.today, said["approved"]["amount"], amount_minor - paid_minor)
    stage.notes.happened["low-balance notices"] += said["low_balance"]
    note_purchase(stage, member, bought)
    return bought


def note_purchase(stage: Stage, member: Member, bought: Bought) -> None:
    """Write a purchase down."""
    member.bought.append(bought)
    stage.notes.happened["purchases"] += 1
    stage.notes.taken_minor += bought.taken_minor
    stage.notes.discount_minor += bought.discount_minor
    stage.notes.spent[member.id, bought.day] += bought.taken_minor - bought.discount_minor


async def buy_with_rest_online(stage: Stage, member: Member, amount_minor: int, pays: Pays) -> None:
    """Pay with all that the wallet holds, and the rest online, if it is paid."""
    await enter(stage, member)
    before_minor = await stage.balance_of(member)
    merchant = stage.a_merchant()
    caller, key, reference = stage.tills.next(merchant)
    command = SplitPurchase(await stage.tills.code_of(member.id), amount_minor, UNIT, reference, PROVIDER)
    begun = await split_purchase(stage.house, caller, key, command, stage.clock())
    if not isinstance(begun, PaymentBegun):
        raise StoryInterrupted(f"split purchase: {begun}")
    payment = begun.payment
    stage.notes.happened["split purchases begun"] += 1
    await _at_provider(stage, payment, pays)
    if pays is Pays.AS_ASKED and payment.hold_id is not None:
        stage.notes.happened["split purchases completed"] += 1
        paid_minor = before_minor + payment.amount_minor - await stage.balance_of(member)
        discount_minor = amount_minor - paid_minor
        # The purchase bears the id of what was held for it.
        bought = Bought(payment.hold_id, merchant, stage.clock.today, amount_minor, discount_minor)
        note_purchase(stage, member, bought)


async def exchange(stage: Stage, member: Member, terms: LoyaltyTerms) -> int:
    """Exchange points for the least voucher that is offered, if there are enough; return how many were given."""
    await enter(stage, member)
    offer = min(terms.offers, key=lambda each: each.points)
    if await points_of(stage.house.pool, member.id) < offer.points:
        return 0
    await approved(
        stage.house, exchange_points(stage.house, member.caller, stage.key(), ExchangePoints(offer.points), terms)
    )
    stage.notes.happened["points exchanged"] += offer.points
    return offer.points


async def use_vouchers(stage: Stage, member: Member) -> None:
    """Turn all vouchers into money to spend."""
    await enter(stage, member)
    for voucher in (await vouchers_of(stage.house.pool, member.id, _FIRST)).items:
        if voucher.status is VoucherStatus.GRANTED:
            command = UseVoucher(voucher.id)
            await approved(stage.house, use_voucher(stage.house, member.caller, stage.key(), command))
            stage.notes.happened["vouchers used"] += 1
            stage.notes.vouchers_used_minor += voucher.face_minor
