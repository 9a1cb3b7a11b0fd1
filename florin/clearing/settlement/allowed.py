"""Who has a part in the settlement of merchants: asked by every verb of this room, and nowhere else."""

from typing import Final

from florin.domain.people import READERS_OF_MONEY, Role

READ: Final = READERS_OF_MONEY
"""Who sees statements, payouts and what was agreed with merchants."""

PROPOSE: Final = frozenset({Role.OPERATOR, Role.FINANCE})
"""Who proposes a merchant's terms and its bank account."""

DRAFT: Final = frozenset({Role.FINANCE})
"""Who draws statements up, and records what the bank has done."""

DECIDE: Final = frozenset({Role.MANAGER, Role.FINANCE_APPROVER})
"""Who decides on terms, accounts and statements, as another person than the one who has prepared them."""

SEE_ACCOUNTS: Final = PROPOSE | DECIDE
"""Who sees a bank account in full, to compare it with the merchant's letter."""
