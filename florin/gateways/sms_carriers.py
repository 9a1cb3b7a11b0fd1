"""The carriers of short messages, from a private file: each has the numbers that begin as it says.

``docs/notices.md`` shows the file. A library is imported when a carrier needs it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Final

import msgspec

from florin.domain.notice import Language, NoticeKind
from florin.gateways.account_file import AccountsMisconfigured, read_accounts
from florin.gateways.failures import GatewayAwayError, OneWayAwayError, RefusedForGoodError
from florin.gateways.short_message import ShortMessage, ShortMessageGateway

REST: Final = timedelta(seconds=15)
"""What a carrier that is away is left alone for."""

Text = Annotated[str, msgspec.Meta(min_length=1)]
Address = Annotated[str, msgspec.Meta(pattern="^https?://[^\\s]+[^\\s/]$")]
Prefix = Annotated[str, msgspec.Meta(pattern="^\\+[0-9]{0,15}$")]


class _Numbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every carrier says: the beginnings of the numbers that it serves; the longest that fits decides."""

    numbers: Annotated[tuple[Prefix, ...], msgspec.Meta(min_length=1)]
    address: Address | None = None


class TemplateForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A template of a carrier's: its code, and for each of its places the name of our value."""

    code: Text
    values: Mapping[str, Text] = {}


class AliyunForm(_Numbers, frozen=True, tag_field="kind", tag="aliyun"):
    """Aliyun: an access key, the approved signature, and the approved templates by kind of notice and language."""

    extra: ClassVar[str] = "aliyun-sms"

    access_key_id: Text
    access_key_secret: Text
    sign_name: Text
    templates: Mapping[NoticeKind, Mapping[Language, TemplateForm]]

    def open(self) -> ShortMessageGateway:
        """A gateway to the account; `ImportError` without the library."""
        from florin.gateways.aliyun_sms import (  # noqa: PLC0415 (an extra)
            ADDRESS,
            AliyunAccount,
            AliyunShortMessages,
            AliyunTemplate,
        )

        templates = {
            (kind, language): AliyunTemplate(form.code, form.values)
            for kind, forms in self.templates.items()
            for language, form in forms.items()
        }
        address = self.address or ADDRESS
        return AliyunShortMessages(
            AliyunAccount(self.access_key_id, self.access_key_secret, self.sign_name, templates, address)
        )


class TwilioForm(_Numbers, frozen=True, tag_field="kind", tag="twilio"):
    """Twilio: an account's token, and the number, name or messaging service that messages come from."""

    extra: ClassVar[str] = "twilio"

    account_sid: Text
    auth_token: Text
    sender: Text

    def open(self) -> ShortMessageGateway:
        """A gateway to the account; `ImportError` without the library."""
        from florin.gateways.twilio_sms import ADDRESS, TwilioAccount, TwilioShortMessages  # noqa: PLC0415 (the same)

        return TwilioShortMessages(
            TwilioAccount(self.account_sid, self.auth_token, self.sender, self.address or ADDRESS)
        )


CarrierForm = AliyunForm | TwilioForm


class CarriedShortMessages:
    """Short messages through carriers, each number through the one that serves it; one that is away delays no other."""

    def __init__(self, carriers: Mapping[str, ShortMessageGateway]) -> None:
        """``carriers`` by the beginnings of the numbers that they serve."""
        self._carriers = carriers
        self._rest_until: dict[int, datetime] = {}

    async def send(self, message: ShortMessage, now: datetime) -> None:
        """As `ShortMessageGateway.send`; a number that no carrier serves is refused for good."""
        fitting = [prefix for prefix in self._carriers if message.number.startswith(prefix)]
        if not fitting:
            raise RefusedForGoodError("no carrier serves this number")
        carrier = self._carriers[max(fitting, key=len)]
        if now < self._rest_until.get(id(carrier), now) <= now + REST:
            raise OneWayAwayError("the carrier was away a moment ago")
        try:
            await carrier.send(message, now)
        except GatewayAwayError as error:
            self._rest_until[id(carrier)] = now + REST
            raise OneWayAwayError(str(error)) from error


def carriers_of(path: Path) -> ShortMessageGateway:
    """The carriers of a file.

    Raises:
        AccountsMisconfigured: as `read_accounts`; or two carriers want the same numbers, or a library is missing.
    """
    carriers: dict[str, ShortMessageGateway] = {}
    for name, form in read_accounts(path, dict[str, CarrierForm]).items():
        try:
            gateway = form.open()
        except ImportError:
            raise AccountsMisconfigured(f"{name}: install florin[{form.extra}], which speaks to this carrier") from None
        for prefix in form.numbers:
            if prefix in carriers:
                raise AccountsMisconfigured(f"{name}: another carrier serves {prefix} already")
            carriers[prefix] = gateway
    return CarriedShortMessages(carriers)
