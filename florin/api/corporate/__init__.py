"""Routes for corporate customers and their orders, open to people who have signed in."""
