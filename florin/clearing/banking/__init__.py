"""Lines of banks' statements that do something by themselves, and money in suspense, about which two people decide."""
