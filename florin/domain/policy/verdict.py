"""What the policy engine answers: go on, no, or first do this."""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final

from florin.domain.declines import Decline


class Step(StrEnum):
    """Something that would turn a refusal into permission."""

    REAL_NAME = auto()  # check and record who the person is


@dataclass(frozen=True, slots=True)
class Allow:
    """No rule objects."""


@dataclass(frozen=True, slots=True)
class Deny:
    """A rule forbids it, whatever anyone does now."""

    decline: Decline


@dataclass(frozen=True, slots=True)
class Require:
    """A rule allows it once a step has been done."""

    step: Step

    @property
    def decline(self) -> Decline:
        """The decline that tells the caller of the missing step."""
        return _DECLINES[self.step]


Verdict = Allow | Deny | Require

ALLOW: Final = Allow()

_DECLINES: Final = {Step.REAL_NAME: Decline.REAL_NAME_REQUIRED}
