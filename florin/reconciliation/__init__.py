"""The second opinion: proofs of the ledger, statement files, matching, breaks and the close of the day.

Its checks never use the posting code that they check; each proof is one set-based query whose target is zero.
"""
