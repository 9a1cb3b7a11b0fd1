"""What loyalty does in the background, day by closed day: points, rewards, resets, vouchers and referrals."""
