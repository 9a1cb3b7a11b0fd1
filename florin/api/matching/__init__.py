"""Matching of the book with statements over HTTP."""
