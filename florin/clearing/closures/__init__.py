"""Closures: an account is given up, its money kept from that moment on, and paid out to its holder's bank account."""
