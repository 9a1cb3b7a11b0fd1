"""Pack ``none``: no caps, no papers, no prescribed validity; for a programme that no law of its place regulates.

The network stays closed: that a card pays only where its issuer has agreed with the merchant is the programme's own
promise, and an open door must never be the default.
"""

from datetime import date
from typing import Final

from florin.domain.policy.pack import Pack
from florin.domain.policy.rules import OwnNetwork, Retention

_TERMS: Final = "the programme's terms"

UNREGULATED: Final = Pack(
    name="none",
    rules=(OwnNetwork(source=_TERMS, effective_from=date.min),),
    # Long enough for what merchants give back later to find its way.
    retention=(Retention(source=_TERMS, effective_from=date.min, transaction_years=3, identity_years=1),),
)
