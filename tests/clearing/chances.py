"""Whom the histories are about, and how often they do what."""

from datetime import timedelta
from typing import Final

from florin.domain.card_life import CardBlock
from florin.domain.member_life import MemberOperation
from tests.clearing.naive_things import Shown

# Kind, status, principal and bonus in minor units. Some are near a cap, some nearly empty, some not sold yet.
CARDS: Final = (
    ("bearer_gift", "active", 100_00, 0),
    ("bearer_gift", "active", 1000_00, 50_00),
    ("bearer_gift", "in_stock", 0, 0),
    ("bearer_gift", "in_stock", 0, 0),
    ("registered_gift", "active", 3, 2),
    ("recharge", "active", 100_00, 10_00),
    ("recharge", "active", 200_00, 0),
    ("recharge", "in_stock", 0, 0),
)
# Status, principal in minor units, and whether the real name is known.
MEMBERS: Final = (("registered", 0, False), ("active", 60_00, False), ("active", 4950_00, True))

# Mostly what leads somewhere: a history of refusals proves little.
VERBS: Final = {
    "purchase": 6, "hold": 4, "capture": 3, "release": 1, "refund": 3, "refund_by_reference": 2, "void": 2,
    "reverse": 3, "sell": 1, "activate": 2, "redeem": 2, "inquire": 1, "guess": 1, "change_card": 1,
    "change_member": 2, "wait": 1, "sweep": 1, "close_the_days": 1, "send_again": 2, "reuse_a_key": 1,
}  # fmt: skip
MERCHANTS: Final = {"shop": 6, "rival": 2, "stranger": 1}
PAYING_CARDS: Final = {0: 2, 1: 3, 2: 1, 3: 1, 4: 1, 5: 1}
PAYING_MEMBERS: Final = {0: 1, 1: 3, 2: 3}
CARD_CHANGES: Final[dict[CardBlock | None, int]] = {**dict.fromkeys(CardBlock, 1), CardBlock.NONE: 4, None: 1}
WAYS_TO_SHOW: Final[dict[Shown, int]] = {"right PIN": 7, "e-code": 2, "wrong PIN": 1}
MEMBER_CHANGES: Final = {MemberOperation.BLOCK: 2, MemberOperation.UNBLOCK: 4, MemberOperation.CLOSE: 1}
SPANS: Final = {timedelta(seconds=59): 1, timedelta(minutes=1): 1, timedelta(minutes=5): 2, timedelta(hours=25): 1}
