"""Routes of cases and of lost cards."""
