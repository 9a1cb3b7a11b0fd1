"""Notices and webhooks: what people and programs are told, in which words, and who may ask for it."""
