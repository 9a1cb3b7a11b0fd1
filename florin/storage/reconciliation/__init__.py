"""Others' statements, what of them matches our book, and the breaks: as they are kept, and joined in sets."""
