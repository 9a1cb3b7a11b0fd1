"""Pack ``none``: no caps, no papers, no prescribed validity; for a programme that no law of its place regulates.

The network stays closed: that a card pays only where its issuer has agreed with the merchant is the programme's own
promise, and an open door must never be the default.
"""

from datetime import date
from typing import Final

from florin.domain.policy.pack import Pack
from florin.domain.policy.rules import OwnNetwork

UNREGULATED: Final = Pack(name="none", rules=(OwnNetwork(source="the programme's terms", effective_from=date.min),))
