"""What the file of the accounts says of each kind of provider. A library is imported when an account needs it."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Annotated, ClassVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from florin.gateways.payment_provider import PaymentProvider
from florin.gateways.sandbox import SandboxAccount, SandboxProvider

Unit = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
Amount = Annotated[int, msgspec.Meta(ge=1)]
Secret = Annotated[str, msgspec.Meta(min_length=1)]
Address = Annotated[str, msgspec.Meta(pattern="^https?://[^\\s/]+$")]


class SandboxForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="sandbox"):
    """The provider to practise with; its public keys are 32 bytes in base 64, by serial."""

    kind: ClassVar[str] = "sandbox"
    extra: ClassVar[str] = ""

    unit: Unit
    least_minor: Amount
    most_minor: Amount
    address: Address
    merchant_id: str
    api_key: Secret
    public_keys: Mapping[str, str]

    def open(self) -> PaymentProvider:
        """A gateway to the account; `ValueError` when a key is none."""
        keys = {serial: Ed25519PublicKey.from_public_bytes(b64decode(key)) for serial, key in self.public_keys.items()}
        return SandboxProvider(SandboxAccount(self.address, self.merchant_id, self.api_key, keys))
