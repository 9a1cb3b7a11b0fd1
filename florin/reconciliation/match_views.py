"""Runs of matching and matches as they are shown, over HTTP and on the command line."""

from florin.clearing.answers import Json, amount, id_if_any
from florin.domain.identifiers import wire_id
from florin.domain.matching import NUMBERS, MatchPass, explain
from florin.domain.money import format_minor
from florin.reconciliation.run_views import standing_view
from florin.storage.asked_runs import Run
from florin.storage.reconciliation.match_runs import MatchRun
from florin.storage.reconciliation.matches import Match


def run_view(run: Run[MatchRun]) -> Json:
    """A run: where it stands, and its result, null until it is done."""
    result = None if run.kept is None else result_view(run.kept)
    return {"id": wire_id("matching_run", run.id), **standing_view(run), "result": result}


def result_view(run: MatchRun) -> Json:
    """What each pass has matched, in their order, and which breaks are new, by kind."""
    return {
        "rule_version": run.rule_version,
        "today": run.today.isoformat(),
        "items": run.items,
        "matched": [{"pass": name, "number": NUMBERS[name], "matches": run.matched.get(name, 0)} for name in MatchPass],
        "funds": run.matched.get("funds", 0),
        "opened": [{"kind": kind, "breaks": count} for kind, count in sorted(run.opened.items())],
        "closed": run.closed,
    }


def match_view(match: Match) -> Json:
    """A match: the line, or none where both stand in our book, what belongs to it, and why, in words."""
    return {
        "match_id": wire_id("match", match.match_id),
        "relation": match.relation,
        "pass": match.name,
        "explanation": explain(match.name, found_by(match)),
        "run_id": wire_id("matching_run", match.run_id),
        "rule_version": match.rule_version,
        "difference": amount(match.difference_minor, match.currency),
        "line": _line(match),
        "other_line_id": id_if_any("statement_line", match.other_line_id),
        "item": _item(match),
    }


def found_by(match: Match) -> str | None:
    """The reference, payout or amount by which two things have found each other; None where nothing of it is kept."""
    match match.name:
        case MatchPass.ADJUSTED:
            return None if match.adjusted_by is None else f"posting {wire_id('journal', match.adjusted_by)}"
        case MatchPass.IDENTIFIED:
            return f"posting {wire_id('journal', match.match_id)}"
        case MatchPass.BOOKED_FROM:
            return f"line {id_if_any('statement_line', match.line_id)}"
        case MatchPass.KEY | MatchPass.KEY_OTHER_AMOUNT:
            return f"reference {match.key}"
        case MatchPass.OTHER_KEY:
            return f"their reference {match.other_key}"
        case MatchPass.MENTION:
            ours = (match.item_key, match.item_other_key)
            mention = next((each for each in match.mentions if each in ours), None)
            return None if mention is None else f"mention of {mention}"
        case MatchPass.PAYOUT | MatchPass.PAYOUT_OTHER_AMOUNT:
            return None if match.payout is None else f"payout {match.payout}"
        case MatchPass.SETTLED:
            return "fees of a statement" if match.payout is None else f"payout {match.payout}"
        case MatchPass.TAKEN_BACK:
            return f"payment {match.origin_key or match.key}"
        case MatchPass.PUT_BACK:
            return f"refund {match.item_key}" if match.payout is None else f"payout {match.payout}"
        case MatchPass.AMOUNT_AND_DAY:
            written = format_minor(match.amount_minor or 0, match.currency)
            return f"amount {written} {match.currency} on {match.booked_on}"


def _line(match: Match) -> Json | None:
    if match.line_id is None or match.amount_minor is None or match.booked_on is None:
        return None
    return {
        "id": wire_id("statement_line", match.line_id),
        "counterparty_id": id_if_any("counterparty", match.counterparty_id),
        "file_id": id_if_any("statement_file", match.file_id),
        "line_number": match.line_number,
        "booked_on": match.booked_on.isoformat(),
        "amount": _signed(match.direction, match.amount_minor, match.currency),
        "key": match.key,
        "other_key": match.other_key,
    }


def _item(match: Match) -> Json | None:
    if match.journal_id is None or match.item_minor is None or match.business_date is None:
        return None
    return {
        "journal_id": wire_id("journal", match.journal_id),
        "position": match.position,
        "account": match.account_code,
        "business_date": match.business_date.isoformat(),
        "amount": _signed(match.item_direction, match.item_minor, match.currency),
        "key": match.item_key,
        "other_key": match.item_other_key,
    }


def _signed(direction: str | None, amount_minor: int, currency: str) -> Json:
    return amount(amount_minor if direction == "in" else -amount_minor, currency)
