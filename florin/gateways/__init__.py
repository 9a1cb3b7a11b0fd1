"""What Florin says to the outside world and hears from it: payment providers, mail, short messages, webhooks.

A gateway knows protocols and nothing of the book. It is called outside of every transaction, and whatever it is asked
to do may be asked again.
"""
