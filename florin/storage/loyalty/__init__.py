"""Points, vouchers, referrals and personal tiers as they are kept."""
