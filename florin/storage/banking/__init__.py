"""Lines of banks that do something: which are to be looked at, what they name, and what stands in suspense."""
