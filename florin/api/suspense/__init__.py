"""Money that nobody was found for: listed, proposed about by one person and decided by another."""
