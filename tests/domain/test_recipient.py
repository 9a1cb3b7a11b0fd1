"""What is shown of a recipient."""

import pytest

from florin.domain.recipient import Recipient, masked_contact, masked_name


def test_no_representation_of_a_recipient_shows_a_value() -> None:
    assert "Recipient()" == repr(Recipient("张伟", "+8613800138000", "E-0017", None))


@pytest.mark.parametrize(
    ("contact", "shown"),
    [("+8613800138000", "+86*******8000"), ("wei@example.cn", "w***@example.cn"), ("w@example.cn", "w***@example.cn")],
)
def test_a_contact_is_shown_so_that_its_owner_knows_it(contact: str, shown: str) -> None:
    assert shown == masked_contact(contact)


@pytest.mark.parametrize(("name", "shown"), [("张伟", "张*"), ("欧阳娜娜", "欧*"), ("A", "A*")])
def test_a_name_is_shown_by_its_first_character(name: str, shown: str) -> None:
    assert shown == masked_name(name)
