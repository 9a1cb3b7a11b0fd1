"""Lost cards: stopped at once, and replaced by a second person's word or found again."""
