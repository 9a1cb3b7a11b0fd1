"""What is shown of an object that holds keys: in a log, a debugger, a traceback with locals."""

import pytest
from rich.pretty import pretty_repr

from florin.crypto.blind_index import BlindIndex, IndexKind
from florin.crypto.card_secrets import CardSecrets
from florin.crypto.envelope import Envelope
from florin.crypto.fingerprint import Fingerprint
from florin.crypto.keyring import Keyring

KEYRING = Keyring(writing_key_id=1, index_key_id=1, roots={1: bytes(range(32))})


@pytest.mark.parametrize(
    "holder",
    [
        BlindIndex(KEYRING, IndexKind.CARD_NUMBER),
        CardSecrets(KEYRING),
        Envelope(KEYRING, "card", "number_encrypted"),
        Fingerprint(KEYRING),
        KEYRING,
    ],
)
def test_a_holder_of_keys_shows_none_of_them(holder: object) -> None:
    for shown in (repr(holder), str(holder), pretty_repr(holder)):
        assert "b'" not in shown
        assert 'b"' not in shown
        assert len(shown) < 100
