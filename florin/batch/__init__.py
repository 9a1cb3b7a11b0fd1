"""Verbs in bulk: corporate orders, clearing files and the scheduled jobs, in bounded chunks.

Hold expiry, the dormancy sweep and outbox delivery loop over the verbs of clearing, so that a chunk that fails can be
run again without a second effect.
"""
