"""The accounts that we have at payment providers, from a private file: their secrets never stand in the database.

``docs/payment-providers.md`` shows the file of each kind of provider.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final

import msgspec

from florin.crypto.private_file import ExposedFile, read_private
from florin.gateways.payment_provider import NO_PROVIDERS, ProviderAccount
from florin.gateways.provider_forms import ProviderForm
from florin.settings import Settings


class ProvidersMisconfigured(Exception):
    """The file of the accounts cannot be used; its words say what is wrong, and never what a secret is."""


_Code = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_-]{0,31}$")]
_FORMS: Final = dict[_Code, ProviderForm]


def providers_of(settings: Settings) -> Mapping[str, ProviderAccount]:
    """The accounts by their codes; none where the settings name no file.

    Raises:
        ProvidersMisconfigured: the file is missing, others may read it, or it says something that cannot be used.
    """
    if settings.payment_providers is None:
        return NO_PROVIDERS
    forms = _read(settings.payment_providers)
    return MappingProxyType({code: _account(code, form) for code, form in forms.items()})


def _read(path: Path) -> Mapping[str, ProviderForm]:
    try:
        return msgspec.toml.decode(read_private(path), type=_FORMS)
    except ExposedFile as error:
        raise ProvidersMisconfigured(str(error)) from None
    except OSError as error:
        raise ProvidersMisconfigured(f"{path} cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProvidersMisconfigured(f"{path}: {error}") from None


def _account(code: str, form: ProviderForm) -> ProviderAccount:
    if form.least_minor > form.most_minor:
        raise ProvidersMisconfigured(f"{code}: least_minor is more than most_minor")
    try:
        provider = form.open()
    except ImportError:
        raise ProvidersMisconfigured(f"{code}: install florin[{form.extra}], which speaks to this provider") from None
    except ValueError as error:
        raise ProvidersMisconfigured(f"{code}: {error}") from None
    return ProviderAccount(code, form.kind, form.unit, form.least_minor, form.most_minor, provider)
