"""Orders paid in cash at the door."""
