"""The settlement of merchants as it is kept: terms, accounts, calendars, statements of closed days, payouts."""
