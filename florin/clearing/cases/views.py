"""What is told of cases. No word of what people have written stands in a case itself; its story has the words."""

from collections.abc import Sequence

from florin.clearing.answers import Json, amount, id_if_any, instant, instant_if_any
from florin.domain.case_life import Case, CaseNote, Remedy
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
        "merchant_id": id_if_any("merchant", case.merchant_id),
        "opened_at": instant(case.opened_at),
        "assignee_id": id_if_any("login", case.assignee_id),
        "due_at": instant(case.due_at),
        "ended_at": instant_if_any(case.ended_at),
    }


def case_view_for_merchant(case: Case) -> Json:
    """A case as the merchant sees it that it is about: neither whose it is nor who works on it."""
    hidden = {"member_id", "customer_id", "assignee_id"}
    return {name: value for name, value in case_view(case).items() if name not in hidden}


def story_view_for_merchant(case: Case, notes: Sequence[CaseNote]) -> Json:
    """The same with what it was asked and has answered."""
    return {**case_view_for_merchant(case), "notes": [_note_view(each) for each in notes]}


def story_view(case: Case, notes: Sequence[CaseNote], remedies: Sequence[Remedy]) -> Json:
    """A case with what of its story is for whoever reads it, and what it has brought."""
    brought = [
        {
            "kind": each.kind,
            "id": wire_id(each.kind, each.id),
            "amount": amount(each.amount_minor, each.unit),
            "at": instant(each.at),
        }
        for each in remedies
    ]
    return {**case_view(case), "notes": [_note_view(each) for each in notes], "remedies": brought}


def _note_view(note: CaseNote) -> Json:
    return {
        "operation": note.operation,
        "status": note.status,
        "side": note.side,
        "is_internal": note.is_internal,
        "text": note.text,
        "at": instant(note.at),
    }
