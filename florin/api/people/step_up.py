"""A fresh one-time code in the body of a request: for what a stolen session must not do."""

from typing import Final

from florin.api.fields import PrivateFields, TotpCode
from florin.domain.declines import Decline

STEP_UP_PROBLEMS: Final = (Decline.TOTP_CODE_INCORRECT, Decline.RATE_LIMITED)
"""What a route that asks for a code can refuse on its account."""


class StepUpFields(PrivateFields, example={"totp_code": "123456"}):
    """A fresh one-time code, which this one action spends."""

    totp_code: TotpCode
