"""One of everything that concerns a bank: what closed accounts and merchants are paid, statements, breaks, suspense."""

from uuid import UUID

from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Caller
from tests.corporate import BANK_ACCOUNT, Corporate
from tests.world import NOON, World


def closure_things(world: World, member: Caller) -> dict[str, UUID]:
    """An approved closure of the member's account, a payout that waits for an account, and an unfinished file."""
    closure_id, payout_id, file_id = fresh_id(), fresh_id(), fresh_id()
    world.insert(
        "closure",
        id=closure_id, shard=0, programme_id=world.home, owner_kind="member", owner_id=member.id, unit="CNY",
        principal_minor=0, bonus_minor=0, in_cash=False, details_hash=b"", status="approved",
        requested_by=member.id, requested_at=NOON, verify_until=NOON, decided_at=NOON,
    )  # fmt: skip
    world.insert(
        "closure_payout",
        id=payout_id, shard=0, closure_id=closure_id, programme_id=world.home, owner_id=member.id, unit="CNY",
        amount_minor=1, cause="given_back", source_journal_id=payout_id, in_cash=False, status="account_needed",
        made_at=NOON,
    )  # fmt: skip
    (number,) = world.one("SELECT 1 + coalesce(max(number), 0) FROM payout_file")
    world.insert(
        "payout_file",
        id=file_id, programme_id=world.home, number=number, unit="CNY", payouts=1, total_minor=1, made_by=member.id,
        made_person=member.id, made_at=NOON, pays_on=NOON.date(), payer_holder="Farm", payer_bank="Bank",
        payer_number="6222",
    )  # fmt: skip
    return {"closure": closure_id, "closure_payout": payout_id, "payout_file": file_id}


def statement_things(world: World, corporate: Corporate) -> dict[str, UUID]:
    """A bank account of the home programme, a file of it that was kept apart, a run of matching, and fees proposed."""
    counterparty_id, file_id, run_id = fresh_id(), fresh_id(), fresh_id()
    world.insert(
        "counterparty",
        id=counterparty_id, kind="bank", code=f"b{counterparty_id.hex[-12:]}", name="Bank", programme_id=world.home,
        owner_id=world.home, account_number=counterparty_id.hex.upper(), currency="CNY", formats=["mt_940"], lag_days=1,
        date_window_days=3, amount_tolerance_minor=0, fee_tolerance_minor=0, write_off_limit_minor=0,
        is_numbered=False, created_at=NOON,
    )  # fmt: skip
    world.insert(
        "statement_file",
        id=file_id, counterparty_id=counterparty_id, format="mt_940", name="a.sta", sha256=file_id.bytes * 2,
        size_bytes=0, state="quarantined", given_at=NOON, read_at=NOON, problem="unreadable", problem_detail="noise",
    )  # fmt: skip
    world.insert(
        "match_run",
        id=run_id, rule_version=1, today=NOON.date(), began_at=NOON, finished_at=NOON, files_taken_in=0,
        files_quarantined=0,
    )  # fmt: skip
    terms_id, maker = fresh_id(), corporate.finance
    world.insert(
        "fee_terms_proposal",
        id=terms_id, counterparty_id=counterparty_id, effective_on=NOON.date(), basis_points=60, flat_minor=0,
        status="proposed", proposed_by=maker.login_id, proposed_person=maker.person_id, proposed_at=NOON,
    )  # fmt: skip
    world.connection.execute("DELETE FROM day_reopening")
    world.insert(
        "day_reopening",
        id=run_id, programme_id=world.home, business_date=NOON.date(), reason="late", status="proposed",
        proposed_by=run_id, proposed_person=run_id, proposed_at=NOON,
    )  # fmt: skip
    world.insert("proof_run", id=run_id, extent="full", began_at=NOON, duration_ms=1, ok=True)
    break_id = fresh_id()
    world.insert(
        "break",
        id=break_id, kind="control_total", counterparty_id=counterparty_id, programme_id=world.home, file_id=file_id,
        amount_minor=0, currency="CNY", value_on=NOON.date(), run_id=run_id, opened_at=NOON, state="open",
    )  # fmt: skip
    return {
        "counterparty": counterparty_id, "statement_file": file_id, "matching_run": run_id, "fee_terms": terms_id,
        "proof_run": run_id, "break": break_id, "day_reopening": run_id,
        "suspense_item": _suspense(world, counterparty_id),
        "suspense_payout": _goes_back(world, counterparty_id, corporate),
    }  # fmt: skip


