"""A payment provider to practise with: a program of its own that speaks over HTTP only and knows nothing of Florin."""
