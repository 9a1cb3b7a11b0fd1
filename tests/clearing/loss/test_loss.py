"""A lost card pays nothing from its report on; another one has its money by a second person's word."""

import asyncio
from typing import LiteralString

import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.loss.read_losses import losses_page, read_loss
from florin.clearing.loss.views import loss_view
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.loss import Loss
from florin.domain.people import Role
from florin.storage.proofs.records import REPLACED_CARDS
from tests.clearing.loss.losing import STRANGER, Losing, refusal, subject, told
from tests.till import subject as made
from tests.world import Balance


class Killed(Exception):
    """The process is gone."""


async def test_a_lost_card_is_stopped_and_another_has_its_money(losing: Losing) -> None:
    card, who = losing.card(100_00, bonus_minor=20_00), losing.member()
    reported = await losing.report_own(who, card)
    assert ("reported", "debit") == (told(reported)["status"], told(reported)["card"]["block"])
    assert Decline.CARD_BLOCKED is (await losing.till.purchase(card.by_pin, 1)).decline

    replaced = await losing.replace(subject(reported))
    new = losing.successor(card.id)
    assert ("replaced", wire_id("card", new.id)) == (told(replaced)["status"], told(replaced)["successor_id"])
    assert (("replaced", "debit"), ("active", "none")) == (losing.status(card.id), losing.status(new.id))
    assert (Balance(), Balance(100_00, 20_00)) == (losing.world.balance(card.id), losing.world.balance(new.id))
    assert Decline.CARD_NOT_ACTIVE is (await losing.till.purchase(card.by_pin, 1)).decline
    assert (await losing.till.purchase(new.by_pin, 120_00)).decline is None
    assert ["card.lost", "card.replaced"] == losing.world.events(card.id)[-2:]
    await losing.proven()


async def test_the_successor_is_of_the_same_holder_and_can_be_lost_too(losing: Losing) -> None:
    card, who = losing.card(), losing.member()
    bought = made(await losing.till.purchase(card.by_pin, 60_00))
    await losing.replace(subject(await losing.report_own(who, card)))
    second = losing.successor(card.id)
    await losing.replace(subject(await losing.report_own(who, second)))
    third = losing.successor(second.id)
    assert Balance(40_00) == losing.world.balance(third.id)
    # What the first card has paid comes back to whoever has its money now.
    refunded = await losing.till.refund(bought, 60_00)
    assert refunded.decline is None
    assert Balance(100_00) == losing.world.balance(third.id)
    await losing.proven()


async def test_a_found_card_pays_again(losing: Losing) -> None:
    card, who = losing.card(), losing.member()
    loss_id = subject(await losing.report_own(who, card))
    assert Decline.LOSS_NOT_FOUND is refusal(await losing.find_own(losing.member(), loss_id))
    assert "found" == told(await losing.find_own(who, loss_id))["status"]
    assert ("active", "none") == losing.status(card.id)
    assert (await losing.till.purchase(card.by_pin, 1)).decline is None
    for late in (await losing.find_own(who, loss_id), await losing.replace(loss_id)):
        assert Decline.LOSS_NOT_IN_STATE is refusal(late)
    assert ["card.lost", "card.found", "purchase.completed"] == losing.world.events(card.id)[-3:]
    again = subject(await losing.report_own(who, card))
    assert "found" == told(await losing.find(again))["status"]
    await losing.proven()


async def test_a_block_that_an_operator_has_set_outlives_the_loss(losing: Losing) -> None:
    card, who = losing.card(), losing.member()
    losing.world.connection.execute(
        "UPDATE card SET block = 'debit', block_reason = 'suspected fraud' WHERE id = %s", (card.id,)
    )
    await losing.find_own(who, subject(await losing.report_own(who, card)))
    assert ("active", "debit") == losing.status(card.id)


async def test_a_member_reports_only_cards_of_the_same_document(losing: Losing) -> None:
    who = losing.member()
    bearer, strangers = losing.world.card(), losing.card(holder=STRANGER)
    for card in (bearer, strangers):
        assert Decline.CARD_NOT_FOUND is refusal(await losing.report_own(who, card))
        assert ("active", "none") == losing.status(card.id)
    assert Decline.REAL_NAME_REQUIRED is refusal(await losing.report_own(losing.member(None), losing.card()))


