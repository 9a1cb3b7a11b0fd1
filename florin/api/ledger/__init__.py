"""Routes that read the book and close its days."""
