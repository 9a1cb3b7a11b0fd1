"""Corporate customers and what is theirs: orders, recipients, money received and sent back, deliveries."""
