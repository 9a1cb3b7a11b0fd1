"""The people who work with Florin: their persons and logins, signing in and out, one-time codes and step-up.

Nothing here moves money. Every verb looks by itself whether the role of whoever asks allows it.
"""
