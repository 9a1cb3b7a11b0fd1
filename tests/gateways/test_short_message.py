import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from florin.domain.notice import Language, NoticeKind
from florin.gateways.failures import GatewayAwayError
from florin.gateways.short_message import ShortMessage, SpooledShortMessages

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
MESSAGE = ShortMessage("ntc_1", "+8613912345678", "验证码 123456", NoticeKind.ONE_TIME_CODE, Language.ZH)


async def test_a_message_lies_in_the_spool_once_and_for_its_owner_only(tmp_path: Path) -> None:
    gateway = SpooledShortMessages(tmp_path / "sms")
    await gateway.send(MESSAGE, NOW)
    await gateway.send(MESSAGE, NOW)

    (left,) = (tmp_path / "sms" / "new").iterdir()
    assert {"id": "ntc_1", "number": "+8613912345678", "text": "验证码 123456"} == json.loads(left.read_bytes())
    assert (0o600, 0o700) == tuple(each.stat().st_mode & 0o777 for each in (left, left.parent))
    assert [] == list((tmp_path / "sms" / "tmp").iterdir())


async def test_a_disk_that_takes_nothing_is_a_gateway_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "sms").write_text("a file where the directory should be")
    with pytest.raises(GatewayAwayError):
        await SpooledShortMessages(tmp_path / "sms").send(MESSAGE, NOW)
