"""Secrets of webhooks, as the Standard Webhooks specification spells them."""

import base64
import os
from typing import Final

_BYTES: Final = 32  # the specification asks for 24 to 64

PREFIX: Final = "whsec_"


def new_webhook_secret() -> str:
    """A new secret: ``whsec_`` and 32 random bytes in base 64."""
    return PREFIX + base64.b64encode(os.urandom(_BYTES)).decode()
