"""Runs of matching and matches as they are shown, over HTTP and on the command line."""

from florin.clearing.answers import Json, amount, instant
from florin.domain.identifiers import wire_id
from florin.domain.matching import NUMBERS, MatchPass, explain
from florin.domain.money import format_minor
from florin.storage.reconciliation.match_runs import MatchRun
from florin.storage.reconciliation.matches import Match


def run_view(run: MatchRun) -> Json:
    """A run: what each pass has matched, in their order, and which breaks are new, by kind."""
    return {
        "id": wire_id("matching_run", run.id),
        "rule_version": run.rule_version,
        "today": run.today.isoformat(),
        "began_at": instant(run.began_at),
        "items": run.items,
        "matched": [{"pass": name, "number": NUMBERS[name], "matches": run.matched.get(name, 0)} for name in MatchPass],
        "funds": run.matched.get("funds", 0),
        "opened": [{"kind": kind, "breaks": count} for kind, count in sorted(run.opened.items())],
        "closed": run.closed,
    }


def match_view(match: Match) -> Json:
    """A match: the line, what belongs to it, and why, in words."""
    signed_minor = match.amount_minor if match.direction == "in" else -match.amount_minor
    return {
        "match_id": wire_id("match", match.match_id),
        "relation": match.relation,
        "pass": match.name,
        "explanation": explain(match.name, found_by(match)),
        "run_id": wire_id("matching_run", match.run_id),
        "rule_version": match.rule_version,
        "difference": amount(match.difference_minor, match.currency),
        "line": {
            "id": wire_id("statement_line", match.line_id),
            "counterparty_id": wire_id("counterparty", match.counterparty_id),
            "file_id": wire_id("statement_file", match.file_id),
            "line_number": match.line_number,
            "booked_on": match.booked_on.isoformat(),
            "amount": amount(signed_minor, match.currency),
            "key": match.key,
            "other_key": match.other_key,
        },
        "other_line_id": None if match.other_line_id is None else wire_id("statement_line", match.other_line_id),
        "item": _item(match),
    }


def found_by(match: Match) -> str | None:
    """The reference, payout or amount by which two things have found each other; None where nothing of it is kept."""
    match match.name:
        case MatchPass.ADJUSTED:
            return f"posting {match.journal_id.hex}" if match.journal_id is not None else None
        case MatchPass.BOOKED_FROM:
            return f"line {wire_id('statement_line', match.line_id)}"
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
            return f"refund {match.item_key}"
        case MatchPass.AMOUNT_AND_DAY:
            return f"amount {format_minor(match.amount_minor, match.currency)} {match.currency} on {match.booked_on}"


def _item(match: Match) -> Json | None:
    if match.journal_id is None or match.item_minor is None or match.business_date is None:
        return None
    signed_minor = match.item_minor if match.item_direction == "in" else -match.item_minor
    return {
        "journal_id": wire_id("journal", match.journal_id),
        "position": match.position,
        "account": match.account_code,
        "business_date": match.business_date.isoformat(),
        "amount": amount(signed_minor, match.currency),
        "key": match.item_key,
        "other_key": match.item_other_key,
    }