async def test_the_desk_reports_for_whoever_shows_the_document(losing: Losing) -> None:
    card = losing.card()
    assert Decline.IDENTITY_DIFFERS is refusal(await losing.report(card.id, shown=STRANGER))
    assert Decline.CARD_NOT_REGISTERED is refusal(await losing.report(losing.world.card().id))
    assert Decline.ROLE_REQUIRED is refusal(await losing.report(card.id, by=losing.corporate.finance))
    assert "reported" == told(await losing.report(card.id))["status"]
    assert Decline.LOSS_REPORTED is refusal(await losing.report(card.id))


async def test_who_reports_a_card_does_not_replace_it(losing: Losing) -> None:
    boss = losing.corporate.manager
    loss_id = subject(await losing.report(losing.card().id, by=boss))
    twin = losing.corporate.person(Role.MANAGER, same_as=boss)
    for actor in (boss, twin):
        assert Decline.SAME_PERSON is refusal(await losing.replace(loss_id, by=actor))
    assert Decline.ROLE_REQUIRED is refusal(await losing.replace(loss_id, by=losing.corporate.operator))
    other = losing.corporate.person(Role.MANAGER)
    assert "replaced" == told(await losing.replace(loss_id, by=other))["status"]


async def test_merchants_who_rely_on_a_hold_are_not_let_down(losing: Losing) -> None:
    card, who = losing.card(), losing.member()
    hold_id = made(await losing.till.hold(card.by_pin, 30_00))
    loss_id = subject(await losing.report_own(who, card))
    assert Decline.OPEN_HOLDS is refusal(await losing.replace(loss_id))
    assert (await losing.till.capture(hold_id)).decline is None
    assert "replaced" == told(await losing.replace(loss_id))["status"]
    assert Balance(70_00) == losing.world.balance(losing.successor(card.id).id)
    await losing.proven()


async def test_the_same_loss_replaced_by_many_at_once_moves_the_money_once(losing: Losing) -> None:
    card, who = losing.card(), losing.member()
    loss_id = subject(await losing.report_own(who, card))
    managers = [losing.corporate.person(Role.MANAGER) for _ in range(8)]
    answers = await asyncio.gather(*(losing.replace(loss_id, by=each) for each in managers))
    assert [None, *[Decline.LOSS_NOT_IN_STATE] * 7] == sorted(map(refusal, answers), key=lambda each: each is not None)
    assert 1 == losing.world.one("SELECT count(*) FROM transfer WHERE event = 'card_replaced' AND debit_owner = %s",
                                 card.id)[0]  # fmt: skip
    assert Balance(100_00) == losing.world.balance(losing.successor(card.id).id)
    await losing.proven()


