"""Long work on corporate orders, each piece resumable: making their cards, reading and writing their files."""
