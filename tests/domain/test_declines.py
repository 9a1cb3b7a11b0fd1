import re

from florin.domain.declines import Decline

# What tills and shops have built on. A new code is added here once it is released; none is ever taken away.
PUBLISHED = """
    card_not_accepted card_not_active card_blocked card_expired card_redeemed card_not_found card_not_sellable
    card_not_voidable insufficient_funds limit_exceeded currency_mismatch merchant_inactive out_of_network
    duplicate_reference already_reversed purchase_not_found refund_exceeds_remaining void_window_passed hold_not_found
    hold_not_open hold_expired capture_exceeds_hold payment_code_invalid member_not_active real_name_required
    agreement_required approval_required same_person rate_limited busy
"""


def test_no_published_code_is_renamed_or_withdrawn() -> None:
    assert set(PUBLISHED.split()) <= {decline.value for decline in Decline}


def test_a_code_is_its_name_in_snake_case() -> None:
    for decline in Decline:
        assert decline.name.lower() == decline.value
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", decline.value)
