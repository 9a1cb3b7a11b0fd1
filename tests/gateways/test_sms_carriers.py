"""The file of the carriers, and which of them a number goes to."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from florin.domain.notice import Language, NoticeKind
from florin.gateways.account_file import AccountsMisconfigured
from florin.gateways.failures import GatewayAwayError, OneWayAwayError, RefusedForGoodError
from florin.gateways.short_message import ShortMessage
from florin.gateways.sms_carriers import REST, CarriedShortMessages, carriers_of

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
ALIYUN = """\
[mainland]
kind = "aliyun"
numbers = ["+86"]
access_key_id = "LTAI5tExample"
access_key_secret = "topsecret"
sign_name = "蜜坚果农场"

[mainland.templates.one_time_code]
zh = { code = "SMS_154950909", values = { code = "code" } }
"""
TWILIO = """\
[abroad]
kind = "twilio"
numbers = ["+"]
account_sid = "AC0"
auth_token = "topsecret"
sender = "+15017122661"
"""


def file(directory: Path, text: str) -> Path:
    path = directory / "carriers.toml"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def message(number: str) -> ShortMessage:
    return ShortMessage("ntc_1", number, "text", NoticeKind.BIRTHDAY, Language.ZH)


class Heard:
    """A carrier that keeps whom it has heard of, or is away."""

    def __init__(self) -> None:
        self.numbers: list[str] = []
        self.is_away = False

    async def send(self, message: ShortMessage, now: datetime) -> None:  # noqa: ARG002 (it goes by no clock)
        self.numbers.append(message.number)
        if self.is_away:
            raise GatewayAwayError("away")


async def test_a_number_goes_to_the_carrier_whose_beginning_fits_best() -> None:
    china, hong_kong, others = Heard(), Heard(), Heard()
    carried = CarriedShortMessages({"+86": china, "+": others, "+852": hong_kong})
    for number in ("+8613912345678", "+85251234567", "+447700900123"):
        await carried.send(message(number), NOW)
    assert (["+8613912345678"], ["+85251234567"], ["+447700900123"]) == tuple(
        each.numbers for each in (china, hong_kong, others)
    )
    with pytest.raises(RefusedForGoodError):
        await CarriedShortMessages({"+86": china}).send(message("+447700900123"), NOW)


async def test_a_carrier_that_is_away_is_left_alone_for_a_while_and_delays_no_other() -> None:
    china, others = Heard(), Heard()
    china.is_away = True
    carried = CarriedShortMessages({"+86": china, "+": others})
    for _ in range(3):
        with pytest.raises(OneWayAwayError):
            await carried.send(message("+8613912345678"), NOW)
        await carried.send(message("+447700900123"), NOW)
    assert (1, 3) == (len(china.numbers), len(others.numbers))
    china.is_away = False
    await carried.send(message("+8613912345678"), NOW + REST)
    await carried.send(message("+8613912345678"), NOW - timedelta(days=5 * 365))  # a clock that was put back
    assert 3 == len(china.numbers)


def test_a_file_of_carriers_is_read(tmp_path: Path) -> None:
    assert isinstance(carriers_of(file(tmp_path, ALIYUN + TWILIO)), CarriedShortMessages)


@pytest.mark.parametrize(
    "change",
    [
        {"one_time_code]": "one_time_cod]"},
        {"zh =": "fr ="},
        {'["+86"]': '["86"]'},
        {'["+86"]': "[]"},
        {'["+86"]': '["+"]'},
        {'kind = "twilio"': 'kind = "pigeon"'},
        {"sender": "from"},
    ],
)
def test_a_file_that_cannot_be_used_is_refused_without_telling_a_secret(
    tmp_path: Path, change: Mapping[str, str]
) -> None:
    text = ALIYUN + TWILIO
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(AccountsMisconfigured) as refused:
        carriers_of(file(tmp_path, text))
    assert "topsecret" not in str(refused.value)


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = file(tmp_path, TWILIO)
    path.chmod(0o644)
    with pytest.raises(AccountsMisconfigured):
        carriers_of(path)


@pytest.mark.parametrize(
    ("text", "module", "extra"),
    [(ALIYUN, "florin.gateways.aliyun_sms", "aliyun-sms"), (TWILIO, "florin.gateways.twilio_sms", "twilio")],
)
def test_a_missing_library_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, module: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(AccountsMisconfigured, match=f"florin\\[{extra}]"):
        carriers_of(file(tmp_path, text))