def _suspense(world: World, counterparty_id: UUID) -> UUID:
    """Money that nobody was found for, on the line of a statement."""
    file_id, statement_id, line_id, item_id = fresh_id(), fresh_id(), fresh_id(), fresh_id()
    world.insert(
        "statement_file",
        id=file_id, counterparty_id=counterparty_id, format="mt_940", name="b.sta", sha256=file_id.bytes * 2,
        size_bytes=0, state="taken_in", given_at=NOON, read_at=NOON, booked_at=NOON, statements=1, lines=1,
    )  # fmt: skip
    world.insert(
        "statement",
        id=statement_id, file_id=file_id, position=1, counterparty_id=counterparty_id, basis="funds", is_last_page=True,
        currency="CNY", from_on=NOON.date(), to_on=NOON.date(), lines=1, in_minor=1, out_minor=0, taken_in_at=NOON,
    )  # fmt: skip
    world.insert(
        "statement_line",
        id=line_id, file_id=file_id, statement_id=statement_id, counterparty_id=counterparty_id, position=1,
        line_number=1, basis="funds", kind="credit", direction="in", amount_minor=1, fee_minor=0, currency="CNY",
        booked_on=NOON.date(), mentions=[], status="done", their_type="NTRF",
    )  # fmt: skip
    world.insert(
        "suspense_item",
        id=item_id, line_id=line_id, counterparty_id=counterparty_id, programme_id=world.home, unit="CNY",
        amount_minor=1, reason="nobody_named", bank_reference=item_id.hex, booked_on=NOON.date(), journal_id=item_id,
        opened_at=NOON,
    )  # fmt: skip
    return item_id


def _goes_back(world: World, counterparty_id: UUID, corporate: Corporate) -> UUID:
    """What two people have sent back, whose payout is due."""
    item_id, resolution_id, payout_id = _suspense(world, counterparty_id), fresh_id(), fresh_id()
    money = {"programme_id": world.home, "unit": "CNY", "amount_minor": 1}
    sealed = world.vault.payout_accounts.seal(BANK_ACCOUNT, resolution_id.bytes)
    world.insert(
        "suspense_resolution",
        id=resolution_id, item_id=item_id, kind="send_back", reason="by mistake", status="approved",
        proposed_by=resolution_id, proposed_person=corporate.finance.person_id, proposed_at=NOON,
        account_encrypted=sealed, last4="6222", decided_by=resolution_id,
        decided_person=corporate.manager.person_id, decided_at=NOON, approved_hash=b"", **money,
    )  # fmt: skip
    world.insert(
        "suspense_payout",
        id=payout_id, item_id=item_id, resolution_id=resolution_id, counterparty_id=counterparty_id, status="due",
        made_at=NOON, **money,
    )  # fmt: skip
    return payout_id


