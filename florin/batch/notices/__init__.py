"""Telling people and programs what has happened: fanning out, sending, trying again; and the notices of the day."""
