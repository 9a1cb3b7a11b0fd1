from datetime import date

import pytest

from florin.domain.declines import Decline
from florin.domain.faces import refused_face
from florin.domain.policy.catalogue import PackName
from florin.domain.programme import ProductKind

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("pack", "kind", "faces_minor", "refusal"),
    [
        (PackName.CN, ProductKind.BEARER_GIFT, [1_000_00], None),
        (PackName.CN, ProductKind.BEARER_GIFT, [1_000_01], Decline.LIMIT_EXCEEDED),
        (PackName.CN, ProductKind.BEARER_GIFT, [100_00, 1_000_01], Decline.LIMIT_EXCEEDED),
        (PackName.CN, ProductKind.RECHARGE, [1_000_00], None),
        (PackName.CN, ProductKind.RECHARGE, [1_000_01], Decline.LIMIT_EXCEEDED),
        (PackName.CN, ProductKind.REGISTERED_GIFT, [5_000_00], None),
        (PackName.CN, ProductKind.REGISTERED_GIFT, [5_000_01], Decline.LIMIT_EXCEEDED),
        (PackName.NONE, ProductKind.BEARER_GIFT, [5_000_01], None),
    ],
)
def test_the_cap_on_a_face_depends_on_who_holds_the_card(
    pack: PackName, kind: ProductKind, faces_minor: list[int], refusal: Decline | None
) -> None:
    assert refusal == refused_face(pack, kind, faces_minor, TODAY)
