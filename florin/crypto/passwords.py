"""Passwords of people: Argon2id, and the length rule of NIST SP 800-63B.

Hashing takes about 64 MiB and a tenth of a second on purpose: call it in a worker thread.
"""

import secrets
import unicodedata
from typing import NamedTuple

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from florin.crypto.ecode import ECODE_BITS, group_ecode, spell_ecode

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 128
# One character of NFKC comes from at most four code points that compose (UAX #15), so a longer text is too long, and
# nobody can make us normalise megabytes.
_LONGEST_PRESENTED = 4 * MAXIMUM_LENGTH

# The second recommended option of RFC 9106, section 4, for machines with other work to do.
_HASHER = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=64 * 1024, parallelism=4),))


class PasswordRefused(ValueError):
    """A password is too short, or too long."""


class Verified(NamedTuple):
    """The outcome of a check, and the hash to store instead when the parameters have grown."""

    ok: bool
    new_hash: str | None


def new_initial_password() -> str:
    """Return a fresh password for a login's first sign-in: 100 random bits, spelled to be read out and typed."""
    return group_ecode(spell_ecode(secrets.randbits(ECODE_BITS)))


def is_acceptable(password: str) -> bool:
    """Say whether ``hash_password`` would take a new password, without the work of hashing it."""
    return _normalised(password) is not None


def hash_password(password: str) -> str:
    """Return the Argon2id hash to store for a new password.

    It must have 8 to 128 characters after NFKC, of any kind: rules of composition make
    passwords worse (NIST SP 800-63B-3, section 5.1.1.2).

    Raises:
        PasswordRefused: it has not.
    """
    normal = _normalised(password)
    if normal is None:
        raise PasswordRefused(f"a password has {MINIMUM_LENGTH} to {MAXIMUM_LENGTH} characters")
    return _HASHER.hash(normal)


def verify_password(stored: str | None, password: str) -> Verified:
    """Check a password against the stored hash, or against none when the user is unknown.

    Both cases do the work of one hash, so the time does not tell who has an account. The same
    holds for a password that is too short or too long to be anybody's.

    Raises:
        pwdlib.exceptions.UnknownHashError: what is stored is no Argon2 hash.
    """
    normal = _normalised(password)
    if stored is None:
        _HASHER.hash(normal or b"")
        return Verified(ok=False, new_hash=None)
    ok, new_hash = _HASHER.verify_and_update(normal or b"", stored)
    return Verified(ok=ok, new_hash=new_hash)


def _normalised(password: str) -> bytes | None:
    """Return the bytes of the password in NFKC, or None when its length allows no account to have it."""
    if len(password) > _LONGEST_PRESENTED:
        return None
    normal = unicodedata.normalize("NFKC", password)
    if not MINIMUM_LENGTH <= len(normal) <= MAXIMUM_LENGTH:
        return None
    return normal.encode(errors="surrogatepass")
