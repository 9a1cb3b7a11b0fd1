"""One of everything that a route can be asked about, so that every caller can ask about it."""

from dataclasses import dataclass
from uuid import UUID

from florin.api.examples import CARD_AND_PIN, CARD_ID
from florin.api.management_examples import REGISTRATION
from florin.crypto.passwords import hash_password
from florin.domain.identifiers import PREFIXES
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from florin.storage.catalogue import RAISE_VERSION
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Caller
from tests.api.client import cny
from tests.api.conftest import Doors
from tests.corporate import Corporate
from tests.till import fresh
from tests.world import NOON, KnownCard, World


@dataclass(frozen=True)
class Things:
    """One of everything, the shop's, the member's or the customer's own."""

    ids: dict[str, UUID]
    card: KnownCard
    member: Caller
    corporate: Corporate

    def filled(self, text: str) -> str:
        """A path or an example with the ids of these things."""
        for kind, prefix in PREFIXES.items():
            if kind in self.ids:
                wire = f"{prefix}_{self.ids[kind].hex}"
                text = text.replace(f"{{{kind}_id}}", wire).replace(CARD_ID.replace("card", prefix), wire)
        text = text.replace("{key_id}", f"key_{self.ids['api_key'].hex}").replace("{code}", "busy")
        text = text.replace("{line}", "1").replace("{provider}", "nobody").replace("{form}", "csv")
        for name, value in (("kind", "low_balance"), ("channel", "mail"), ("language", "en")):
            text = text.replace(f"{{{name}}}", value)
        text = text.replace(CARD_AND_PIN["number"], self.card.number).replace(CARD_AND_PIN["pin"], self.card.pin)
        # A day that is not over: closing one would end the world of the tests that follow.
        return text.replace("{business_date}", "2999-12-31").replace("order-5521", fresh("ref"))


def member_with_password(world: World) -> Caller:
    member = world.member(principal_minor=100_00)
    password = hash_password(REGISTRATION["password"])
    world.connection.execute("UPDATE member SET password_hash = %s WHERE id = %s", (password, member.id))
    return member


async def made_things(world: World, doors: Doors) -> Things:
    _put_right(world)
    card, member = world.card(sold_by=world.shop.id), member_with_password(world)
    pay = {"pay_with": {"e_code": card.ecode}, "amount": cny(5_00)}
    bought = (await doors.shop.post("/v1/purchases", {**pay, "reference": fresh("ref")})).json()
    held = (await doors.shop.post("/v1/holds", {**pay, "reference": fresh("ref")})).json()
    refund = {"reference": fresh("ref"), "amount": cny(1_00)}
    given_back = (await doors.shop.post(f"/v1/purchases/{bought['id']}/refunds", refund)).json()
    issue_id, terminal_id, key_id = fresh_id(), fresh_id(), fresh_id()
    product_id = world.products[world.home, "bearer_gift"]
    world.insert(
        "card_issue",
        id=issue_id, programme_id=world.home, product_id=product_id, denomination_minor=1, ordered=1,
        status="generating", recipient="age1", created_at=NOON,
    )  # fmt: skip
    world.insert(
        "terminal", id=terminal_id, merchant_id=world.shop.id, code=terminal_id.hex, status="active", created_at=NOON
    )
    world.insert("api_key", id=key_id, digest=key_id.bytes, name="spare", scopes=["cards:read"], created_at=NOON)
    world.connection.execute(RAISE_VERSION)
    corporate = Corporate(world)
    return Things(
        {
            **corporate_things(corporate),
            **closure_things(world, member),
            **statement_things(world, corporate),
            **settlement_things(world, corporate),
            "api_key": key_id,
            "balance_ending": proposed_ending(world, corporate),
            "card": card.id,
            "case": _case(world, member),
            "cash_order": _cash_order(world, member),
            "hold": UUID(hex=held["id"].removeprefix("hld_")),
            "issue": issue_id,
            "loss": _loss(world, card, member),
            "journal": UUID(hex=bought["journal_id"].removeprefix("jrn_")),
            "member": member.id,
            "merchant": world.shop.id,
            "payment": world.one("SELECT id FROM payment WHERE member_id = %s", member.id)[0],
            "payment_finding": _finding(world, member),
            "product": product_id,
            "programme": world.home,
            "purchase": UUID(hex=bought["id"].removeprefix("pur_")),
            "refund": UUID(hex=given_back["id"].removeprefix("rfd_")),
            "terminal": terminal_id,
            "webhook": a_webhook(world),
        },
        card,
        member,
        corporate,
    )


def a_webhook(world: World) -> UUID:
    """An endpoint of the shop's."""
    webhook_id = fresh_id()
    world.insert(
        "webhook_endpoint",
        id=webhook_id, owner_kind="merchant", merchant_id=world.shop.id, url="https://receiver.example/", events=[],
        secret_encrypted=world.vault.webhook_secrets.seal(b"whsec_c2VjcmV0", webhook_id.bytes), status="active",
        created_at=NOON,
    )  # fmt: skip
    return webhook_id


