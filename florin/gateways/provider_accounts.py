"""The accounts that we have at payment providers, from a private file: their secrets never stand in the database.

``docs/payment-providers.md`` shows the file of each kind of provider.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

import msgspec

from florin.gateways.account_file import AccountsMisconfigured, read_accounts
from florin.gateways.payment_provider import NO_PROVIDERS, ProviderAccount
from florin.gateways.provider_forms import ProviderForm
from florin.settings import Settings

_Code = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_-]{0,31}$")]
_FORMS: Final = dict[_Code, ProviderForm]


def providers_of(settings: Settings) -> Mapping[str, ProviderAccount]:
    """The accounts by their codes; none where the settings name no file.

    Raises:
        AccountsMisconfigured: the file is missing, others may read it, or it says something that cannot be used.
    """
    if settings.payment_providers is None:
        return NO_PROVIDERS
    forms = read_accounts(settings.payment_providers, _FORMS)
    return MappingProxyType({code: _account(code, form) for code, form in forms.items()})


def _account(code: str, form: ProviderForm) -> ProviderAccount:
    if form.least_minor > form.most_minor:
        raise AccountsMisconfigured(f"{code}: least_minor is more than most_minor")
    try:
        provider = form.open()
    except ImportError:
        raise AccountsMisconfigured(f"{code}: install florin[{form.extra}], which speaks to this provider") from None
    except ValueError as error:
        raise AccountsMisconfigured(f"{code}: {error}") from None
    return ProviderAccount(code, form.kind, form.unit, form.least_minor, form.most_minor, provider)
