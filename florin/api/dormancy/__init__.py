"""Routes of dormant accounts and of the end of balances."""
