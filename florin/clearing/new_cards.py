"""Making cards: ids and numbers by chance, and what is stored of number and e-code. No PIN is made: it is derived."""

from florin.crypto.random_digits import many_random_digits
from florin.crypto.vault import Vault
from florin.domain.card_number import compose, last_four
from florin.storage.cards.card_rows import NewCard
from florin.storage.fresh_ids import fresh_ids


def make_cards(vault: Vault, issuer_prefix: str, count: int, *, has_ecode: bool) -> list[NewCard]:
    """New cards under the vault's writing key. Their numbers may collide with existing ones: storing them tells."""
    numbers = vault.numbers.of
    seal = vault.card_numbers.seal
    ecode_index = vault.ecodes.of
    derive_ecode = vault.cards.derive_ecode
    key_id = vault.cards.writing_key_id
    cards = []
    for card_id, digits in zip(fresh_ids(count), many_random_digits(12, count), strict=True):
        number = compose(issuer_prefix, digits)
        row_id = card_id.bytes
        ecode = ecode_index(derive_ecode(key_id, row_id)) if has_ecode else None
        cards.append(
            NewCard(card_id, numbers(number), seal(number.encode(), row_id), last_four(number).encode(), ecode)
        )
    return cards
