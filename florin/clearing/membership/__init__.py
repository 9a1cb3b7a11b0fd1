"""Members: registration, signing in and out, one-time codes, profile, identity and payment codes.

Nothing here moves money: what changes a wallet or a member's status goes through the posting engine.
"""
