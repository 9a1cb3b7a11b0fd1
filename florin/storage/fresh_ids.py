"""Fresh identifiers: the only place where the clock and the randomness of an id come from."""

import os
import time
from collections.abc import Callable
from uuid import UUID

from florin.domain.identifiers import RANDOM_BITS, SHARDS, compose_id

FreshId = Callable[[int | None], UUID]


def fresh_id(shard: int | None = None) -> UUID:
    """A new id in the given shard, or in a random one for something that starts a shard of its own (a card, a member)."""
    randomness = int.from_bytes(os.urandom(RANDOM_BITS // 8 + 2), "big")
    if shard is None:
        shard = randomness % SHARDS
    return compose_id(time.time_ns() // 1_000_000, randomness >> 16, shard)


def fresh_ids(count: int) -> list[UUID]:
    """As many new ids, each in a random shard, for a third of the time that they would take one by one."""
    size = RANDOM_BITS // 8 + 2
    unix_ms = time.time_ns() // 1_000_000
    randomness = os.urandom(size * count)
    numbers = (int.from_bytes(randomness[at : at + size], "big") for at in range(0, len(randomness), size))
    return [compose_id(unix_ms, number >> 16, number % SHARDS) for number in numbers]
