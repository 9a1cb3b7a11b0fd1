"""Payments through providers: members' top-ups and split purchases, what providers say of them, and what goes back."""
