"""Webhooks against real receivers, from the outbox to the answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from florin.clearing.house import ClearingHouse
from florin.clearing.notices.allowed_endpoint import OPERATOR
from florin.clearing.notices.endpoint_secrets import NewSecret, rotate_secret
from florin.clearing.notices.keep_endpoints import disable, enable
from florin.clearing.notices.replay import Replay, replay
from florin.domain.identifiers import parse_id
from florin.domain.webhook import RETRY_AFTER
from florin.storage.audit_trail import Author
from florin.storage.fresh_ids import fresh_id
from tests.batch.notices.hooks import Hooks, open_hooks
from tests.receiver import Received, Receiver, open_receiver, status
from tests.world import NOON, World

FIVE_YEARS = timedelta(days=5 * 365)


@pytest.fixture
async def hooks(world: World, house: ClearingHouse) -> AsyncIterator[Hooks]:
    async with open_hooks(world, house) as opened:
        yield opened


async def test_an_event_arrives_signed_and_the_receivers_library_accepts_it(hooks: Hooks, receiver: Receiver) -> None:
    hooks.world.clock.now = datetime.now(UTC)
    added = await hooks.endpoint(receiver.url())
    (event,) = await hooks.happen(7)

    await hooks.deliver()

    (got,) = receiver.received
    assert event == got.id
    told = Webhook(added.secret).verify(got.body, got.headers)
    assert ("member.registered", {"number": 7}) == (told["type"], told["data"])
    with pytest.raises(WebhookVerificationError):
        Webhook(added.secret).verify(got.body.replace(b"7", b"8"), got.headers)
    assert ["delivered"] == hooks.statuses()


async def test_for_a_day_after_a_rotation_both_secrets_are_good(hooks: Hooks, receiver: Receiver) -> None:
    hooks.world.clock.now = datetime.now(UTC)
    old = await hooks.endpoint(receiver.url())
    new = await rotate_secret(hooks.house, OPERATOR, old.endpoint.id, Author(None, hooks.world.clock.now))
    assert isinstance(new, NewSecret)

    await hooks.happen(1)
    await hooks.deliver()
    (got,) = receiver.received
    for secret in (old.secret, new.secret):
        assert {"number": 1} == Webhook(secret).verify(got.body, got.headers)["data"]

    hooks.world.clock.advance(timedelta(days=1))
    await hooks.happen(2)
    await hooks.deliver()
    assert 1 == len(receiver.received[-1].headers["webhook-signature"].split())


async def test_a_receiver_that_is_away_for_75_hours_is_tried_by_the_whole_schedule_and_then_given_up(
    hooks: Hooks, receiver: Receiver
) -> None:
    receiver.code = 500
    added = await hooks.endpoint(receiver.url(), contact="anna@example.org")
    (event,) = await hooks.happen(1)
    tried_at = []
    for wait in (timedelta(), *RETRY_AFTER):
        hooks.world.clock.advance(wait - timedelta(seconds=1))
        await hooks.deliver()
        before = len(receiver.received)
        hooks.world.clock.advance(timedelta(seconds=1) + wait // 10)
        await hooks.deliver()
        assert before + 1 == len(receiver.received)
        tried_at.append(hooks.world.clock.now - NOON)

    assert [event] * 10 == receiver.ids
    assert timedelta(hours=75) < tried_at[-1] < timedelta(hours=84)
    assert ["failed"] == hooks.statuses()
    assert [("disabled", "failing")] == hooks.world.rows("SELECT status, disabled_reason FROM webhook_endpoint")
    assert ["webhook.disabled"] == hooks.world.events(added.endpoint.id)
    assert [("webhook_disabled", "either")] == hooks.world.rows(
        "SELECT kind, channel FROM notice JOIN notice_sending ON notice_id = id"
    )


async def test_a_receiver_that_asks_for_time_gets_nothing_until_it_is_over(hooks: Hooks, receiver: Receiver) -> None:
    async def busy(_: Received) -> bytes:
        return status(429, "retry-after: 600")

    receiver.answer = busy
    added = await hooks.endpoint(receiver.url())
    (first,) = await hooks.happen(1)
    await hooks.deliver()
    (other,) = await hooks.happen(2)
    hooks.world.clock.advance(timedelta(seconds=599))
    await hooks.deliver()
    assert [first] == receiver.ids

    receiver.answer = None
    hooks.world.clock.advance(timedelta(seconds=1))
    await hooks.deliver()
    await hooks.deliver()
    assert [first, *sorted([first, other])] == [receiver.ids[0], *sorted(receiver.ids[1:])]

    # Who switches it off and on does not wait.
    receiver.answer = busy
    await hooks.happen(3)
    await hooks.deliver()
    receiver.answer = None
    for change in (disable, enable):
        await change(hooks.house, OPERATOR, added.endpoint.id, Author(None, hooks.world.clock.now))
    (last,) = await hooks.happen(4)
    await hooks.deliver()
    assert last in receiver.ids  # with the one that was refused, in any order: they are of two subjects


async def test_one_event_that_a_receiver_chokes_on_does_not_disable_it(hooks: Hooks, receiver: Receiver) -> None:
    async def choke(request: Received) -> bytes:
        return status(500 if request.told["data"]["number"] == 1 else 204)

    receiver.answer = choke
    await hooks.endpoint(receiver.url())
    await hooks.happen(1)
    for number, wait in enumerate((timedelta(), *RETRY_AFTER), start=2):
        hooks.world.clock.advance(wait + wait // 10)
        await hooks.happen(number)
        await hooks.deliver()
        await hooks.deliver()

    assert ["failed"] + ["delivered"] * 10 == hooks.statuses()
    assert [("active",)] == hooks.world.rows("SELECT status FROM webhook_endpoint")


async def test_a_receiver_that_is_gone_gets_nothing_until_it_is_enabled_and_then_what_waited(
    hooks: Hooks, receiver: Receiver
) -> None:
    receiver.code = 410
    added = await hooks.endpoint(receiver.url())
    first = await hooks.happen(1)
    await hooks.deliver()
    assert [("disabled", "gone")] == hooks.world.rows("SELECT status, disabled_reason FROM webhook_endpoint")
    await hooks.happen(2)
    hooks.world.clock.advance(timedelta(days=1))
    await hooks.deliver()
    assert first == receiver.ids

    receiver.code = 200
    await enable(hooks.house, OPERATOR, added.endpoint.id, Author(None, hooks.world.clock.now))
    await hooks.deliver()

    assert first * 2 == receiver.ids
    assert ["delivered"] == hooks.statuses()


async def test_the_second_event_of_a_subject_waits_for_the_first_and_those_of_others_do_not(
    hooks: Hooks, receiver: Receiver
) -> None:
    refused = True

    async def refuse_first(request: Received) -> bytes:
        return status(503 if refused and request.told["data"]["number"] == 1 else 200)

    receiver.answer = refuse_first
    await hooks.endpoint(receiver.url())
    anna, bella = fresh_id(), fresh_id()
    one, two = await hooks.happen(1, 2, subject=anna)
    (other,) = await hooks.happen(3, subject=bella)
    await hooks.deliver()
    await hooks.deliver()
    assert sorted([one, other]) == sorted(receiver.ids)

    refused = False
    hooks.world.clock.advance(timedelta(seconds=6))
    await hooks.deliver()

    assert [one, two] == receiver.ids[-2:]


async def test_a_receiver_that_never_answers_delays_no_other(hooks: Hooks, receiver: Receiver) -> None:
    stuck = asyncio.Event()

    async def hang(_: Received) -> bytes:
        stuck.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with open_receiver() as dead:
        dead.answer = hang
        await hooks.endpoint(dead.url())
        await hooks.endpoint(receiver.url())
        first = await hooks.happen(1)
        await hooks.couriers.send_out()
        await stuck.wait()
        second = await hooks.happen(2)
        while len(receiver.received) < 2:
            await hooks.couriers.send_out()
            await asyncio.sleep(0)

        assert first + second == receiver.ids
        assert first == dead.ids


async def test_what_was_sent_and_not_marked_is_sent_again_under_its_id(
    world: World, house: ClearingHouse, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_hooks(world, house) as hooks:
        await hooks.endpoint(receiver.url())
        event = await hooks.happen(1)
        with monkeypatch.context() as broken:
            broken.setattr("florin.batch.notices.deliver_webhooks.disable_after", None)  # nothing is marked
            await hooks.deliver()
        assert ["waiting"] == hooks.statuses()

    async with open_hooks(world, house) as other:
        await other.deliver()
        assert event * 2 == receiver.ids
        assert receiver.received[0].body == receiver.received[1].body
        assert ["delivered"] == other.statuses()


async def test_two_processes_deliver_each_event_once(world: World, receiver: Receiver) -> None:
    async with (
        world.clearing_house() as one,
        world.clearing_house() as two,
        open_hooks(world, one) as first,
        open_hooks(world, two) as second,
    ):
        await first.endpoint(receiver.url())
        events = await first.happen(*range(40), subject=fresh_id())
        while "waiting" in first.statuses():
            await asyncio.gather(first.deliver(), second.deliver())

    assert events == receiver.ids


@pytest.mark.parametrize("jump", [FIVE_YEARS, -FIVE_YEARS])
async def test_a_clock_that_jumps_five_years_neither_repeats_nor_loses(
    hooks: Hooks, receiver: Receiver, jump: timedelta
) -> None:
    hooks.world.clock.now = NOON + FIVE_YEARS
    await hooks.endpoint(receiver.url())
    arrived = await hooks.happen(1)
    await hooks.deliver()
    receiver.code = 500
    failed = await hooks.happen(2)
    await hooks.deliver()

    receiver.code = 200
    hooks.world.clock.advance(jump)
    third = await hooks.happen(3)
    await hooks.deliver()
    await hooks.deliver()

    assert sorted(arrived + failed * 2 + third) == sorted(receiver.ids)
    assert [("active",)] == hooks.world.rows("SELECT status FROM webhook_endpoint")


async def test_one_event_those_of_a_time_or_those_that_failed_are_replayed_in_order(
    hooks: Hooks, receiver: Receiver
) -> None:
    hooks.world.clock.now = datetime.now(UTC)
    added = await hooks.endpoint(receiver.url())
    events = await hooks.happen(*range(5), subject=fresh_id())
    await hooks.deliver()
    begun = hooks.world.clock.now - timedelta(minutes=1)
    until = begun + timedelta(hours=1)

    async def again(command: Replay) -> tuple[object, list[str]]:
        receiver.received.clear()
        count = await replay(hooks.house, OPERATOR, added.endpoint.id, command, hooks.world.clock.now, chunk=2)
        await hooks.deliver()
        return count, receiver.ids

    assert (1, [events[3]]) == await again(Replay(parse_id("event", events[3])))
    assert (5, events) == await again(Replay(since=begun, until=until))
    hooks.world.connection.execute(
        "UPDATE webhook_delivery SET status = 'failed' WHERE event_id = %s", (parse_id("event", events[1]),)
    )
    assert (1, [events[1]]) == await again(Replay(since=begun, until=until, only_failed=True))
    assert (0, []) == await again(Replay(since=begun - timedelta(days=1), until=begun))
