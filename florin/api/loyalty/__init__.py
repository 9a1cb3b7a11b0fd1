"""Routes of points, vouchers and their terms."""
