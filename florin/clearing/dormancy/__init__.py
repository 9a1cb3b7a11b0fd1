"""Cards and wallets that nobody uses: their stages, who is called about them, and what may become of their money."""