async def test_a_kill_after_the_successor_was_made_leaves_it_to_the_next_approval(
    losing: Losing, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, who = losing.card(), losing.member()
    loss_id = subject(await losing.report_own(who, card))

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(ClearingHouse, "request", killed)
        with pytest.raises(Killed):
            await losing.replace(loss_id)
    (made_before,) = losing.world.one("SELECT successor_id FROM lost_card WHERE id = %s", loss_id)
    assert (("created", "none"), Balance()) == (losing.status(made_before), losing.world.balance(made_before))
    assert Balance(100_00) == losing.world.balance(card.id)
    await losing.replace(loss_id)
    assert made_before == losing.successor(card.id).id
    await losing.proven()


async def test_a_successor_of_a_found_card_is_void(losing: Losing) -> None:
    card, who = losing.card(), losing.member()
    hold_id = made(await losing.till.hold(card.by_pin, 1))
    loss_id = subject(await losing.report_own(who, card))
    await losing.replace(loss_id)
    (successor_id,) = losing.world.one("SELECT successor_id FROM lost_card WHERE id = %s", loss_id)
    await losing.find_own(who, loss_id)
    assert "voided" == losing.status(successor_id)[0]
    await losing.till.release(hold_id)


async def test_a_successor_is_nobodys_until_it_has_the_place(losing: Losing) -> None:
    card, who = losing.card(), losing.member()
    hold_id = made(await losing.till.hold(card.by_pin, 1))
    loss_id = subject(await losing.report_own(who, card))
    await losing.replace(loss_id)
    assert losing.world.one("SELECT successor_id FROM lost_card WHERE id = %s", loss_id)[0] is not None
    seen = await read_loss(losing.house, losing.corporate.operator, loss_id)
    assert isinstance(seen, Loss)
    assert loss_view(seen)["successor_id"] is None
    await losing.till.release(hold_id)
    await losing.replace(loss_id)
    seen = await read_loss(losing.house, losing.corporate.operator, loss_id)
    assert isinstance(seen, Loss)
    assert wire_id("card", losing.successor(card.id).id) == loss_view(seen)["successor_id"]


async def test_a_code_replaces_one_card(losing: Losing) -> None:
    who = losing.member()
    first, second = [subject(await losing.report_own(who, losing.card())) for _ in range(2)]
    proof = losing.proof(losing.corporate.manager)
    assert "replaced" == told(await losing.replace(first, proof=proof))["status"]
    assert Decline.TOTP_CODE_INCORRECT is refusal(await losing.replace(second, proof=proof))


async def test_who_may_not_report_does_not_find_or_read_either(losing: Losing) -> None:
    loss_id = subject(await losing.report(losing.card().id))
    for role in (Role.FINANCE, Role.SERVICE_MANAGER, Role.ADMINISTRATOR):
        person = losing.corporate.person(role)
        assert Decline.ROLE_REQUIRED is refusal(await losing.find(loss_id, by=person))
        assert Decline.ROLE_REQUIRED is await read_loss(losing.house, person, loss_id)
        assert Decline.ROLE_REQUIRED is await losses_page(losing.house, person, None, None, 1)
    auditor = losing.corporate.person(Role.AUDITOR)
    assert Decline.ROLE_REQUIRED is refusal(await losing.find(loss_id, by=auditor))
    assert isinstance(await read_loss(losing.house, auditor, loss_id), Loss)


async def test_what_was_never_switched_on_cannot_be_lost(losing: Losing) -> None:
    card = losing.card()
    for status in ("sold", "voided"):
        losing.world.connection.execute("UPDATE card SET status = %s WHERE id = %s", (status, card.id))
        assert Decline.CARD_NOT_ACTIVE is refusal(await losing.report(card.id))
    losing.world.connection.execute("UPDATE card SET status = 'active' WHERE id = %s", (card.id,))


async def test_a_card_with_nothing_on_it_is_not_replaced(losing: Losing) -> None:
    card, who = losing.card(), losing.member()
    await losing.till.purchase(card.by_pin, 100_00)
    loss_id = subject(await losing.report_own(who, card))
    assert Decline.INSUFFICIENT_FUNDS is refusal(await losing.replace(loss_id))


@pytest.mark.parametrize(
    ("breakage", "expected"),
    [
        ("UPDATE lost_card SET journal_id = id WHERE id = %s", "a loss was replaced without transfers"),
        (
            "UPDATE lost_card SET successor_id = card_id WHERE id = %s",
            "transfers of another card than the lost one, or to another",
        ),
        (
            "UPDATE card SET successor_id = id WHERE id = (SELECT card_id FROM lost_card WHERE id = %s)",
            "moved to another card than the one in its place",
        ),
    ],
)
async def test_a_replacement_that_is_not_the_books_is_found(
    losing: Losing, breakage: LiteralString, expected: str
) -> None:
    card, who = losing.card(), losing.member()
    loss_id = subject(await losing.report_own(who, card))
    await losing.replace(loss_id)
    connection = losing.world.connection
    with connection.transaction(force_rollback=True):
        connection.execute(breakage, (loss_id,))
        found = connection.execute(REPLACED_CARDS).fetchall()
    assert expected in [detail for _, _, detail in found if detail is not None]
