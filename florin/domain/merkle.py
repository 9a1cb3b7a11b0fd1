"""The seal of a business day: a Merkle root over its rows, chained to the seal of the day before.

The tree is that of RFC 9162, section 2.1 (the same as RFC 6962): leaves and nodes are hashed with different prefixes,
so a node can never pass for a row, and an odd node moves up unpaired instead of being doubled, so two different books
never share a root.
"""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Final

DIGEST_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"
_GENESIS: Final = b"florin genesis v1\x00"
_SEAL: Final = b"florin seal v1\x00"
_COUNT_BYTES: Final = 8


def leaf_hash(row: bytes) -> bytes:
    """The hash of one row's canonical bytes, ready to be added to a tree."""
    return sha256(_LEAF + row).digest()


class GrowingTree:
    """A Merkle tree that takes leaves one by one and keeps only the roots of its complete subtrees.

    The memory is one digest for each bit set in ``count``: at most 27 for a day of 100 million rows. The rows can come
    from any stream, asynchronous ones included.
    """

    def __init__(self) -> None:
        self.count = 0
        self._peaks: list[bytes] = []  # roots of complete subtrees, the largest and leftmost first

    def add(self, leaf: bytes) -> None:
        """Appends one leaf hash; the order of leaves is part of what the root says."""
        _require_digest(leaf)
        self.count += 1
        pending = self.count
        while pending % 2 == 0:  # each trailing zero bit of the count is a pair of equal subtrees to join
            leaf = _node_hash(self._peaks.pop(), leaf)
            pending >>= 1
        self._peaks.append(leaf)

    def root(self) -> bytes:
        """The root over the leaves so far; ``EMPTY_ROOT`` if there are none. More leaves may follow."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = _node_hash(peak, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over all of ``leaves`` (leaf hashes, in order)."""
    tree = GrowingTree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def genesis(book: bytes) -> bytes:
    """What the first seal of a book is chained to; ``book`` names it, such as the bytes of a programme's id.

    Binding the name at the root of the chain keeps the seals of one book from passing as those of another.
    """
    return sha256(_GENESIS + book).digest()


def chain(previous_seal: bytes, root: bytes, business_date: date, count: int) -> bytes:
    """The seal of ``business_date``: a digest of the seal before it, the day's root, its date and its number of rows.

    Every part has a fixed length, so no two different days have the same bytes. ``previous_seal`` of a book's first
    day is its ``genesis``.
    """
    _require_digest(previous_seal)
    _require_digest(root)
    day = business_date.isoformat().encode("ascii")
    return sha256(_SEAL + previous_seal + root + day + count.to_bytes(_COUNT_BYTES, "big")).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()


def _require_digest(digest: bytes) -> None:
    if len(digest) != DIGEST_BYTES:
        raise ValueError(f"a digest has {DIGEST_BYTES} bytes")
