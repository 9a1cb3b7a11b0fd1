"""What is told of breaks that are listed, with their ages and stories, and of what became of many."""

import msgspec

from florin.clearing.answers import Json, amount
from florin.clearing.breaks.each_break import BreakAnswer
from florin.clearing.breaks.read_breaks import AgedBreak, ToldStory
from florin.clearing.breaks.views import break_view, change_view, counterparty_view, proposal_view
from florin.domain.break_age import bucket_of
from florin.domain.break_proposal import ProposalState
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.standing_breaks import AgedStanding


def aged_view(found: AgedBreak) -> Json:
    """A break of a list, with its age."""
    return {**break_view(found.in_hand.known, found.in_hand.waiting), **_age(found.age_days)}


def story_view(told: ToldStory) -> Json:
    """A break with all that was proposed for it and done with it."""
    known, proposals = told.story.known, told.story.proposals
    waiting = next((each for each in proposals if each.state is ProposalState.WAITING), None)
    return {
        **break_view(known, waiting),
        **_age(told.age_days),
        "proposals": [proposal_view(each, known.currency) for each in proposals],
        "changes": [change_view(each, told.notes.get(each.id)) for each in told.story.changes],
    }


def standing_view(standing: AgedStanding) -> Json:
    """The breaks alive of one counterparty, kind and age."""
    return {
        "programme_id": wire_id("programme", standing.programme_id),
        "counterparty": counterparty_view(standing.counterparty_id, standing.counterparty),
        "kind": standing.kind,
        "bucket": standing.bucket,
        "breaks": standing.breaks,
        "amount": amount(standing.amount_minor, standing.currency),
    }


def outcome_view(said: BreakAnswer) -> Json:
    """What became of one break of many: how it stands now, or the code of why nothing was done."""
    break_id, answer = said
    problem = answer if isinstance(answer, Decline) else answer.decline
    now = None if isinstance(answer, Decline) or problem is not None else msgspec.json.decode(answer.body)
    return {"id": wire_id("break", break_id), "now": now, "problem": problem}


def _age(age_days: int) -> Json:
    return {"age_days": age_days, "bucket": bucket_of(age_days)}
