"""Aliyun's short messages (Dysms, API of 2017-05-25), with its official library: templates that Aliyun has approved.

Aliyun knows no repetition: what is asked for twice is sent twice. But it keeps our id (``OutId``) with what it has
sent, so a message of which nobody knows what became is looked for before it is sent again.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

import msgspec
from alibabacloud_dysmsapi20170525.client import (  # type: ignore[import-untyped]  # it has no types
    Client,
)
from alibabacloud_dysmsapi20170525.models import (  # type: ignore[import-untyped]  # the same
    QuerySendDetailsRequest,
    SendSmsRequest,
)
from alibabacloud_tea_openapi.utils_models import Config  # type: ignore[import-untyped]  # the same
from darabonba.exceptions import DaraException, ResponseException  # type: ignore[import-untyped]  # the same
from darabonba.runtime import RuntimeOptions  # type: ignore[import-untyped]  # the same

from florin.domain.notice import Language, NoticeKind
from florin.gateways.failures import GatewayAwayError, NotNowError, RefusedForGoodError
from florin.gateways.short_message import ShortMessage

ADDRESS: Final = "https://dysmsapi.aliyuncs.com"
CONNECT_TIMEOUT_MS: Final = 3_000
READ_TIMEOUT_MS: Final = 10_000

_BEIJING: Final = timezone(timedelta(hours=8))
_MAINLAND: Final = "+86"
_OK: Final = "OK"
_PAGE: Final = 50  # the most that Aliyun gives, and more than it sends to one number in a day
_FAILED: Final = 2  # of the states of a message that was sent: 1 under way, 2 failed, 3 arrived

# Error codes of SendSms. What is neither for good nor ours is tried again, unknown codes among it.
_FOR_GOOD: Final = frozenset(
    {
        "isv.BLACK_KEY_CONTROL_LIMIT",
        "isv.MOBILE_NUMBER_ILLEGAL",
        "isv.PARAM_LENGTH_LIMIT",
        "isv.PARAM_NOT_SUPPORT_URL",
        "isv.SMS_CONTENT_ILLEGAL",
        "isv.TEMPLATE_PARAMS_ILLEGAL",
    }
)
_OURS: Final = frozenset(
    {
        "isp.RAM_PERMISSION_DENY",
        "isv.ACCOUNT_ABNORMAL",
        "isv.ACCOUNT_NOT_EXISTS",
        "isv.AMOUNT_NOT_ENOUGH",
        "isv.DAY_LIMIT_CONTROL",
        "isv.MONTH_LIMIT_CONTROL",
        "isv.OUT_OF_SERVICE",
        "isv.PRODUCT_UNSUBSCRIBE",
        "isv.PRODUCT_UN_SUBSCRIPT",
    }
)


@dataclass(frozen=True, slots=True)
class AliyunTemplate:
    """A template that Aliyun has approved: its code, and which of our values stands for each of its places."""

    code: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AliyunAccount:
    """An account, the approved signature that every message begins with, and its templates."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    sign_name: str
    templates: Mapping[tuple[NoticeKind, Language], AliyunTemplate]
    address: str = ADDRESS


class AliyunShortMessages:
    """One account at Aliyun."""

    def __init__(self, account: AliyunAccount) -> None:
        """A gateway to that account. The library is left no retries of its own: it would send twice."""
        scheme, _, host = account.address.partition("://")
        self._account = account
        self._client = Client(
            Config(
                access_key_id=account.access_key_id,
                access_key_secret=account.access_key_secret,
                endpoint=host,
                protocol=scheme.upper(),
                connect_timeout=CONNECT_TIMEOUT_MS,
                read_timeout=READ_TIMEOUT_MS,
            )
        )

    async def send(self, message: ShortMessage, now: datetime) -> None:
        """As `ShortMessageGateway.send`."""
        template = self._template(message)
        if message.begun_at is not None and await self._was_sent(message, message.begun_at, now):
            return
        request = SendSmsRequest(
            phone_numbers=_number(message.number),
            sign_name=self._account.sign_name,
            template_code=template.code,
            template_param=msgspec.json.encode(_filled(template, message)).decode(),
            out_id=message.id,
        )
        await _answer(lambda: self._client.send_sms_with_options_async(request, RuntimeOptions()))

    def _template(self, message: ShortMessage) -> AliyunTemplate:
        """The template in the reader's language, or else in the other one."""
        for language in (message.language, *Language):
            if (message.kind, language) in self._account.templates:
                return self._account.templates[message.kind, language]
        raise RefusedForGoodError(f"no template for {message.kind}")

    async def _was_sent(self, message: ShortMessage, begun_at: datetime, now: datetime) -> bool:
        """Whether Aliyun has sent a message, or is about to; one that did not arrive counts as not sent."""
        begun_on = begun_at.astimezone(_BEIJING).date()
        days = {begun_on, min(begun_on + timedelta(days=1), now.astimezone(_BEIJING).date())}
        for day in sorted(days):
            found = [each for each in await self._sent(message, day) if each.out_id == message.id]
            if any(each.send_status != _FAILED for each in found):
                return True
        return False

    async def _sent(self, message: ShortMessage, day: date) -> list[Any]:
        request = QuerySendDetailsRequest(
            phone_number=_number(message.number), send_date=f"{day:%Y%m%d}", page_size=_PAGE, current_page=1
        )
        answer = await _answer(lambda: self._client.query_send_details_with_options_async(request, RuntimeOptions()))
        found = answer.body.sms_send_detail_dtos
        return [] if found is None else list(found.sms_send_detail_dto or ())


def _filled(template: AliyunTemplate, message: ShortMessage) -> dict[str, str]:
    missing = sorted({ours for ours in template.values.values() if ours not in message.values})
    if missing:
        raise NotNowError(f"{message.kind} has no value {', '.join(missing)}")
    return {theirs: message.values[ours] for theirs, ours in template.values.items()}


async def _answer(call: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 (the library has no types)
    """An answer that says OK; what it says else becomes the error that it means."""
    try:
        answer = await call()
    except ResponseException as error:
        # The gateway in front of the service: bad keys, too many calls, or out of order. It has sent nothing.
        raise GatewayAwayError(f"aliyun answered {error.code}") from None
    except DaraException as error:
        raise GatewayAwayError(type(error).__name__) from None
    except Exception as error:  # noqa: BLE001 (the library lets through whatever goes wrong within)
        raise GatewayAwayError(type(error).__name__) from None
    code = None if answer.body is None else answer.body.code
    if code == _OK:
        return answer
    if code is None or code in _OURS:
        raise GatewayAwayError(f"aliyun answered {code}")
    raise (RefusedForGoodError if code in _FOR_GOOD else NotNowError)(code)


def _number(number: str) -> str:
    """As Aliyun writes numbers: those of the mainland without a country code, others with it and no plus."""
    return number.removeprefix(_MAINLAND) if number.startswith(_MAINLAND) else number.removeprefix("+")
