"""Loyalty terms by command."""

from tests.cli.florin_command import Florin


def test_terms_are_set_shown_and_carried_out_by_command(florin: Florin) -> None:
    florin.done("programme", "create", "farm", "The Farm", "--issuer-prefix", "987654", "--low-balance", "15")
    given = ("--double-day", "8", "--double-date", "2026-12-25", "--keep-from", "3000", "--monthly", "1000:10")
    rest = ("--offer", "500:5", "--referral", "50", "--from", "2999-01-01", "--json")
    (made,) = florin.done("loyalty", "set", "farm", *given, *rest).json
    assert {
        "from": "2999-01-01",
        "a_point_for": "1.00",
        "double_days": "8",
        "double_dates": "2026-12-25",
        "points_kept_from": 3000,
        "monthly": "1000:10.00",
        "offers": "500:5.00",
        "voucher_days": 365,
        "referral": "50.00",
        "referral_due": "first_load",
    } == made
    assert [made] == florin.done("loyalty", "terms", "farm", "--json").json
    (yellow,) = florin.done("loyalty", "tiers", "farm", "--tier", "yellow:1000:98", "--json").json
    assert ("yellow", 9_800) == (yellow["name"], yellow["price_basis_points"])
    assert [] == florin.done("programme", "tiers", "farm", "--json").json
    florin.done("loyalty", "run")
