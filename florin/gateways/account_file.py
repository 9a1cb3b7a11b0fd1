"""Files of the accounts that we have elsewhere: private, in TOML, and refused in one sentence that tells no secret."""

from pathlib import Path
from typing import TypeVar

import msgspec

from florin.crypto.private_file import ExposedFile, read_private

_Form = TypeVar("_Form")


class AccountsMisconfigured(Exception):
    """A file of accounts cannot be used; its words say what is wrong, and never what a secret is."""


def read_accounts(path: Path, form: type[_Form]) -> _Form:
    """What a file says.

    Raises:
        AccountsMisconfigured: it is missing, others may read it, or it is not of that form.
    """
    try:
        return msgspec.toml.decode(read_private(path), type=form)
    except ExposedFile as error:
        raise AccountsMisconfigured(str(error)) from None
    except OSError as error:
        raise AccountsMisconfigured(f"{path} cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AccountsMisconfigured(f"{path}: {error}") from None
