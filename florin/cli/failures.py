"""Which exit code a failure becomes. Knows the failures of every room, so it is imported when there is one to tell."""

from typing import Final

from florin.cli.exit_codes import ExitCode, Refusal
from florin.crypto.keyring import KeyringError
from florin.domain.invalid_field import InvalidField
from florin.domain.money import InvalidAmount, UnknownCurrency
from florin.gateways.account_file import AccountsMisconfigured
from florin.storage.connect import DatabaseMisconfigured, DatabaseUnavailable, is_connection_failure
from florin.storage.embedded import EmbeddedServerError
from florin.storage.keyring_check import WrongKeyring
from florin.storage.posting.request import BusyError, OutcomeUnknownError
from florin.storage.schema import SchemaMismatch
from florin.storage.server_check import UnsafeServer

_REFUSALS: Final = (
    AccountsMisconfigured,
    DatabaseMisconfigured,
    EmbeddedServerError,
    InvalidAmount,
    InvalidField,
    KeyringError,
    OSError,
    SchemaMismatch,
    UnknownCurrency,
    UnsafeServer,
    WrongKeyring,
)


def told(error: Exception) -> str:
    """What a failure says to its user: its message, and of the operating system's failures a sentence."""
    if not isinstance(error, OSError) or error.strerror is None:
        return str(error)
    what = error.strerror[0].lower() + error.strerror[1:]
    return what if error.filename is None else f"{error.filename}: {what}"


def exit_code_of(error: Exception) -> ExitCode | None:
    """The exit code for a failure whose message tells its user what to do; None for one that nobody foresaw."""
    match error:
        case Refusal():
            return error.code
        case BusyError() | OutcomeUnknownError() | DatabaseUnavailable():
            return ExitCode.UNAVAILABLE
        case _ if isinstance(error, _REFUSALS):
            return ExitCode.REFUSED
        case _ if is_connection_failure(error):
            return ExitCode.UNAVAILABLE
        case _:
            return None
