import pytest

from florin.domain.invalid_field import InvalidField
from florin.domain.names import LONGEST_NAME, spelled_name


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("李娜", "李娜"),
        ("  Li \t Na\n", "Li Na"),
        ("Zoe\N{COMBINING DIAERESIS}", "Zo\N{LATIN SMALL LETTER E WITH DIAERESIS}"),
        ("x" * LONGEST_NAME, "x" * LONGEST_NAME),
    ],
)
def test_a_name_has_one_spelling(given: str, spelled: str) -> None:
    assert spelled == spelled_name("name", given)


@pytest.mark.parametrize("given", ["", "  ", "x" * (LONGEST_NAME + 1), "Li\x00Na", "Li\N{RIGHT-TO-LEFT OVERRIDE}Na"])
def test_what_is_no_name_is_refused_by_the_fields_name(given: str) -> None:
    with pytest.raises(InvalidField, match=r"^holder: 1 to 100 printable characters"):
        spelled_name("holder", given)
