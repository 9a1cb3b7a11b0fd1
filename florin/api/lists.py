"""Lists of operations: every item is an operation of its own, with its own key and its own outcome (ADR 0006)."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

import msgspec

from florin.api.failures import refusal_of
from florin.api.given import too_often
from florin.api.json_bodies import decode_json
from florin.api.money.money_bodies import MOST_ITEMS
from florin.api.money.money_routes import MoneyRoute, Verb
from florin.api.problems.catalogue import status_of
from florin.api.problems.document import Refused, problem
from florin.api.refusal_log import log_items_refused
from florin.api.replies import Reply
from florin.clearing.guess_limit import GuessLimit
from florin.clearing.house import ClearingHouse
from florin.domain.invalid_field import InvalidField
from florin.storage.posting.engine import PostingEngine, Result
from florin.storage.posting.request import Answer, BusyError, Caller, PostingRequest

ITEM_STATUS: Final = 201
"""What an item that went through has for a status: the one that it would have had alone."""

PORTION: Final = 256
"""How many items of one list wait for the posting engine at once: a list fills no queue, and a till waits for a portion
of it and not for the whole."""

_encode: Final = msgspec.json.Encoder().encode


class _RawList(msgspec.Struct, forbid_unknown_fields=True):
    items: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=MOST_ITEMS)]


_raw_list: Final = msgspec.json.Decoder(_RawList).decode


def read_items(route: MoneyRoute, decode: Callable[[bytes], Any], raw: bytes) -> Sequence[Any]:
    """The items of a body, and in the place of one that is malformed the refusal that it would get alone.

    Raises:
        Refused: the list around the items is malformed.
    """
    try:
        items: Sequence[Any] = decode_json(decode, raw).items
    except Refused as refused:
        if not str(refused.details.get("field")).startswith("items["):
            raise
        # The decoder stops at the first item that is wrong: now each by itself.
        decode_item = msgspec.json.Decoder(route.item).decode
        return [_read_item(decode_item, bytes(each)) for each in decode_json(_raw_list, raw).items]
    return items


def _read_item(decode: Callable[[bytes], Any], raw: bytes) -> Any:  # noqa: ANN401 (an item of the route, or a refusal)
    try:
        return decode_json(decode, raw)
    except Refused as refused:
        return refused


async def submit_list(
    house: ClearingHouse, guesses: GuessLimit, route: MoneyRoute, caller: Caller, items: Sequence[Any]
) -> Reply:
    """Submit the items portion by portion, each of which shares a group, and answer their outcomes in order.

    An item that is malformed, or that stands for its refusal already, is not submitted and hinders no other.

    Where items carry a secret, the wrong guesses of each portion are counted; once there are too many, the rest is
    refused.

    Raises:
        BusyError: the queue has no room for the first portion, and none was submitted.
    """
    read = [each for each in items if not isinstance(each, Refused)]
    verb = route.verb if route.verb_of_list is None else await route.verb_of_list(house, read)
    asked = [_request(house, verb, caller, item) for item in items]
    requests = [each for each in asked if not isinstance(each, Refused)]
    posted = iter(await _in_portions(house.engine, requests, guesses if route.carries_secret else None))
    results = [each if isinstance(each, Refused) else next(posted) for each in asked]
    outcomes = [_outcome(result, caller.request_id or "") for result in results]
    headers = next((each.headers for each in results if isinstance(each, Refused) and each.headers), {})
    log_items_refused(
        route.path, [refusal_of(each, "").code for each in results if not isinstance(each, Answer)], caller
    )
    problems = [each["problem"]["code"] for each in outcomes if "problem" in each]
    return Reply(route.status, _encode({"items": outcomes}), headers=headers, problems=problems)


async def _in_portions(
    engine: PostingEngine, requests: Sequence[PostingRequest], guesses: GuessLimit | None
) -> list[Result | Refused]:
    results: list[Result | Refused] = []
    while len(results) < len(requests):
        begin = len(results)
        try:
            portion = await engine.submit_all(requests[begin : begin + PORTION])
        except BusyError as busy:
            if not results:
                raise
            # What has been done is told; the rest is sent again with the same keys.
            return results + [busy] * (len(requests) - begin)
        results += portion
        key_id = requests[begin].caller.actor_id
        limited = None if guesses is None else await guesses.count(key_id, portion)
        if limited is not None:
            results += [too_often(limited)] * (len(requests) - len(results))
    return results


def _request(house: ClearingHouse, verb: Verb, caller: Caller, item: Any) -> PostingRequest | Refused:  # noqa: ANN401
    if isinstance(item, Refused):
        return item
    try:
        return verb(house, caller, item.key, item, None)
    except InvalidField as error:
        return refusal_of(error, caller.request_id or "")


def _outcome(result: Result | Refused, request_id: str) -> dict[str, Any]:
    if isinstance(result, Answer):
        if result.decline is None:
            return {"status": ITEM_STATUS, "replayed": result.replayed, "body": msgspec.Raw(result.body)}
        details = msgspec.json.decode(result.body)
        document = problem(result.decline, request_id, details=details)
        return {"status": document["status"], "replayed": result.replayed, "problem": document}
    refused = refusal_of(result, request_id)
    document = problem(refused.code, request_id, refused.detail, refused.details)
    return {"status": status_of(refused.code), "replayed": False, "problem": document}
