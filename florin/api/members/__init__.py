"""Routes of members and of those who serve them."""
