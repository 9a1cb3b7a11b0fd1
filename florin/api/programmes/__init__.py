"""Routes of programmes, merchants, agreements and tiers."""
