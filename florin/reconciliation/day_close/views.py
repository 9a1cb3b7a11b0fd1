"""What belongs to the close of a day as it is shown, over HTTP and on the command line."""

from florin.clearing.answers import Json, id_if_any
from florin.domain.day_close import DayCloseTerms
from florin.domain.identifiers import wire_id
from florin.reconciliation.day_close.archived_report import media_type_of
from florin.storage.day_close.day_reports import DayReport
from florin.storage.day_close.reopenings import Reopening


def terms_view(terms: DayCloseTerms) -> Json:
    """By which terms a programme closes its days; limits in minor units and banking days, None where there is none."""
    return {
        "closes_itself": terms.closes_itself,
        "minutes_after_cut_off": terms.minutes_after_cut_off,
        "break_limit": terms.break_limit_minor,
        "break_limit_days": terms.break_limit_days,
    }


def reopening_view(reopening: Reopening) -> Json:
    """A reopening: who asked, why, and what became of it, with the seal that the day had until then."""
    return {
        "id": wire_id("day_reopening", reopening.id),
        "programme_id": wire_id("programme", reopening.programme_id),
        "business_date": reopening.business_date,
        "reason": reopening.reason,
        "status": reopening.status,
        "proposed_by": wire_id("login", reopening.proposed_by),
        "proposed_at": reopening.proposed_at,
        "decided_by": id_if_any("login", reopening.decided_by),
        "decided_at": reopening.decided_at,
        "seal": None if reopening.seal is None else reopening.seal.hex(),
    }


def report_view(report: DayReport) -> Json:
    """An archived report of a day: what it is, of which edition of the close, and its digest."""
    return {
        "name": report.name,
        "edition": report.edition,
        "media_type": media_type_of(report),
        "size_bytes": report.size_bytes,
        "sha256": report.sha256.hex(),
    }
