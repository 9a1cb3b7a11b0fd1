"""Points, vouchers and referrals: what a programme gives its members for spending and for bringing others in."""