def proposed_ending(world: World, corporate: Corporate) -> UUID:
    """A proposal about dormant balances that waits for its second person."""
    ending_id, who = fresh_id(), corporate.finance
    world.insert(
        "balance_ending",
        id=ending_id, programme_id=world.home, kind="lapse", status="proposed", accounts=1, total_minor=1, unit="CNY",
        list_hash=bytes(32), proposed_by=who.login_id, proposed_person=who.person_id, proposed_at=NOON,
    )  # fmt: skip
    return ending_id


def _case(world: World, member: Caller) -> UUID:
    """A complaint of the member's."""
    case_id = fresh_id()
    world.insert(
        "service_case",
        id=case_id, programme_id=world.home, kind="complaint", status="opened", owner_id=member.id,
        member_id=member.id, merchant_id=world.shop.id, opened_by=member.id, case_key=fresh("key"), opened_at=NOON,
        due_at=NOON,
    )  # fmt: skip
    return case_id


def _cash_order(world: World, member: Caller) -> UUID:
    """An order of the member's at the shop that is not delivered yet."""
    order_id = fresh_id()
    world.insert(
        "cash_order",
        id=order_id, programme_id=world.home, merchant_id=world.shop.id, member_id=member.id, reference=fresh("cod"),
        amount_minor=1, unit="CNY", status="recorded", recorded_at=NOON,
    )  # fmt: skip
    return order_id


def _loss(world: World, card: KnownCard, member: Caller) -> UUID:
    """A loss of the member's that was decided before, so that its card still pays in other tests."""
    loss_id = fresh_id()
    world.insert(
        "lost_card",
        id=loss_id, shard=0, programme_id=world.home, card_id=card.id, member_id=member.id, status="found",
        reported_by=member.id, reported_at=NOON, decided_by=member.id, decided_at=NOON,
    )  # fmt: skip
    return loss_id


def corporate_things(corporate: Corporate) -> dict[str, UUID]:
    """A customer, and one of everything that is the customer's own."""
    customer = corporate.customer(funding_minor=10_000_00)
    order = corporate.order(customer, OrderStatus.READY)
    buyer = corporate.person(Role.BUYER, customer=customer)
    delivery_id = fresh_id()
    corporate.world.insert(
        "delivery",
        id=delivery_id, order_id=order.id, part="pins", form="zip", password_key_id=1, cards=3, is_repetition=False,
        status="open", requested_by=buyer.login_id, requested_person=buyer.person_id, requested_at=NOON,
        expires_at="2099-01-01",
    )  # fmt: skip
    activation_id, voiding_id, replacement_id = fresh_id(), fresh_id(), fresh_id()
    asked = {"order_id": order.id, "asked_by": buyer.login_id, "session_id": buyer.session_id, "asked_at": NOON}
    for instruction_id, kind in ((activation_id, "activate"), (voiding_id, "void")):
        corporate.world.insert(
            "order_instruction",
            id=instruction_id, kind=kind, order_key="spare-key", cards=1, status="running",
            selection='{"all": false, "ranges": [[1, 1, 1]]}', **asked,
        )  # fmt: skip
    corporate.world.insert(
        "card_replacement",
        id=replacement_id, line=1, order_key="spare-key", old_card_id=order.cards[0][0].id, recipient_serial=1,
        reason="missing", status="waiting_for_approval", debits="to_stop", asked_person=buyer.person_id, **asked,
    )  # fmt: skip
    return {
        "activation": activation_id,
        "replacement": replacement_id,
        "voiding": voiding_id,
        "customer": customer,
        "delivery": delivery_id,
        **money_things(corporate, customer, buyer),
        "login": corporate.person(Role.BUYER, customer=customer).login_id,
        "order": order.id,
    }


def money_things(corporate: Corporate, customer: UUID, buyer: Actor) -> dict[str, UUID]:
    """One of everything about a customer's money, and a key for its card files."""
    world, key_id = corporate.world, corporate.proposed_key(customer, buyer)
    (receipt_id,) = world.one("SELECT id FROM receipt WHERE customer_id = %s", customer)
    refund_id = corporate.funding_refund(customer, 1_00)
    (account_id,) = world.one("SELECT refund_account_id FROM funding_refund WHERE id = %s", refund_id)
    return {"delivery_key": key_id, "funding_refund": refund_id, "receipt": receipt_id, "refund_account": account_id}


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
         "carried_out_minor", "taken_over_minor", "passed_on_minor", "sold",
         "sold_minor", "taken_back_minor", "receivable_in_minor", "set_off_minor", "receivable_out_minor"), 0,
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


def _put_right(world: World) -> None:
    """Undo what an operator of another test has done to the world."""
    world.connection.execute("UPDATE merchant SET status = 'active' WHERE id = %s", (world.shop.id,))
    world.connection.execute(RAISE_VERSION)
    if not world.rows("SELECT FROM agreement"):
        world.insert("agreement", programme_id=world.home, version="0", text="Terms", effective_at=NOON)


def _finding(world: World, member: Caller) -> UUID:
    finding_id = fresh_id()
    world.insert(
        "payment_finding",
        id=finding_id, kind="amount_differs", provider="sandbox", reference=member.id.hex, detail="", opened_at=NOON,
    )  # fmt: skip
    return finding_id
