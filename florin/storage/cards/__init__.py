"""Cards as they are kept: stock, issues, lost ones and those that took their place."""
