"""Payments through providers: the members' routes, the desk's, and the door for the providers themselves."""
