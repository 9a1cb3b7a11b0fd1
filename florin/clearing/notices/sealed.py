"""What of a notice only its recipient may read: sealed for the notice that carries it, and gone once it is sent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from florin.crypto.vault import Vault
from florin.storage.notices.notices import NewNotice


def with_secret(vault: Vault, notice: NewNotice, secret: Mapping[str, Any]) -> NewNotice:
    """The notice with values for its text that nobody else may see, such as a one-time code."""
    return replace(notice, secret=vault.notice_secrets.seal(msgspec.json.encode(secret), notice.id.bytes))


def to_address(vault: Vault, notice: NewNotice, address: str) -> NewNotice:
    """The notice with an address of its own: a mail address or a mobile number in canonical form."""
    return replace(notice, address=vault.notice_addresses.seal(address.encode(), notice.id.bytes))
