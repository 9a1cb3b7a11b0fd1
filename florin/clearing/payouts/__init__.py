"""Payouts of every kind on their way: put into a file, shown by the bank's statement, sent back by the bank."""
