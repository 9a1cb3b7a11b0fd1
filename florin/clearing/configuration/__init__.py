"""Programmes as data: creating and changing what the clearing verbs go by, one verb a file.

Each verb takes an open `florin.storage.configuration.ConfigurationChange` and a command. A command that could never be
right cannot be made (`InvalidField`); a conflict with what exists is returned as a `Decline` and nothing is changed.
Several verbs on one change are carried out together or not at all.
"""
