"""The close of the day as it is kept: checklists, terms, proofs that were run, files not waited for, reports."""
