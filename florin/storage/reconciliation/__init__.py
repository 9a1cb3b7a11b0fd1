"""What others say of our money, kept beside our book: their statements, and what was found in comparing."""
