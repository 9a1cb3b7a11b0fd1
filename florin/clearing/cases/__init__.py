"""Disputes and complaints: opened by members or for them, worked on by our people, and ended with an outcome."""
