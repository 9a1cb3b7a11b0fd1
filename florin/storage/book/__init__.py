"""The book as it is read and sealed, without the code that posts to it."""
