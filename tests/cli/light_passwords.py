"""Imported by the process that commands are forks of: passwords cost them next to nothing.

A sign-in takes 64 MiB and most of the time of a command; what that is worth, `tests/crypto/test_passwords.py` tells.
"""

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from florin.crypto import passwords

passwords._HASHER = PasswordHash(  # noqa: SLF001 (nobody but a test may ask for weaker ones)
    (Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)
)
