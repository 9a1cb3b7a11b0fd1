"""What is answered about matching, as types."""

from datetime import date
from typing import Annotated

from msgspec import Meta, field

from florin.api.asked_runs import RunStanding
from florin.api.money.money_answers import AnswerPart
from florin.api.statements.answers import CounterpartyId, SignedMoney
from florin.domain.break_life import BreakKind
from florin.domain.matching import MatchPass, Relation
from florin.reconciliation.suggestions import Likeness

MatchingRunId = Annotated[str, Meta(pattern="^mrn_[0-9a-f]{32}$")]
LineId = Annotated[str, Meta(pattern="^stl_[0-9a-f]{32}$")]


class MatchesOfPass(AnswerPart):
    """How much a pass has matched; passes are tried in the order of their numbers."""

    pass_: MatchPass = field(name="pass")
    number: int
    matches: int


class BreaksOfKind(AnswerPart):
    """How many breaks of a kind are new."""

    kind: BreakKind
    breaks: int


class MatchingResult(AnswerPart):
    """`items` are entries of the book taken up, `funds` what providers said twice, `closed` breaks explained."""

    rule_version: int
    today: date
    items: int
    matched: list[MatchesOfPass]
    funds: int
    opened: list[BreaksOfKind]
    closed: int


class MatchingRunAnswer(RunStanding):
    """A run, and its result, null until it is done."""

    id: MatchingRunId
    result: MatchingResult | None


class MatchingRunPage(AnswerPart):
    """Some runs, and the cursor of the next page."""

    items: list[MatchingRunAnswer]
    next_cursor: str | None


class MatchedLine(AnswerPart):
    """The line of a match, its amount as seen from us."""

    id: LineId
    counterparty_id: CounterpartyId
    file_id: Annotated[str, Meta(pattern="^stf_[0-9a-f]{32}$")]
    line_number: int
    booked_on: date
    amount: SignedMoney
    key: str | None
    other_key: str | None


class MatchedItem(AnswerPart):
    """The entry of the book, with the references that both sides know it by."""

    journal_id: Annotated[str, Meta(pattern="^jrn_[0-9a-f]{32}$")]
    position: int
    account: int
    business_date: date
    amount: SignedMoney
    key: str | None
    other_key: str | None


class MatchAnswer(AnswerPart):
    """What belongs together: a line with an entry of the book, another line, or, paid and paid back, with neither.

    There is no line where both stand in our book, an entry and what has put it right: they have the same `match_id`.
    """

    match_id: Annotated[str, Meta(pattern="^mtc_[0-9a-f]{32}$")]
    relation: Relation
    pass_: MatchPass = field(name="pass")
    explanation: str
    run_id: MatchingRunId
    rule_version: int
    difference: SignedMoney
    line: MatchedLine | None
    other_line_id: LineId | None
    item: MatchedItem | None


class MatchPage(AnswerPart):
    """Some matches, and the cursor of the next page."""

    items: list[MatchAnswer]
    next_cursor: str | None


class SuggestedPart(AnswerPart):
    """A line (`line_id`) or an entry of ours (`journal_id`, `position`), its amount as seen from us."""

    line_id: LineId | None
    journal_id: Annotated[str, Meta(pattern="^jrn_[0-9a-f]{32}$")] | None
    position: int | None
    account: int
    day: date
    amount: SignedMoney


class SuggestionAnswer(AnswerPart):
    """What might belong to what was asked about, and why."""

    likeness: Likeness
    words: str
    parts: list[SuggestedPart]


class Suggestions(AnswerPart):
    """All of them, slips of the pen first, then sums of the fewest parts."""

    items: list[SuggestionAnswer]
