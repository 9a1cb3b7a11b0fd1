"""The bodies of requests about breaks: each names the breaks that it is about."""

from typing import Annotated, Final

from pydantic import Field

from florin.api.breaks import examples
from florin.api.fields import BreakId, Choice, Fields, LoginId, PrivateFields, TotpCode
from florin.clearing.breaks.each_break import MOST_AT_ONCE
from florin.domain.break_proposal import ProposalKind
from florin.domain.break_record import BreakReason, BreakSeverity
from florin.domain.case_life import LONGEST_TEXT
from florin.domain.chart import AccountCode

DIFFERENCES: Final = int(AccountCode.RECONCILIATION_DIFFERENCES)

Many = Field(min_length=1, max_length=MOST_AT_ONCE)
Named = Annotated[list[BreakId], Many]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class TakeFields(Fields, example=examples.TAKE):
    """Breaks to be taken, and how bad they are if that is not what they were taken for."""

    breaks: Named
    severity: Annotated[BreakSeverity | None, Choice] = None


class HandOverFields(Fields, example=examples.HAND_OVER):
    """Breaks, and who is to work on them from now on: the login of somebody with the role `finance`."""

    breaks: Named
    owner_id: LoginId


class NoteFields(PrivateFields, example=examples.NOTE):
    """What was found out about breaks, or why a proposal is not agreed to."""

    breaks: Named
    text: Text


class CloseFields(NoteFields, example=examples.CLOSE):
    """Breaks that differ in nothing but their date, and why."""

    reason: Annotated[BreakReason, Choice]


class ProposalFields(CloseFields, example=examples.PROPOSAL):
    """How breaks are to end, and why; `account` is the number of the account that an adjusting posting goes to."""

    kind: Annotated[ProposalKind, Choice]
    account: int = DIFFERENCES


class LookedAtBreak(Fields):
    """A break as it was looked at."""

    id: BreakId
    details_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="`details_hash` of what was shown.")]


class EndingApprovalFields(PrivateFields, example=examples.APPROVAL):
    """What was looked at, and one fresh one-time code for all of it."""

    breaks: Annotated[list[LookedAtBreak], Many]
    totp_code: TotpCode
