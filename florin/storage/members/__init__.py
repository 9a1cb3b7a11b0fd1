"""Members as they are kept: accounts, sessions, what they did, and who has spoken to them."""
