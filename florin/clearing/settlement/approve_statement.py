"""Approve a merchant's statement: a second person has looked at it; its fees are posted, and what it pays is due.

Where another programme pays the merchant, that one takes the net over in the same transaction: from then on it owes the
merchant, by its own statement of its own open business day, and has the amount coming from the statement's programme.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.allowed import DECIDE
from florin.clearing.settlement.views import statement_view, taken_over_view
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount, Movement, signed
from florin.domain.merchant_payout import MerchantPayout
from florin.domain.merchant_statement import MerchantStatement, StatementOperation, permit_statement
from florin.domain.payout import PayoutStatus
from florin.domain.people import Actor, second_person
from florin.storage.people.logins import CodeProof, spend_code_at_once
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, PostingRequest, Wanted
from florin.storage.settlement.statements import find_statement, waits_for_earlier

MOST_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class ApproveStatement:
    """Approve exactly what was looked at: the hash stands for all figures of the statement."""

    statement_id: UUID
    details_hash: bytes


Approval = tuple[ApproveStatement, Answer | Decline]
"""A statement that was to be approved, and what became of it."""


async def approve_statements(
    house: ClearingHouse,
    actor: Actor,
    commands: list[ApproveStatement],
    proof: CodeProof,
    key: str,
    request_id: str | None = None,
) -> list[Approval] | Decline:
    """Approve statements one by one, a merchant's earlier days first; the one-time code is spent by all together.

    Declines: ``role_required``, ``totp_code_incorrect``. Each statement has an answer of its own: the statement, or
    ``merchant_statement_not_found``, ``merchant_statement_waits`` while an earlier day of the merchant is not approved,
    ``merchant_statement_not_drafted`` when no person has drawn it up, ``same_person``,
    ``merchant_statement_not_in_state``, ``merchant_statement_changed`` when its figures are other ones by now.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key goes on where this ended, with a new code.
    """
    if not actor.has(*DECIDE):
        return Decline.ROLE_REQUIRED
    if not await spend_code_at_once(house.pool, proof):
        return Decline.TOTP_CODE_INCORRECT
    found = [(each, await find_statement(house.pool, each.statement_id)) for each in commands]
    found.sort(key=lambda each: each[1].business_date.toordinal() if each[1] else 0)
    caller = Caller(actor.login_id, actor.session_id, None, request_id)
    return [(command, await _approve(house, actor, caller, command, statement, key)) for command, statement in found]


async def _approve(
    house: ClearingHouse,
    actor: Actor,
    caller: Caller,
    command: ApproveStatement,
    statement: MerchantStatement | None,
    key: str,
) -> Answer | Decline:
    if statement is None:
        return Decline.MERCHANT_STATEMENT_NOT_FOUND
    # An approved statement is never drafted again, so what does not wait now does not wait later.
    if await waits_for_earlier(house.pool, statement.id):
        return Decline.MERCHANT_STATEMENT_WAITS

    def decide(group: Group) -> Outcome:
        return _decide(group, house, actor, command)

    wanted = Wanted(merchant_statement_id=statement.id)
    own_key = f"{key}:{statement.id.hex}"
    return await house.engine.submit(
        house.request(caller, own_key, "approve_merchant_statement", command, wanted, decide)
    )


def _decide(group: Group, house: ClearingHouse, actor: Actor, command: ApproveStatement) -> Outcome:
    statement = group.merchant_statements.known(command.statement_id)
    following = permit_statement(StatementOperation.APPROVE, statement.status)
    if isinstance(following, Decline):
        return declined(following)
    if statement.drafted_person is None:
        return declined(Decline.MERCHANT_STATEMENT_NOT_DRAFTED)
    refusal = second_person(statement.drafted_person, actor)
    if refusal is not None:
        return declined(refusal)
    if statement.details_hash != command.details_hash:
        return declined(Decline.MERCHANT_STATEMENT_CHANGED)
    statement.journal_id = _post(group, statement)
    statement.status, statement.approved_at, statement.approved_hash = following, group.now, command.details_hash
    statement.approved_by, statement.approved_person = actor.login_id, actor.person_id
    group.merchant_statements.save(statement)
    then = [_taking_over(house, actor, statement)] if statement.passed_on_minor else []
    if statement.payout_minor and statement.pays_on is not None:
        group.merchant_payouts.add(
            MerchantPayout(
                id=group.fresh_id(None),
                statement_id=statement.id,
                programme_id=statement.programme_id,
                merchant_id=statement.merchant_id,
                unit=statement.unit,
                amount_minor=statement.payout_minor,
                pays_on=statement.pays_on,
                status=PayoutStatus.DUE,
                made_at=group.now,
            ),
        )
    view = statement_view(statement)
    told = {"statement_id": wire_id("merchant_statement", statement.id), "details_hash": command.details_hash.hex()}
    group.record(actor.session_id, "merchant.statement_approved", statement.merchant_id, told)
    journal_id = statement.journal_id
    group.emit("merchant.settled", statement.merchant_id, None if journal_id else view, journal_id)
    return Outcome(view, journal_id=journal_id, subject_id=statement.id, then=then)


def _post(group: Group, statement: MerchantStatement) -> UUID | None:
    programme = group.programme(statement.programme_id)
    payable = FlowAccount(AccountCode.MERCHANT_PAYABLE, statement.merchant_id)
    reserve = FlowAccount(AccountCode.MERCHANT_RESERVE, statement.merchant_id)
    income = FlowAccount(AccountCode.FEE_INCOME, programme.id)
    movements: list[Movement] = [
        (amount_minor, debit, credit)
        for amount_minor, debit, credit in (
            (statement.fees_minor, payable, income),
            (statement.fees_returned_minor, income, payable),
            (statement.reserve_kept_minor, payable, reserve),
            (statement.reserve_released_minor, reserve, payable),
        )
        if amount_minor
    ]
    if statement.set_off_minor:
        cards = FlowAccount(AccountCode.MERCHANT_RECEIVABLE, statement.merchant_id)
        movements.append(signed(statement.set_off_minor, payable, cards))
    if statement.passed_on_minor and statement.acceptor_id is not None:
        owed = FlowAccount(AccountCode.DUE_TO_PROGRAMMES, statement.acceptor_id)
        movements.append(signed(statement.passed_on_minor, payable, owed))
    return group.post(Event.MERCHANT_SETTLED, programme, movements) if movements else None


def _taking_over(house: ClearingHouse, actor: Actor, statement: MerchantStatement) -> PostingRequest:
    """What the programme that pays the merchant books, as an operation of its own."""

    def decide(group: Group) -> Outcome:
        acceptor = group.programme(statement.acceptor_id or statement.programme_id)
        payable = FlowAccount(AccountCode.MERCHANT_PAYABLE, statement.merchant_id)
        coming = FlowAccount(AccountCode.DUE_FROM_PROGRAMMES, statement.programme_id)
        movement = signed(statement.passed_on_minor, coming, payable)
        statement.taken_over_journal_id = group.post(Event.MERCHANT_TAKEN_OVER, acceptor, [movement])
        group.merchant_statements.save(statement)
        group.emit("merchant.taken_over", statement.merchant_id, None, statement.taken_over_journal_id)
        return Outcome(
            taken_over_view(statement), journal_id=statement.taken_over_journal_id, subject_id=statement.merchant_id
        )

    # The statement is the caller: no client is, so nobody else uses its keys.
    caller, told = Caller(statement.id, actor.session_id), (statement.id, statement.passed_on_minor)
    return house.request(caller, "taken over", "take_over_merchant_statement", told, Wanted(), decide)
