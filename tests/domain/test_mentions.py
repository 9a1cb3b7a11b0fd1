"""Which words of a remittance text may be references."""

import pytest

from florin.domain.mentions import mentions_in
from florin.domain.payment_reference import compose_reference

OURS = compose_reference(123_456_789)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("谢谢", ()),
        ("谢谢\n订单PO-2026-11-20-3", ("PO-2026-11-20-3",)),
        ("Gehalt Karl Kaufmann", ()),
        ("PO-2026-11-20-3 thanks", ("PO-2026-11-20-3",)),
        ("payout 4200001234", ("4200001234",)),
        ("no 12345", ()),
        (f"order {OURS}", (OURS,)),
        (f"order {OURS[:4]} {OURS[4:]}!", (OURS,)),
        (f"order {OURS[:4]}-{OURS[4:]}".lower(), (f"{OURS[:4]}-{OURS[4:]}".lower(), OURS)),
        ("REF12345\n67890 end", ("REF12345", "REF1234567890")),
        ("from NL91ABNA0417164300", ()),
        ("card 4111111111111111", ()),
        ("not a card 4111111111111112", ("4111111111111112",)),
        ("ABC123 ABC123", ("ABC123",)),
    ],
)
def test_words_with_digits_are_mentions_and_account_numbers_are_not(text: str, expected: tuple[str, ...]) -> None:
    assert expected == tuple(each for each in mentions_in(text))


def test_a_text_of_endless_words_mentions_no_more_than_a_few() -> None:
    assert 32 == len(mentions_in(" ".join(f"REF{n:05d}" for n in range(100))))
