"""The settlement of merchants: what they agree to, what a closed day owes them, and their payouts."""
