"""The links that are sent to recipients: derived when they are needed, and found by a blind index."""

from uuid import UUID

from florin.crypto.vault import Vault


def link_of(vault: Vault, page: str, key_id: int, card_id: UUID, sending: int) -> str:
    """The link to send for a card: the address of the page that claims, and the token as its fragment.

    A fragment is not sent to any server, so the token stands in no log of a proxy; the page sends it in a body.
    ``key_id`` is the one that the card was made under, ``sending`` the number in the event ``card_link.sent``.
    """
    return f"{page}#{vault.claim_tokens.derive(key_id, card_id.bytes, sending)}"


def token_index(vault: Vault, key_id: int, card_id: UUID, sending: int) -> bytes:
    """What the database finds a link by."""
    return vault.claim_token_index.of(vault.claim_tokens.derive(key_id, card_id.bytes, sending))
