from florin.domain.identifiers import SHARDS, shard_of
from florin.storage.fresh_ids import fresh_id, fresh_ids


def test_an_id_lies_in_the_shard_that_was_asked_for() -> None:
    assert 7 == shard_of(fresh_id(7))


def test_many_ids_are_different_and_spread_over_the_shards() -> None:
    ids = fresh_ids(20_000)

    assert 20_000 == len(set(ids))
    assert {7} == {each.version for each in ids}
    assert set(range(SHARDS)) == {shard_of(each) for each in ids}


def test_no_ids_are_no_ids() -> None:
    assert [] == fresh_ids(0)