def settlement_things(world: World, corporate: Corporate) -> dict[str, UUID]:
    """An approved statement of the shop's with what it pays, and terms and an account that wait for a second person."""
    account_id, terms_id, statement_id, payout_id = fresh_id(), fresh_id(), fresh_id(), fresh_id()
    acceptor_id = fresh_id()
    maker, checker = corporate.finance, corporate.manager
    world.connection.execute("DELETE FROM merchant_account WHERE status = 'proposed'")
    world.connection.execute("DELETE FROM merchant_terms WHERE status = 'proposed'")
    world.connection.execute("DELETE FROM merchant_acceptor WHERE status = 'proposed'")
    proposed = {"merchant_id": world.shop.id, "status": "proposed", "proposed_by": maker.login_id,
                "proposed_person": maker.person_id, "proposed_at": NOON}  # fmt: skip
    sealed = world.vault.merchant_accounts.seal(
        b'{"holder": "Shop", "bank": "Bank", "number": "6222"}', account_id.bytes
    )
    world.insert("merchant_account", id=account_id, last4="6222", account_encrypted=sealed, **proposed)
    world.insert("merchant_acceptor", id=acceptor_id, effective_on="2999-01-01", **proposed)
    world.insert(
        "merchant_terms",
        id=terms_id, programme_id=world.home, effective_on="2999-01-01", flat_fee_minor=0, bands_from_minor=[0],
        bands_basis_points=[60], fees_on_refund="kept", reserve_basis_points=0, reserve_days=0,
        minimum_payout_minor=1, pays_after=1, sets_off=False, **proposed,
    )  # fmt: skip
    nothing = dict.fromkeys(
        ("purchases", "undone", "undone_minor", "refunds", "refunds_minor", "month_turnover_minor", "turnover_minor",
         "fees_minor", "fees_returned_minor", "reserve_kept_minor", "reserve_released_minor", "carried_in_minor",
         "carried_out_minor", "taken_over_minor", "passed_on_minor", "sold", "sold_minor", "taken_back_minor",
         "debt_paid_minor", "receivable_in_minor", "set_off_minor", "receivable_out_minor"), 0,
    )  # fmt: skip
    (day,) = world.one("SELECT coalesce(min(business_date) - 1, '2001-01-01'::date) FROM merchant_statement")
    world.insert(
        "merchant_statement",
        id=statement_id, programme_id=world.home, merchant_id=world.shop.id, business_date=day, unit="CNY",
        status="approved", purchases_minor=1, payout_minor=1, pays_on=day, drafted_person=maker.person_id,
        drafted_at=NOON, approved_person=checker.person_id, approved_at=NOON, approved_hash=b"", **nothing,
    )  # fmt: skip
    world.insert(
        "merchant_payout",
        id=payout_id, statement_id=statement_id, programme_id=world.home, merchant_id=world.shop.id, unit="CNY",
        amount_minor=1, pays_on=day, status="due", made_at=NOON,
    )  # fmt: skip
    _netting(world, corporate, netting_id := fresh_id(), netting_payout_id := fresh_id())
    return {"netting_statement": netting_id, "netting_payout": netting_payout_id,
            "merchant_account": account_id, "merchant_terms": terms_id, "merchant_statement": statement_id,
            "merchant_payout": payout_id, "merchant_acceptor": acceptor_id}  # fmt: skip


def _netting(world: World, corporate: Corporate, netting_id: UUID, payout_id: UUID) -> None:
    """An approved netting statement between the world's programmes, whose payout is due."""
    first_id, second_id = sorted((world.home, world.abroad))
    maker, checker = corporate.finance, corporate.manager
    world.insert(
        "netting_statement",
        id=netting_id, first_id=first_id, second_id=second_id, unit="CNY", status="approved", from_day="2001-01-01",
        until_day="2001-01-01", statements=0, first_owes_minor=1, second_owes_minor=0, offset_minor=0, net_minor=1,
        debtor_id=first_id, payee_holder="Farm", payee_bank="Bank", payee_number="6222", drafted_by=maker.login_id,
        drafted_person=maker.person_id, drafted_at=NOON, approved_by=checker.login_id,
        approved_person=checker.person_id, approved_at=NOON, approved_hash=b"",
    )  # fmt: skip
    world.insert(
        "netting_payout",
        id=payout_id, netting_id=netting_id, programme_id=first_id, creditor_id=second_id, unit="CNY", amount_minor=1,
        status="due", made_at=NOON, account_encrypted=b"",
    )  # fmt: skip
