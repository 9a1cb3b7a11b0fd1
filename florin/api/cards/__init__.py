"""Routes of cards, card files and issues."""
