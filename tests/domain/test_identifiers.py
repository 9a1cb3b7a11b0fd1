"""Ids and the time that they begin with."""

from datetime import UTC, datetime, timedelta

from florin.domain.identifiers import RANDOM_BITS, SHARDS, compose_id, first_id_at

MOMENT = datetime(2026, 3, 2, 4, 0, 0, 123_000, UTC)
UNIX_MS = int(MOMENT.timestamp() * 1000)


def test_the_bound_of_a_moment_lies_between_the_ids_before_it_and_those_from_it_on() -> None:
    last_before = compose_id(UNIX_MS - 1, 2**RANDOM_BITS - 1, SHARDS - 1)
    first_from = compose_id(UNIX_MS, 0, 0)
    assert last_before < first_id_at(MOMENT) < first_from
    assert first_id_at(MOMENT) == first_id_at(MOMENT + timedelta(microseconds=999))
