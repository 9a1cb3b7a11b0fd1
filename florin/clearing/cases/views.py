"""What is told of cases. No word of what people have written stands in a case itself; its story has the words."""

from collections.abc import Sequence

from florin.clearing.answers import Json, id_if_any, instant, instant_if_any
from florin.domain.case_life import Case, CaseNote
from florin.domain.identifiers import wire_id


def case_view(case: Case) -> Json:
    """A case as everybody sees it who may."""
    return {
        "id": wire_id("case", case.id),
        "kind": case.kind,
        "status": case.status,
        "member_id": id_if_any("member", case.member_id),
        "customer_id": id_if_any("customer", case.customer_id),
        "purchase_id": id_if_any("purchase", case.purchase_id),
        "opened_at": instant(case.opened_at),
        "assignee_id": id_if_any("login", case.assignee_id),
        "due_at": instant(case.due_at),
        "ended_at": instant_if_any(case.ended_at),
    }


def story_view(case: Case, notes: Sequence[CaseNote]) -> Json:
    """A case with what of its story is for whoever reads it."""
    return {**case_view(case), "notes": [_note_view(each) for each in notes]}


def _note_view(note: CaseNote) -> Json:
    return {
        "operation": note.operation,
        "status": note.status,
        "by_member": note.by_member,
        "is_internal": note.is_internal,
        "text": note.text,
        "at": instant(note.at),
    }
