"""What is true: the pure rules of money, accounts, journals, cards, members, limits and holds.

Standard library only. Nothing here reads a clock, draws a random number, logs, or touches a disk or a network, so every
rule can be tested as a table of facts and answers.
"""
