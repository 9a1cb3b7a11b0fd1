"""Routes that move money, as a table of verbs."""
