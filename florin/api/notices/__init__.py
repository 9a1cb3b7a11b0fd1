"""Routes of notices, preferences and webhooks."""
