"""The payment reference of an order: what a customer's bookkeeper types into the remark of a bank transfer.

Eight characters, the last of which checks the others. No two characters of the alphabet are mistaken for each other in
print or over the telephone: there is no 0 or O, 1, I or L, 2 or Z, 5 or S, 8 or B, U or V. Being 23, they are prime in
number, so a weighted sum modulo their number notices every single wrong character and every two that changed places.
"""

from typing import Final

ALPHABET: Final = "34679ACDEFGHJKMNPQRTWXY"
BODY_LENGTH: Final = 7

REFERENCES: Final = len(ALPHABET) ** BODY_LENGTH
"""How many payment references there are: 3.4 thousand million."""

_SEPARATORS: Final = str.maketrans("", "", " -")


def compose_reference(number: int) -> str:
    """The reference of a number from 0 to below `REFERENCES`; ``ValueError`` for any other."""
    if not 0 <= number < REFERENCES:
        raise ValueError("no payment reference has this number")
    body = ""
    for _ in range(BODY_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        body += ALPHABET[place]
    return body + _check_character(body)


def normalise_reference(text: str) -> str | None:
    """The reference that somebody has typed in any case, with spaces or hyphens; None if it cannot be one of ours."""
    reference = text.translate(_SEPARATORS).upper()
    if len(reference) != BODY_LENGTH + 1 or not set(reference) <= set(ALPHABET):
        return None
    return reference if _check_character(reference[:-1]) == reference[-1] else None


def _check_character(body: str) -> str:
    # The check character stands at weight one, so no two places of a reference have the same weight.
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, 2))
    return ALPHABET[-total % len(ALPHABET)]
