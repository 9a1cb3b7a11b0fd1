"""Reverse, of a card's sale: the card is for sale again, if its sale is the last that has happened to its money."""

import pytest

from florin.clearing.activate import ActivateCommand, activate
from florin.clearing.reverse import ReverseCommand, reverse
from florin.domain.declines import Decline
from florin.storage.posting.request import Answer
from tests.till import Till, fresh, said, subject
from tests.world import Balance, KnownCard, World


class Counter:
    """Where one card is sold, used and taken back; its sales are called by number."""

    def __init__(self, world: World, till: Till, card: KnownCard) -> None:
        self.world, self.till, self.card = world, till, card
        self.references = {number: fresh("ref") for number in (1, 2, 3)}
        self.done: Answer | None = None

    async def do(self, step: str) -> Answer:
        """One step such as ``sell 1``; whatever gives back or lets go means what the step before it did."""
        verb, _, number = step.partition(" ")
        reference, last = self.references[int(number or 1)], self.done
        till = self.till.at(self.world.rival) if verb.startswith("rival") else self.till
        match verb:
            case "sell" | "rival-sells":
                self.done = await till.activate(self.card, reference=reference)
            case "reverse" | "rival-reverses":
                self.done = await till.reverse(reference)
            case "buy":
                self.done = await till.purchase(self.card.by_pin, 1)
            case "hold":
                self.done = await till.hold(self.card.by_pin, 1)
            case "refund" | "void" | "release" if last is not None:
                self.done = await getattr(till, verb)(subject(last))
        assert self.done is not None, step
        return self.done


async def played(world: World, till: Till, history: str) -> tuple[Counter, Answer]:
    """A card to which all that has happened, the last step being the one that is asked about."""
    counter = Counter(world, till, world.card(status="in_stock"))
    *before, last = history.split(", ")
    for step in before:
        assert None is (await counter.do(step)).decline, step
    return counter, await counter.do(last)


@pytest.mark.parametrize(
    "history",
    [
        "sell 1, reverse 1",
        "sell 1, reverse 1, sell 2, reverse 2",
        "sell 1, reverse 1, sell 2, reverse 2, sell 3, reverse 3",
        "rival-sells 1, rival-reverses 1, sell 1, reverse 1",
        "sell 1, hold, release, reverse 1",
    ],
)
async def test_a_sale_that_nothing_followed_is_taken_back(world: World, till: Till, history: str) -> None:
    counter, answer = await played(world, till, history)
    assert ("reversed", Balance()) == (said(answer)["original"], world.balance(counter.card.id))
    assert ("in_stock",) == world.one("SELECT status FROM card WHERE id = %s", counter.card.id)


@pytest.mark.parametrize(
    "history",
    [
        "sell 1, buy, reverse 1",
        "sell 1, buy, refund, reverse 1",
        "sell 1, buy, void, reverse 1",
        "sell 1, hold, reverse 1",
        "sell 1, reverse 1, sell 2, buy, reverse 2",
        "sell 1, reverse 1, sell 2, buy, refund, reverse 2",
        "sell 1, reverse 1, sell 2, hold, reverse 2",
    ],
)
async def test_a_card_that_has_been_used_is_not_taken_back(world: World, till: Till, history: str) -> None:
    counter, answer = await played(world, till, history)
    assert (Decline.NOT_REVERSIBLE, None) == (answer.decline, answer.journal_id)
    assert ("active",) == world.one("SELECT status FROM card WHERE id = %s", counter.card.id)


@pytest.mark.parametrize(
    ("history", "left"),
    [
        ("sell 1, reverse 1, reverse 1", Balance()),
        ("sell 1, reverse 1, sell 2, reverse 1", Balance(100_00)),
        ("sell 1, reverse 1, rival-sells 1, reverse 1", Balance(100_00)),
        ("sell 1, reverse 1, rival-sells 1, rival-reverses 1, reverse 1", Balance()),
        ("sell 1, reverse 1, sell 2, buy, reverse 1", Balance(99_99)),
    ],
)
async def test_the_reversal_of_an_earlier_sale_leaves_a_later_one_alone(
    world: World, till: Till, history: str, left: Balance
) -> None:
    counter, answer = await played(world, till, history)
    assert ("already_reversed", None) == (said(answer)["original"], answer.journal_id)
    assert left == world.balance(counter.card.id)


async def test_sales_and_reversals_of_one_group_see_each_other(world: World, till: Till) -> None:
    card, first, second = world.card(status="in_stock"), fresh("ref"), fresh("ref")
    house, caller = till.house, till.caller
    answers = await house.engine.submit_all(
        [
            activate(house, caller, fresh("key"), ActivateCommand(card.number, first)),
            reverse(house, caller, fresh("key"), ReverseCommand(first)),
            reverse(house, caller, fresh("key"), ReverseCommand(first)),
            activate(house, caller, fresh("key"), ActivateCommand(card.number, second)),
            reverse(house, caller, fresh("key"), ReverseCommand(first)),
        ]
    )
    heard = [said(each).get("original") for each in answers if isinstance(each, Answer)]
    assert [None, "reversed", "already_reversed", None, "already_reversed"] == heard
    assert Balance(100_00) == world.balance(card.id)
    assert "reversed" == said(await till.reverse(second))["original"]


async def test_an_activation_is_taken_back_and_the_card_is_for_sale_again(world: World, till: Till) -> None:
    card, reference = world.card(status="in_stock"), fresh("ref")
    activated = await till.activate(card, reference=reference)
    answer = await till.reverse(reference)
    assert [("reversal", 100_00, 2010, card.id, 1030, world.shop.id)] == world.transfers(answer.journal_id)
    taken_back = world.one("SELECT reverses_journal_id FROM transfer WHERE journal_id = %s", answer.journal_id)
    assert (activated.journal_id,) == taken_back
    assert ("in_stock", None, None, None, None) == world.one(
        "SELECT status, sold_by, sold_at, activated_at, expires_on FROM card WHERE id = %s", card.id
    )
    assert ["card.activated", "card.taken_back"] == world.events(card.id)
    assert "already_reversed" == said(await till.reverse(reference))["original"]
    assert None is (await till.activate(card)).decline
    assert Balance(100_00) == world.balance(card.id)
