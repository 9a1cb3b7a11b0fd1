"""Orders paid in cash at the door: recorded and delivered by their merchant, reviewed by their member."""
