"""What a line of a statement says of people, behind its seal."""

from typing import Final
from uuid import UUID

import msgspec

from florin.crypto.envelope import Envelope
from florin.domain.statement_line import LineDetails

_decode: Final = msgspec.json.Decoder(LineDetails).decode


def opened_details(sealed: bytes, line_id: UUID, seal: Envelope) -> LineDetails:
    """The details of a line, opened."""
    return _decode(seal.open(sealed, line_id.bytes))
