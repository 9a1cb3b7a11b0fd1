import re
from dataclasses import replace

import pytest

from florin.crypto.delivery_passwords import DeliveryPasswords
from florin.crypto.keyring import Keyring, UnknownKey

KEYRING = Keyring(writing_key_id=1, index_key_id=1, roots={1: bytes(range(32))})
ROTATED = replace(KEYRING, writing_key_id=2, roots=KEYRING.roots | {2: bytes(32)})
DELIVERY = bytes(range(16))
PASSWORD = "0N0S-M28D-9Y46-M7XK-K8M8"


def test_the_password_of_a_delivery_never_changes() -> None:
    assert DeliveryPasswords(KEYRING).derive(1, DELIVERY) == PASSWORD
    assert DeliveryPasswords(ROTATED).derive(1, DELIVERY) == PASSWORD


def test_new_deliveries_are_made_under_the_writing_key() -> None:
    assert (DeliveryPasswords(KEYRING).writing_key_id, DeliveryPasswords(ROTATED).writing_key_id) == (1, 2)


def test_every_delivery_and_every_key_has_a_password_of_its_own() -> None:
    rotated = DeliveryPasswords(ROTATED)
    passwords = {rotated.derive(key, delivery) for key in (1, 2) for delivery in (DELIVERY, bytes(16))}
    assert len(passwords) == 4
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}", each) for each in passwords)


def test_a_key_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UnknownKey):
        DeliveryPasswords(KEYRING).derive(2, DELIVERY)
