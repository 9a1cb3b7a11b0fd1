"""Deciding one request of a posting group: key and reference first, then the verb; and the operation is kept."""

from typing import Final

import msgspec

from florin.domain.declines import Decline
from florin.domain.subjects import subject_wire_id
from florin.storage.posting.columns import JsonText
from florin.storage.posting.facts import PastOperation
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, KeyReusedError, Operation, Outcome, PostingRequest

_encode: Final = msgspec.json.Encoder().encode


def decide(group: Group, request: PostingRequest) -> Answer | KeyReusedError:
    """The answer to one request of a group, whose changes are left in the group: a replay, or a new decision."""
    if request.key is not None:
        past = group.facts.by_key.get((request.caller.id, request.key))
        if past is not None:
            return _replay(past, request)
    outcome = _reference_taken(group, request) or request.decide(group)
    body = outcome.answer if isinstance(outcome.answer, JsonText) else JsonText(_encode(outcome.answer))
    if request.key is not None:
        _keep(group, request, request.key, outcome, body)
    for each in outcome.then:
        decide(group, each)
    return Answer(outcome.decline, body, journal_id=outcome.journal_id, subject_id=outcome.subject_id)


def _keep(group: Group, request: PostingRequest, key: str, outcome: Outcome, body: JsonText) -> None:
    """Record the operation for the book and for the decisions that follow in the group."""
    caller = request.caller
    reference = outcome.claims_reference or (None if outcome.decline else request.reference)
    group.writes.operations.append(
        Operation(
            caller.id,
            key,
            request.fingerprint,
            request.verb,
            outcome.decline,
            body,
            reference,
            outcome.subject_id,
            outcome.journal_id,
            caller.actor_id,
            caller.terminal_id,
            caller.request_id,
            group.now,
        )
    )
    past = PastOperation(
        request.fingerprint, request.verb, outcome.decline, body, outcome.subject_id, outcome.journal_id
    )
    group.facts.by_key[caller.id, key] = past
    if reference is not None:
        group.facts.by_reference[caller.id, reference] = past


def _replay(past: PastOperation, request: PostingRequest) -> Answer | KeyReusedError:
    if past.fingerprint != request.fingerprint:
        return KeyReusedError(request.verb)
    return Answer(past.decline, past.answer, replayed=True, journal_id=past.journal_id, subject_id=past.subject_id)


def _reference_taken(group: Group, request: PostingRequest) -> Outcome | None:
    if request.reference is None:
        return None
    past = group.operation_of(request.caller.id, request.reference)
    if past is None:
        return None
    if past.verb == "reverse":
        return Outcome({}, Decline.ALREADY_REVERSED)
    existing = {"verb": past.verb, "subject_id": subject_wire_id(past.verb, past.subject_id)}
    return Outcome(existing, Decline.DUPLICATE_REFERENCE)
