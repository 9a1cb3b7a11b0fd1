"""What befalls the leads of the cast, each on a day of the story; `florin.cli.month.leaving` tells of those who go."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final
from uuid import UUID

from florin.batch.demo_tills import StoryCard, approved, subject
from florin.clearing.cases.open_case import OpenCase, open_own_case
from florin.clearing.cases.refund_case import RefundCase, refund_case
from florin.clearing.cases.step_case import StepCase, step_case
from florin.clearing.dormancy.member_contacts import RecordContact, contact_list, record_contact
from florin.clearing.loss.replace_lost_card import ReplaceLostCard, replace_lost_card
from florin.clearing.loss.report_loss import report_own_loss
from florin.clearing.payments.request_refund import RequestRefund, request_refund
from florin.cli.month import leaving
from florin.cli.month.cast import Part
from florin.cli.month.errands import Pays, buy, buy_with_rest_online, enter, exchange, top_up, use_vouchers
from florin.cli.month.office import MANAGER, OPERATOR
from florin.cli.month.stage import Bought, Member, Stage, done, told
from florin.domain.case_life import CaseKind, CaseOperation
from florin.domain.loyalty_terms import LoyaltyTerms
from florin.domain.member_contact import ContactChannel, ContactOutcome
from florin.domain.payment import Payment

_NOBODY: Final = UUID(int=0)
REGISTERED_FACE_MINOR: Final = 500_00

_PAGE: Final = 100
_OUTCOMES: Final = (ContactOutcome.COMES_BACK, ContactOutcome.NOT_REACHED, ContactOutcome.REACHED)

Deed = Callable[[], Awaitable[object]]


def plan(stage: Stage, member: Member, terms: LoyaltyTerms, card: StoryCard) -> None:
    """Put down what befalls a member who has just joined."""
    deeds: dict[Part, list[tuple[int, Deed]]] = {
        Part.CASTS_NET: [
            (6, partial(_big_shopping, stage, member, 700_00)),
            (12, partial(_big_shopping, stage, member, 600_00)),
            (18, partial(_exchange, stage, member, terms)),
        ],
        Part.FORGETS: [
            (2, partial(_one_purchase, stage, member, 36_50)),
            (34, partial(_one_purchase, stage, member, 22_00)),
        ],
        Part.RUNS_LOW: [(3, partial(_down_to, stage, member, 12_00))],
        Part.LEAVES: [(5, partial(_one_purchase, stage, member, 64_00)), (20, partial(_leave, stage, member))],
        Part.WANTS_TO_LEAVE: [(8, partial(_one_purchase, stage, member, 45_00)), (33, partial(_ask, stage, member))],
        Part.SPLITS: [
            (9, partial(_split, stage, member, Pays.AS_ASKED)),
            (16, partial(_split, stage, member, Pays.NEVER)),
        ],
        Part.COMPLAINS: [(10, partial(_complain, stage, member))],
        Part.LOSES_CARD: [(7, partial(_buy_card, stage, member, card)), (19, partial(_lose, stage, member, card))],
        Part.PAYS_WRONG: [(11, partial(_pay_wrong, stage, member))],
        Part.THINKS_BETTER: [(14, partial(_think_better, stage, member))],
    }
    for day, deed in deeds.get(member.role.part, []) if member.role.part else []:
        stage.on_day(day, deed)


async def call_whoever_is_quiet(stage: Stage) -> None:
    """Customer service goes through the contact list."""
    operator = await stage.office.actor(OPERATOR)
    page = done(
        "contact list",
        await contact_list(stage.house, operator, stage.programme.id, _NOBODY, _PAGE, stage.clock()),
    )
    for each in page.items:
        stage.clock.let_pass(180)
        command = RecordContact(
            each.member_id, ContactChannel.PHONE, stage.chance.choice(_OUTCOMES), f"{each.user_name}: {each.stage}"
        )
        done("contact", await record_contact(stage.house, operator, command, stage.clock()))
        stage.notes.happened["members called"] += 1


async def _one_purchase(stage: Stage, member: Member, amount_minor: int) -> Bought:
    """Buy something at a certain price, for which the wallet is topped up if need be."""
    if await stage.balance_of(member) < amount_minor:
        await top_up(stage, member, 100_00)
    return await buy(stage, member, amount_minor)


async def _big_shopping(stage: Stage, member: Member, amount_minor: int) -> None:
    await top_up(stage, member, amount_minor)
    await buy(stage, member, amount_minor)


async def _down_to(stage: Stage, member: Member, rest_minor: int) -> None:
    await enter(stage, member)
    await buy(stage, member, await stage.balance_of(member) - rest_minor)


async def _exchange(stage: Stage, member: Member, terms: LoyaltyTerms) -> None:
    await exchange(stage, member, terms)
    await use_vouchers(stage, member)


async def _split(stage: Stage, member: Member, pays: Pays) -> None:
    if await stage.balance_of(member) == 0:
        await top_up(stage, member, 50_00)
    await buy_with_rest_online(stage, member, await stage.balance_of(member) + 58_00, pays)


async def _complain(stage: Stage, member: Member) -> None:
    bought = await _one_purchase(stage, member, 52_80)
    stage.clock.let_pass(1800)
    command = OpenCase(CaseKind.DISPUTE, "The chicken had gone off.", bought.id)
    case = done("case", await open_own_case(stage.house, member.signed_in, command, stage.key(), stage.clock()))
    operator = await stage.office.actor(OPERATOR)
    for operation, text in (
        (CaseOperation.ASSIGN, "Mine."),
        (CaseOperation.ASK_MERCHANT, "Can you say which delivery that was?"),
        (CaseOperation.ANSWER, "The shop is sorry and agrees."),
    ):
        stage.clock.let_pass(600)
        done("case", await step_case(stage.house, operator, StepCase(case.id, operation, text), stage.clock()))
    manager, proof = await stage.office.with_code(MANAGER)
    refund = await refund_case(stage.house, manager, RefundCase(case.id, None, None), proof, stage.key())
    done("refund of a case", refund)
    stage.notes.given_back_minor += bought.taken_minor
    stage.notes.discount_minor -= bought.discount_minor
    stage.notes.spent[member.id, bought.day] -= bought.taken_minor - bought.discount_minor
    text = "Given back whole."
    resolved = StepCase(case.id, CaseOperation.RESOLVE, text)
    done("case", await step_case(stage.house, operator, resolved, stage.clock()))
    stage.notes.happened["complaints settled by a refund"] += 1


async def _buy_card(stage: Stage, member: Member, card: StoryCard) -> None:
    stage.clock.let_pass(600)
    await stage.tills.sell("orchard-gate", card, member.identity)
    stage.notes.sold_minor += REGISTERED_FACE_MINOR
    await stage.tills.take("riverside", card.secret, 88_00)
    stage.notes.taken_minor += 88_00


async def _lose(stage: Stage, member: Member, card: StoryCard) -> None:
    await enter(stage, member)
    loss = done("loss", await report_own_loss(stage.house, member.signed_in, card.number, stage.key(), stage.clock()))
    manager, proof = await stage.office.with_code(MANAGER)
    command = ReplaceLostCard(subject(loss))
    replaced = await replace_lost_card(stage.house, manager, command, proof, stage.key(), stage.clock())
    done("replacement", replaced)
    stage.notes.happened["lost cards replaced"] += 1


async def _pay_wrong(stage: Stage, member: Member) -> None:
    await top_up(stage, member, 120_00, Pays.TOO_LITTLE)
    stage.notes.happened["top-ups paid otherwise"] += 1


async def _think_better(stage: Stage, member: Member) -> None:
    payment = await top_up(stage, member, 150_00)
    stage.on_day(stage.day + 1, partial(_send_back, stage, member, payment))


async def _send_back(stage: Stage, member: Member, payment: Payment) -> None:
    await enter(stage, member)
    command = RequestRefund(payment.id)
    answer = await approved(stage.house, request_refund(stage.house, member.caller, stage.key(), command))
    stage.notes.sent_back_minor += told(answer)["amount"]["amount"]
    stage.notes.happened["top-ups sent back"] += 1


async def _leave(stage: Stage, member: Member) -> None:
    closure_id = await leaving.ask_to_leave(stage, member)
    stage.on_day(stage.day + 4, partial(leaving.approve, stage, closure_id))
    stage.on_day(stage.day + 5, partial(leaving.bank_pays, stage, closure_id))
    stage.on_day(stage.day + 6, partial(leaving.certify, stage, closure_id))


async def _ask(stage: Stage, member: Member) -> None:
    await leaving.ask_to_leave(stage, member)
