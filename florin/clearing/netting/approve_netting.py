"""Approve a netting statement: what two programmes owe each other is set off in both books, and the rest is due."""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from florin.clearing.answers import declined
from florin.clearing.house import ClearingHouse
from florin.clearing.netting.views import netting_view
from florin.clearing.settlement.allowed import DECIDE
from florin.crypto.vault import Vault
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.journal import FlowAccount, signed
from florin.domain.netting import NettingStatement, NettingStatus, permit_approval
from florin.domain.netting_payout import NettingPayout
from florin.domain.payout import PayoutStatus
from florin.domain.people import Actor, second_person
from florin.storage.corporate.bank_accounts import bank_account_of
from florin.storage.netting.nettings import find_netting
from florin.storage.people.logins import CodeProof, spend_code_at_once
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class ApproveNetting:
    """Approve exactly what was looked at: the hash stands for all figures, and for where the rest is paid to."""

    netting_id: UUID
    details_hash: bytes


async def approve_netting(
    house: ClearingHouse,
    actor: Actor,
    command: ApproveNetting,
    proof: CodeProof,
    key: str,
    request_id: str | None = None,
) -> Answer | Decline:
    """Approve a netting statement; the one-time code is spent by it. The answer is the statement.

    Declines: ``role_required``, ``netting_statement_not_found``, ``same_person``, ``totp_code_incorrect``,
    ``netting_statement_not_in_state``, ``netting_statement_changed``, also when the account of the programme that is
    paid is another one by now, ``bank_account_not_set`` when it has none.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key goes on where this ended, with a new code.
    """
    if not actor.has(*DECIDE):
        return Decline.ROLE_REQUIRED
    found = await find_netting(house.pool, command.netting_id)
    if found is None:
        return Decline.NETTING_STATEMENT_NOT_FOUND
    creditor_id = found.creditor_id
    account = None if creditor_id is None else await bank_account_of(house.pool, creditor_id)
    if not await spend_code_at_once(house.pool, proof):
        return Decline.TOTP_CODE_INCORRECT

    def decide(group: Group) -> Outcome:
        statement = group.nettings.known(command.netting_id)
        refusal = second_person(statement.drafted_person, actor) or permit_approval(statement, command.details_hash)
        if refusal is not None:
            return declined(refusal)
        if statement.payee != account:
            return declined(Decline.NETTING_STATEMENT_CHANGED)
        return _approved(group, house, actor, statement)

    caller = Caller(actor.login_id, actor.session_id, None, request_id)
    wanted = Wanted(netting_statement_id=command.netting_id)
    return await house.engine.submit(house.request(caller, key, "approve_netting", command, wanted, decide))


def _approved(group: Group, house: ClearingHouse, actor: Actor, statement: NettingStatement) -> Outcome:
    statement.status, statement.approved_at = NettingStatus.APPROVED, group.now
    statement.approved_hash = statement.details_hash
    statement.approved_by, statement.approved_person = actor.login_id, actor.person_id
    then = []
    if statement.offset_minor:
        statement.first_journal_id = _set_off(group, statement, statement.first_id, statement.second_id)
        then.append(_other_side(house, actor, statement))
    payout = _payout(group, house.vault, statement)
    if payout is not None:
        group.netting_payouts.add(payout)
    group.nettings.save(statement)
    view, journal_id = netting_view(statement), statement.first_journal_id
    told = {"netting_id": view["id"], "details_hash": view["details_hash"]}
    group.record(actor.session_id, "netting.approved", statement.first_id, told)
    group.emit("netting.approved", statement.first_id, None if journal_id else view, journal_id)
    return Outcome(view, journal_id=journal_id, subject_id=statement.id, then=then)


def _set_off(group: Group, statement: NettingStatement, own_id: UUID, other_id: UUID) -> UUID:
    owed = FlowAccount(AccountCode.DUE_TO_PROGRAMMES, other_id)
    coming = FlowAccount(AccountCode.DUE_FROM_PROGRAMMES, other_id)
    movement = signed(statement.offset_minor, owed, coming)
    return group.post(Event.PROGRAMMES_NETTED, group.programme(own_id), [movement])


def _other_side(house: ClearingHouse, actor: Actor, statement: NettingStatement) -> PostingRequest:
    """The same in the second programme's book, as an operation of its own."""

    def decide(group: Group) -> Outcome:
        statement.second_journal_id = _set_off(group, statement, statement.second_id, statement.first_id)
        group.nettings.save(statement)
        group.emit("netting.approved", statement.second_id, None, statement.second_journal_id)
        return Outcome(netting_view(statement), journal_id=statement.second_journal_id, subject_id=statement.second_id)

    # The statement is the caller: no client is, so nobody else uses its keys.
    caller = Caller(statement.id, actor.session_id)
    return house.request(caller, "set off", "set_off_netting", statement.id, Wanted(), decide)


def _payout(group: Group, vault: Vault, statement: NettingStatement) -> NettingPayout | None:
    """What the debtor is to pay, to the account that was looked at."""
    debtor_id, creditor_id, payee = statement.debtor_id, statement.creditor_id, statement.payee
    if debtor_id is None or creditor_id is None or payee is None:
        return None
    payout_id = group.fresh_id(None)
    return NettingPayout(
        id=payout_id,
        netting_id=statement.id,
        programme_id=debtor_id,
        creditor_id=creditor_id,
        unit=statement.unit,
        amount_minor=statement.net_minor,
        status=PayoutStatus.DUE,
        made_at=group.now,
        account_encrypted=vault.netting_accounts.seal(msgspec.json.encode(payee), payout_id.bytes),
    )
