"""A fresh one-time code in the body of a request: for what a stolen session must not do."""

from typing import Final

from pydantic import ConfigDict

from florin.api.fields import PrivateFields, TotpCode
from florin.domain.declines import Decline

STEP_UP_PROBLEMS: Final = (Decline.TOTP_CODE_INCORRECT, Decline.RATE_LIMITED)
"""What a route that asks for a code can refuse on its account."""


class StepUpFields(PrivateFields):
    """A fresh one-time code, which this one action spends."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"totp_code": "123456"}]})

    totp_code: TotpCode
