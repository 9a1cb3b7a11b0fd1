"""Fresh identifiers: the only place where the clock and the randomness of an id come from."""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from struct import Struct
from typing import Final
from uuid import UUID

from florin.domain.identifiers import RANDOM_BITS, SHARDS, compose_id
from florin.domain.payment_reference import REFERENCES, compose_reference

_PAIR: Final = Struct("!QH")
_PAIRS_A_BLOCK: Final = 64

FreshId = Callable[[int | None], UUID]


def fresh_id(shard: int | None = None) -> UUID:
    """A new id in the given shard, or in a random one for what starts a shard of its own (a card, a member)."""
    randomness = int.from_bytes(os.urandom(RANDOM_BITS // 8 + 2), "big")
    if shard is None:
        shard = randomness % SHARDS
    return compose_id(time.time_ns() // 1_000_000, randomness >> 16, shard)


def fresh_reference() -> str:
    """Any payment reference; whoever keeps it sees that it is free."""
    return compose_reference(secrets.randbelow(REFERENCES))


class FreshIds:
    """A source of ids for one short piece of work that makes many of them.

    The clock is read once and randomness comes in blocks, for a third of the time of `fresh_id`.
    """

    __slots__ = ("_randomness", "_unix_ms")

    def __init__(self) -> None:
        self._unix_ms = time.time_ns() // 1_000_000
        self._randomness = _random_numbers()

    def __call__(self, shard: int | None = None) -> UUID:
        """A new id in the given shard, or in a random one."""
        random_bits, any_shard = next(self._randomness)
        return compose_id(self._unix_ms, random_bits, any_shard % SHARDS if shard is None else shard)


def fresh_ids(count: int) -> list[UUID]:
    """As many new ids, each in a random shard."""
    source = FreshIds()
    return [source() for _ in range(count)]


def _random_numbers() -> Iterator[tuple[int, int]]:
    """Pairs of 64 and 16 random bits."""
    while True:
        yield from _PAIR.iter_unpack(os.urandom(_PAIR.size * _PAIRS_A_BLOCK))
