"""Making the keyring's file where the settings want it."""

from florin.crypto.keyring import Keyring
from florin.settings import Settings
from florin.storage.embedded import make_data_dir


def make_keyring(settings: Settings) -> None:
    """Make a new keyring, and before it the data directory, which the embedded server's user must be able to enter.

    Raises:
        KeyringExists: there is one already; it was not touched.
        EmbeddedServerError: the data directory is closed to the server's user.
    """
    if settings.database_url is None:
        make_data_dir(settings.data_dir)
    Keyring.create(settings.keyring_path)
