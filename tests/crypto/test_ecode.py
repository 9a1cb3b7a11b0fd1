import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.crypto.ecode import group_ecode, normalise_ecode, spell_ecode

NUMBERS = st.integers(0, 2**100 - 1)


@pytest.mark.parametrize(
    ("number", "spelled"),
    [
        (0, "00000000000000000000"),
        (31, "0000000000000000000Z"),
        (32, "00000000000000000010"),
        (2**100 - 1, "ZZZZZZZZZZZZZZZZZZZZ"),
        (int("0123456789ABCDEFGHIJ", 32), "0123456789ABCDEFGHJK"),
        (int("CDEFGHIJKLMNOPQRSTUV", 32), "CDEFGHJKMNPQRSTVWXYZ"),
    ],
)
def test_a_number_is_spelled_in_the_alphabet_of_crockford(number: int, spelled: str) -> None:
    assert spell_ecode(number) == spelled


@pytest.mark.parametrize(
    "presented",
    [
        "01AB-CDEF-GHJK-MNPQ-RSTV",
        "01ABCDEFGHJKMNPQRSTV",
        "01ab cdef ghjk mnpq rstv",
        "  01AB--CDEF GHJK-MNPQ-RSTV ",
        "OIAB-CDEF-GHJK-MNPQ-RSTV",
        "olAB-CDEF-GHJK-MNPQ-RSTV",
        "oLab-cdef-ghjk-mnpq-rstv",
        "0iAB-CDEF-GHJK-MNPQ-RSTV",
    ],
)
def test_a_code_is_read_however_it_was_typed(presented: str) -> None:
    assert normalise_ecode(presented) == "01ABCDEFGHJKMNPQRSTV"


@pytest.mark.parametrize(
    "presented",
    [
        "",
        "01ABCDEFGHJKMNPQRST",
        "01ABCDEFGHJKMNPQRSTVW",
        "U1ABCDEFGHJKMNPQRSTV",
        "u1ABCDEFGHJKMNPQRSTV",
        "01ABCDEFGHJKMNPQRSTV\n",
        "01ABCDEFGHJKMNPQRST\u017f",  # long s, whose upper case is S
        "0\u0131ABCDEFGHJKMNPQRSTV",  # dotless i, whose upper case is I
        "\uff101ABCDEFGHJKMNPQRSTV",  # full-width zero
        "\u06601ABCDEFGHJKMNPQRSTV",  # Arabic zero
        "01AB\u2013CDEFGHJKMNPQRSTV",  # a dash that is no hyphen
        "01ABCDEFGHJKMNPQRST\ud800",  # half a character
    ],
)
def test_what_cannot_be_a_code_is_refused(presented: str) -> None:
    assert normalise_ecode(presented) is None


def test_a_code_is_shown_as_five_groups_of_four() -> None:
    assert group_ecode("01ABCDEFGHJKMNPQRSTV") == "01AB-CDEF-GHJK-MNPQ-RSTV"


@given(number=NUMBERS)
def test_a_shown_code_comes_back_when_typed(number: int) -> None:
    code = spell_ecode(number)
    assert normalise_ecode(group_ecode(code)) == code
    assert normalise_ecode(code.lower()) == code


@given(number=NUMBERS, other=NUMBERS)
def test_two_numbers_are_never_spelled_alike(number: int, other: int) -> None:
    assert (spell_ecode(number) == spell_ecode(other)) == (number == other)


@given(presented=st.text(alphabet="01oOiIlLaAzZuU- ", min_size=18, max_size=24))
def test_normalising_twice_changes_nothing(presented: str) -> None:
    code = normalise_ecode(presented)
    assert code is None or normalise_ecode(code) == code
