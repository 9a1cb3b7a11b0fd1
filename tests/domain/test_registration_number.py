import pytest

from florin.domain.invalid_field import InvalidField
from florin.domain.policy.catalogue import PackName
from florin.domain.registration_number import is_social_credit_identifier, read_registration_number

# Of companies that publish theirs.
GENUINE = ["91330100799655058B", "9144030071526726XG", "914403001922038216", "91110000802100433B"]


@pytest.mark.parametrize("number", GENUINE)
def test_a_published_identifier_is_accepted(number: str) -> None:
    assert is_social_credit_identifier(number)


@pytest.mark.parametrize("number", GENUINE)
def test_every_other_check_character_is_refused(number: str) -> None:
    others = set("0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZ") - {number[-1]}
    assert [] == [each for each in others if is_social_credit_identifier(number[:-1] + each)]


@pytest.mark.parametrize("number", GENUINE)
def test_one_wrong_character_anywhere_is_noticed(number: str) -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    accepted = [
        number[:place] + wrong + number[place + 1 :]
        for place, right in enumerate(number)
        for wrong in alphabet
        if wrong != right and is_social_credit_identifier(number[:place] + wrong + number[place + 1 :])
    ]
    assert [] == accepted


@pytest.mark.parametrize("number", GENUINE)
def test_two_neighbours_that_change_places_are_noticed(number: str) -> None:
    swapped = {number[:place] + number[place + 1] + number[place] + number[place + 2 :] for place in range(17)}
    assert [] == [each for each in swapped - {number} if is_social_credit_identifier(each)]


@pytest.mark.parametrize(
    "number",
    ["", "91330100799655058", "91330100799655058BB", "91330I00799655058B", "9133010079965505٨B", "91330100799655058b"],
)
def test_what_has_another_length_or_alphabet_is_refused(number: str) -> None:
    assert not is_social_credit_identifier(number)


def test_letters_in_the_region_are_refused_although_the_check_character_fits() -> None:
    fits = [
        "91A30100799655058" + check for check in "0123456789ABCDEFGHJKLMNPQRTUWXY"
    ]  # one of them has the right check character
    assert [] == [each for each in fits if is_social_credit_identifier(each)]


@pytest.mark.parametrize("text", ["91330100799655058b", " 9133 0100 7996 5505 8B ", "91330100799655058B"])
def test_an_identifier_has_one_spelling(text: str) -> None:
    assert "91330100799655058B" == read_registration_number(text, PackName.CN)


@pytest.mark.parametrize(
    ("text", "pack"),
    [
        ("91330100799655058C", PackName.CN),
        ("HRB 12345", PackName.CN),
        ("", PackName.NONE),
        ("   ", PackName.NONE),
        ("x" * 33, PackName.NONE),
        ("HRB\u200b12345", PackName.NONE),
    ],
)
def test_what_the_pack_does_not_know_is_refused(text: str, pack: PackName) -> None:
    with pytest.raises(InvalidField, match="registration_number"):
        read_registration_number(text, pack)


@pytest.mark.parametrize("text", ["HRB 12345", "x", "x" * 32])
def test_elsewhere_any_short_text_will_do(text: str) -> None:
    assert text == read_registration_number(text, PackName.NONE)
