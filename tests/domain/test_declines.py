from florin.domain.declines import Decline


def test_the_codes_on_the_wire_are_stable() -> None:
    codes = """
        card_not_accepted card_not_active card_blocked card_expired card_redeemed card_not_found card_not_sellable
        card_not_voidable pin_incorrect pin_locked insufficient_funds limit_exceeded currency_mismatch
        merchant_inactive out_of_network duplicate_reference original_not_found already_reversed purchase_not_found
        refund_exceeds_remaining void_window_passed hold_not_found hold_not_open hold_expired capture_exceeds_hold
        payment_code_invalid member_not_active real_name_required agreement_required approval_required same_person
        rate_limited busy
    """

    assert codes.split() == [decline.value for decline in Decline]
