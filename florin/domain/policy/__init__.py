"""The policy engine: what law and terms say about a sale, a credit or a payment, as data that a programme chooses.

A pack is a set of rules, each with its source and the dates between which it applies. ``pack.decide`` is a pure
function of facts, pack and date. Packs are defaults to be checked by the operator's counsel, not legal advice.
"""
