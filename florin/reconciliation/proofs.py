"""The proofs of the book, in their order.

The numbers are those of the ledger's design. A number can have several proofs, so that a finding says at once which
promise is broken.
"""

from typing import Final

from florin.reconciliation.book_proofs import BOOK_PROOFS
from florin.reconciliation.record_proofs import RECORD_PROOFS
from florin.reconciliation.settlement_proofs import SETTLEMENT_PROOFS

PROOFS: Final = (*BOOK_PROOFS, *RECORD_PROOFS, *SETTLEMENT_PROOFS)
