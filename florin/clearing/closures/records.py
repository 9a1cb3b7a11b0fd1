"""What a closure keeps of its holder: sealed, and opened for those who decide, pay, or are the holder.

What the holder confirms is the digest of these details, so that neither an account nor an amount can be exchanged
between what was shown and what is paid.
"""

import hmac
from typing import Final
from uuid import UUID

import msgspec

from florin.crypto.vault import Vault
from florin.domain.bank_account import BankAccount
from florin.domain.closure import Closure, PayoutAccount
from florin.domain.identity import Identity

_encode: Final = msgspec.json.Encoder(order="deterministic").encode


def sealed_holder(vault: Vault, closure_id: UUID, identity: Identity) -> bytes:
    """Name and document of whoever is paid out, as the database keeps them."""
    return vault.closure_identities.seal(_encode(identity), closure_id.bytes)


def opened_holder(vault: Vault, closure: Closure) -> Identity | None:
    """Name and document of whoever is paid out; None where nobody has shown one, or it has been forgotten."""
    sealed = closure.identity_encrypted
    if sealed is None:
        return None
    return msgspec.json.decode(vault.closure_identities.open(sealed, closure.id.bytes), type=Identity)


def sealed_account(vault: Vault, account_id: UUID, account: BankAccount) -> bytes:
    """A bank account as the database keeps it."""
    return vault.payout_accounts.seal(_encode(account), account_id.bytes)


def opened_account(vault: Vault, account: PayoutAccount) -> BankAccount | None:
    """The bank account; None once it has been forgotten."""
    if account.account_encrypted is None:
        return None
    opened = vault.payout_accounts.open(account.account_encrypted, account.id.bytes)
    return msgspec.json.decode(opened, type=BankAccount)


def details_hash(vault: Vault, closure: Closure, name: str | None, last4: str | None) -> bytes:
    """The 32-byte keyed digest of what the holder confirms: who, which account, how much, and where it goes."""
    told = {
        "closure": closure.id.hex,
        "owner": closure.owner_id.hex,
        "name": name,
        "account_last4": last4,
        "in_cash": closure.in_cash,
        "principal_minor": closure.principal_minor,
        "bonus_minor": closure.bonus_minor,
        "unit": closure.unit,
    }
    return vault.fingerprint.of("closure_details", _encode(told))


def code_digest(vault: Vault, closure: Closure, code: str) -> bytes:
    """What is kept of a code: it fits this closure, this amount and these details, and nothing else."""
    bound = f"{closure.id.hex}:{closure.principal_minor}:{closure.unit}:{closure.details_hash.hex()}:{code}"
    return vault.closure_codes.of(bound)


def is_code(vault: Vault, closure: Closure, code: str, digest: bytes) -> bool:
    """Whether the code is the one whose digest is kept, in equal time for any."""
    return hmac.compare_digest(code_digest(vault, closure, code), digest)
