import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.change_contacts import change_contacts
from florin.clearing.membership.contacts import Contacts
from florin.clearing.membership.read_profile import read_profile
from florin.clearing.membership.register_member import register_member
from florin.clearing.membership.sign_in import SessionOpened, sign_in
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from tests.clearing.membership.conftest import NOW, PASSWORD, Anna, attempt, registration

SIGN_IN_NAMES = ("anna@example.org", "+8613800138000", "anna@new.example")


async def test_contacts_are_replaced_and_sign_in_from_then_on(house: ClearingHouse, anna: Anna) -> None:
    contacts = Contacts.read("Anna@New.Example", None)

    assert await change_contacts(house, anna.who, "wrong one", None, contacts, NOW) is Decline.PASSWORD_INCORRECT
    assert await change_contacts(house, anna.who, PASSWORD, None, contacts, NOW) is None

    profile = await read_profile(house, anna.id)
    assert profile is not None
    assert ("anna@new.example", None) == (profile.mail, profile.mobile)
    by = {name: await sign_in(house, attempt(anna.who.programme_id, name=name), NOW) for name in SIGN_IN_NAMES}
    assert {"anna@new.example"} == {name for name, answer in by.items() if isinstance(answer, SessionOpened)}


async def test_nobody_takes_over_the_contact_of_another(house: ClearingHouse, anna: Anna) -> None:
    berta = registration(anna.who.programme_id, user_name="berta", mail="berta@example.org", mobile="+8613900139000")
    await register_member(house, berta, NOW)

    for mail, mobile in (("berta@example.org", None), (None, "+8613900139000")):
        contacts = Contacts.read(mail, mobile)
        assert await change_contacts(house, anna.who, PASSWORD, None, contacts, NOW) is Decline.CONTACT_TAKEN
    with pytest.raises(InvalidField):
        Contacts.read(None, None)
