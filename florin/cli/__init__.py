"""The operators' door: the `florin` command.

Typer commands that serve, migrate, issue, verify and close the day; the only room that writes to a terminal, and the
outermost one, so it may know every other.
"""
