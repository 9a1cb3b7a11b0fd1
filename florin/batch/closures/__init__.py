"""What becomes of closures: payout files, certificates, closures that nobody confirms, and data to be forgotten."""
