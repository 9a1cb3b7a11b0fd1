"""Routes of people who work with Florin, and of their keys."""
