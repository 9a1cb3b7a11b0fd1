from datetime import date, timedelta

import pytest

from florin.domain.invalid_field import InvalidField
from florin.domain.member_contact import require_next_on, require_notes

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize("notes", ["", "  ", "x" * 2001])
def test_what_is_no_note(notes: str) -> None:
    with pytest.raises(InvalidField, match="notes"):
        require_notes(notes)


@pytest.mark.parametrize("days", [-1, 367])
def test_the_next_call_is_neither_past_nor_far(days: int) -> None:
    require_next_on(TODAY, TODAY)
    with pytest.raises(InvalidField, match="next_on"):
        require_next_on(TODAY + timedelta(days=days), TODAY)
