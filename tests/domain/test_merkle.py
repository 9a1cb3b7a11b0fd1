from datetime import date
from hashlib import sha256
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.merkle import EMPTY_ROOT, GrowingTree, chain, genesis, leaf_hash, root_of

# The leaves and roots that the Certificate Transparency projects publish for the tree of RFC 6962.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
DAY = date(2026, 3, 5)
GENESIS = genesis(b"programme")


def by_definition(rows: list[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, as it is written there: split at the largest power of two below the size."""
    if not rows:
        return sha256(b"").digest()
    if len(rows) == 1:
        return sha256(b"\x00" + rows[0]).digest()
    split = 1
    while split * 2 < len(rows):
        split *= 2
    return sha256(b"\x01" + by_definition(rows[:split]) + by_definition(rows[split:])).digest()


@pytest.mark.parametrize("size", range(len(CT_ROOTS)))
def test_the_root_agrees_with_the_published_vectors(size: int) -> None:
    assert CT_ROOTS[size] == root_of(leaf_hash(row) for row in CT_LEAVES[:size]).hex()


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_streamed_root_is_the_root_by_definition(rows: list[bytes]) -> None:
    assert by_definition(rows) == root_of(map(leaf_hash, rows))


def test_a_root_can_be_asked_for_while_the_tree_grows() -> None:
    tree = GrowingTree()
    roots = [tree.root().hex()]
    for row in CT_LEAVES:
        tree.add(leaf_hash(row))
        roots.append(tree.root().hex())

    assert CT_ROOTS == roots
    assert len(CT_LEAVES) == tree.count


def test_the_memory_of_a_tree_is_the_logarithm_of_its_size() -> None:
    tree = GrowingTree()
    for number in range(2**12 - 1):
        tree.add(leaf_hash(number.to_bytes(2, "big")))
    assert len(tree._peaks) == 12  # noqa: SLF001 - what is kept is the claim


def test_order_is_part_of_the_root() -> None:
    orders = {root_of(map(leaf_hash, order)) for order in permutations([b"a", b"b", b"c"])}
    assert len(orders) == 6


def test_repeating_the_last_row_changes_the_root() -> None:
    rows = [b"a", b"b", b"c"]
    assert root_of(map(leaf_hash, rows)) != root_of(map(leaf_hash, [*rows, b"c"]))


def test_a_leaf_that_is_no_digest_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        GrowingTree().add(b"row")


def test_a_seal_is_a_digest_of_all_its_parts() -> None:
    seal = chain(GENESIS, EMPTY_ROOT, DAY, 0)
    others = {
        chain(genesis(b"another"), EMPTY_ROOT, DAY, 0),
        chain(GENESIS, leaf_hash(b""), DAY, 0),
        chain(GENESIS, EMPTY_ROOT, date(2026, 3, 6), 0),
        chain(GENESIS, EMPTY_ROOT, DAY, 1),
        chain(seal, EMPTY_ROOT, DAY, 0),
    }

    assert len(seal) == 32
    assert len(others) == 5
    assert seal not in others


def test_a_seal_is_the_same_for_ever() -> None:
    # Written out byte by byte, because a change here would make every seal in every book fail.
    genesis_digest = sha256(b"florin genesis v1\x00programme").digest()
    parts = b"florin seal v1\x00" + genesis_digest + bytes(32) + b"2026-03-05" + b"\x00\x00\x00\x00\x00\x00\x01\x02"

    assert sha256(parts).digest() == chain(GENESIS, bytes(32), DAY, 258)


@pytest.mark.parametrize(("previous", "root"), [(b"", EMPTY_ROOT), (GENESIS, b""), (GENESIS + b"x", EMPTY_ROOT[:-1])])
def test_a_seal_is_not_made_of_parts_of_another_length(previous: bytes, root: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        chain(previous, root, DAY, 1)
