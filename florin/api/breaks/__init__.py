"""Breaks over HTTP: listed by age, worked off by finance, ended by two people."""
