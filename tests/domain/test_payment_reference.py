import itertools
import random

import pytest

from florin.domain.payment_reference import (
    ALPHABET,
    REFERENCES,
    compose_reference,
    normalise_reference,
)

SAMPLES = [compose_reference(number) for number in random.Random(3).sample(range(REFERENCES), 50)]


def test_a_reference_has_eight_characters_none_of_which_looks_like_another() -> None:
    assert len(compose_reference(0)) == 8
    assert not set(ALPHABET) & set("0O1IL2Z5S8BUV")
    assert len(set(ALPHABET)) == 23


def test_different_numbers_have_different_references() -> None:
    assert 10_000 == len({compose_reference(number) for number in range(10_000)})


@pytest.mark.parametrize("number", [-1, REFERENCES])
def test_no_other_number_has_a_reference(number: int) -> None:
    with pytest.raises(ValueError, match="no payment reference"):
        compose_reference(number)


def test_what_people_type_is_read_in_any_case_and_grouping() -> None:
    reference = compose_reference(REFERENCES - 1)
    typed = f" {reference[:4].lower()}-{reference[4:]} "
    assert reference == normalise_reference(typed)


@pytest.mark.parametrize("text", ["", "3333", SAMPLES[0] + "3", "O" + SAMPLES[0][1:], SAMPLES[0][:-1] + "\uff13"])
def test_what_cannot_be_a_reference_is_none(text: str) -> None:
    assert normalise_reference(text) is None


@pytest.mark.parametrize("reference", SAMPLES)
def test_one_wrong_character_is_noticed(reference: str) -> None:
    for place, character in itertools.product(range(8), ALPHABET):
        wrong = reference[:place] + character + reference[place + 1 :]
        assert (reference if wrong == reference else None) == normalise_reference(wrong)


@pytest.mark.parametrize("reference", SAMPLES)
def test_two_characters_that_changed_places_are_noticed(reference: str) -> None:
    for one, other in itertools.combinations(range(8), 2):
        swapped = list(reference)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        wrong = "".join(swapped)
        assert (reference if wrong == reference else None) == normalise_reference(wrong)
