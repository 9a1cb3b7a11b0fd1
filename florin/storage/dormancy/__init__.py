"""Who has not been active for long, found in sets, and what a programme may do with such balances."""
