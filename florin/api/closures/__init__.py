"""Routes of closures: for the member whose account it is, for those who have a code, and for our people."""
