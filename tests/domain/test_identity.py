import pytest

from florin.domain.identity import DocumentKind, Identity, is_resident_id
from florin.domain.invalid_field import InvalidField


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_examples_of_the_standard_are_right(number: str) -> None:
    assert is_resident_id(number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "110105194912310021",
        "11010519491231002x",
        "11010519491331002X",
        "11010519490229002X",
        "01010519491231002X",
        "1101051949123100X2",
        "11010519491231002",
        "11010519491231002XX",
        "１１０１０５１９４９１２３１００２Ｘ",  # noqa: RUF001  # full-width digits are what is tested
    ],
)
def test_a_wrong_digit_date_or_length_is_seen(number: str) -> None:
    assert not is_resident_id(number)


def test_one_wrong_digit_anywhere_is_seen() -> None:
    number = "440524188001010014"
    for place, digit in enumerate(number):
        wrong = number[:place] + str((int(digit) + 1) % 10) + number[place + 1 :]
        assert not is_resident_id(wrong)


@pytest.mark.parametrize(
    ("name", "kind", "number", "expected"),
    [
        ("  李  安娜 ", DocumentKind.RESIDENT_ID, "110105 19491231 002x", ("李 安娜", "11010519491231002X")),
        ("Anna Lee", DocumentKind.PASSPORT, "e1234567", ("Anna Lee", "E1234567")),
        ("Anne\u0301", DocumentKind.TAIWAN_PERMIT, "\uff11\uff12\uff13\uff14\uff15", ("Ann\u00e9", "12345")),
    ],
)
def test_an_identity_has_one_spelling(name: str, kind: DocumentKind, number: str, expected: tuple[str, str]) -> None:
    identity = Identity.read(name, kind, number)
    assert expected == (identity.name, identity.document_number)


@pytest.mark.parametrize(
    ("name", "kind", "number", "field"),
    [
        ("", DocumentKind.PASSPORT, "E1234567", "name"),
        ("x" * 101, DocumentKind.PASSPORT, "E1234567", "name"),
        ("An\x00na", DocumentKind.PASSPORT, "E1234567", "name"),
        ("Anna", DocumentKind.PASSPORT, "E123", "document_number"),
        ("Anna", DocumentKind.PASSPORT, "E" * 33, "document_number"),
        ("Anna", DocumentKind.PASSPORT, "E-12345", "document_number"),
        ("Anna", DocumentKind.RESIDENT_ID, "E1234567", "document_number"),
    ],
)
def test_what_is_no_identity_is_refused(name: str, kind: DocumentKind, number: str, field: str) -> None:
    with pytest.raises(InvalidField) as raised:
        Identity.read(name, kind, number)
    assert field == raised.value.field


def test_no_representation_shows_who_it_is() -> None:
    shown = repr(Identity.read("Anna Lee", DocumentKind.PASSPORT, "E1234567"))
    assert "Anna" not in shown
    assert "E1234567" not in shown
