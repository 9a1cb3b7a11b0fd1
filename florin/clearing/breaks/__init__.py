"""What people do about differences between our book and others' statements, and what the terms do without them."""
