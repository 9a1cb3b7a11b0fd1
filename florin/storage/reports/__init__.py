"""What reports read of the book; each question sees one snapshot, and none is about a single person's doings."""
